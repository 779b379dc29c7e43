using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>
/// The life of a machine with a network serial port, told by a library nobody here wrote, step by step: <c>Scripts/vsphere/serialflow.py</c> or
/// <c>Scripts/vsphere/serialflow/main.go</c>. After each step it waits, so that a test can look at the world.
/// </summary>
internal sealed class SerialFlow : IAsyncDisposable
{
    private readonly ChildProcess _client;
    private bool _waits;

    private SerialFlow(ChildProcess client) => _client = client;

    /// <summary>Starts a client; it logs in at once.</summary>
    public static async Task<SerialFlow> StartAsync(SerialClient client, VSphereEndpoint server, SerialFlowOptions options)
    {
        string[] words =
        [
            "--user", server.User, "--password", server.Password, "--vm", options.Machine, "--proxy", options.Proxy,
            "--service", options.Service, "--edited", options.Edited, "--move", server.Move,
            .. options.Extra.SelectMany(pair => (string[])["--extra", $"{pair.Key}={pair.Value}"]),
            .. server.Lacks.GetValueOrDefault(client, []).Concat(options.Without).SelectMany(step => (string[])["--lacks", step]),
            server.Url.ToString(),
        ];
        return new SerialFlow(client switch
        {
            SerialClient.PyVmomi => ChildProcess.Start(
                DebianPython.Path,
                ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", "vsphere", "serialflow.py"), .. words]),
            SerialClient.Govmomi => ChildProcess.Start(await GoProgram.PathAsync("serialflow"), words),
            _ => throw new ArgumentOutOfRangeException(nameof(client), client, null),
        });
    }

    /// <summary>Lets the client do its next step, and asserts that it succeeds.</summary>
    /// <param name="name">Which step that has to be.</param>
    /// <returns>What the client saw after it.</returns>
    public async Task<JsonElement> DoAsync(string name)
    {
        await BeginAsync();
        return await FinishAsync(name);
    }

    /// <summary>Lets the client begin its next step.</summary>
    public async Task BeginAsync()
    {
        if (_waits)
            await _client.WriteAsync("go\n");
        _waits = true;
    }

    /// <summary>Waits until the step that was begun is done, and asserts that it succeeded.</summary>
    public async Task<JsonElement> FinishAsync(string name)
    {
        var line = await _client.Output.WaitForAsync("\n");
        using var answer = JsonDocument.Parse(line);
        var step = answer.RootElement.Clone();
        Assert.True(step.GetProperty("step").GetString() == name && !step.TryGetProperty("fault", out _), $"Instead of step {name}: {line}\n{_client.Error}");
        return step;
    }

    /// <summary>Lets the client do its next step, and asserts that the server refuses it.</summary>
    /// <param name="name">Which step that has to be.</param>
    /// <returns>The type of the fault, as the client calls it.</returns>
    public async Task<string> FailAsync(string name)
    {
        await BeginAsync();
        var line = await _client.Output.WaitForAsync("\n");
        using var answer = JsonDocument.Parse(line);
        Assert.True(answer.RootElement.Text("step") == name && answer.RootElement.TryGetProperty("fault", out _), $"Instead of a fault of step {name}: {line}");
        return answer.RootElement.Text("fault")!;
    }

    /// <summary>Asserts that the client has ended well after its last step.</summary>
    public async Task EndAsync()
    {
        var code = await _client.WaitForExitAsync();
        Assert.True(code == 0, $"exit code {code}\n{_client.Output}\n{_client.Error}");
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
