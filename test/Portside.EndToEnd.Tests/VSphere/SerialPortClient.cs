using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A library nobody here wrote that makes, reads, changes and removes serial ports when it is told to: <c>Scripts/vsphere/serialports.py</c> or <c>Scripts/vsphere/serialports/main.go</c>.</summary>
internal sealed class SerialPortClient : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private SerialPortClient(ChildProcess process) => _process = process;

    /// <summary>Starts one; it logs in at once.</summary>
    public static async Task<SerialPortClient> StartAsync(SerialClient client, VSphereEndpoint server)
    {
        string[] words = ["--user", server.User, "--password", server.Password, server.Url.ToString()];
        return new SerialPortClient(client switch
        {
            SerialClient.PyVmomi => ChildProcess.Start(
                DebianPython.Path,
                ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", "vsphere", "serialports.py"), .. words]),
            SerialClient.Govmomi => ChildProcess.Start(await GoProgram.PathAsync("serialports"), words),
            _ => throw new ArgumentOutOfRangeException(nameof(client), client, null),
        });
    }

    /// <summary>A machine with ports.</summary>
    public Task<IReadOnlyList<ClientPort>> CreateAsync(string machine, params ClientPort[] ports) => AskAsync("create", machine, new() { ["ports"] = ports.Select(Words).ToArray() });

    /// <summary>More ports.</summary>
    public Task<IReadOnlyList<ClientPort>> AddAsync(string machine, params ClientPort[] ports) => AskAsync("add", machine, new() { ["ports"] = ports.Select(Words).ToArray() });

    /// <summary>The ports as they are.</summary>
    public Task<IReadOnlyList<ClientPort>> ListAsync(string machine) => AskAsync("list", machine, []);

    /// <summary>A port becomes another, under its key.</summary>
    public Task<IReadOnlyList<ClientPort>> EditAsync(string machine, int key, ClientPort port)
    {
        var words = Words(port);
        words["key"] = key;
        return AskAsync("edit", machine, words);
    }

    /// <summary>A port loses its address, as by <c>govc device.serial.disconnect</c>.</summary>
    public Task<IReadOnlyList<ClientPort>> ResetAsync(string machine, int key) => AskAsync("reset", machine, new() { ["key"] = key });

    /// <summary>A port is gone.</summary>
    public Task<IReadOnlyList<ClientPort>> RemoveAsync(string machine, int key) => AskAsync("remove", machine, new() { ["key"] = key });

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Dictionary<string, object?> Words(ClientPort port) => new()
    {
        ["serviceURI"] = port.ServiceUri,
        ["direction"] = port.Direction,
        ["proxyURI"] = port.ProxyUri,
        ["yieldOnPoll"] = port.YieldOnPoll,
        ["startConnected"] = port.StartConnected,
    };

    private async Task<IReadOnlyList<ClientPort>> AskAsync(string what, string machine, Dictionary<string, object?> words)
    {
        words["do"] = what;
        words["vm"] = machine;
        await _process.WriteAsync(JsonSerializer.Serialize(words) + "\n");
        var line = await _process.Output.WaitForAsync("\n");
        using var answer = JsonDocument.Parse(line);
        Assert.True(answer.RootElement.ValueKind == JsonValueKind.Array, $"{what}: {line}\n{_process.Error}");
        return
        [
            .. answer.RootElement.EnumerateArray()
                .Select(port => new ClientPort(
                    port.Text("serviceURI")!,
                    port.Text("direction")!,
                    port.Text("proxyURI"),
                    port.GetProperty("yieldOnPoll").GetBoolean(),
                    port.GetProperty("startConnected") is { ValueKind: not JsonValueKind.Null } start && start.GetBoolean())
                {
                    Key = port.GetProperty("key").GetInt32(),
                })
                .OrderBy(port => port.Key),
        ];
    }
}
