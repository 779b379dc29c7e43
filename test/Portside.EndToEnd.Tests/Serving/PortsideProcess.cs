using System.Globalization;
using System.Net;
using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>A running <c>portside serve</c>: the real program, in a process of its own, on ports the system picks.</summary>
internal sealed class PortsideProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private PortsideProcess(ChildProcess process, PortsideSetup setup, JsonElement description)
    {
        _process = process;
        Description = description;
        Http = new Uri(description.GetProperty("httpAddress").GetString()!);
        VmPort = IPEndPoint.Parse(description.GetProperty("vmAddresses")[0].GetString()!).Port;
        Setup = setup with { VmPort = VmPort, HttpPort = Http.Port };
        _http = new HttpClient { BaseAddress = Http, Timeout = Patience.Limit };
    }

    /// <summary>What it was told, with the ports it has: started with this, another one takes its place.</summary>
    public PortsideSetup Setup { get; }

    /// <summary>What it said of itself at start.</summary>
    public JsonElement Description { get; }

    /// <summary>Where machines connect.</summary>
    public int VmPort { get; }

    /// <summary>Where its API is.</summary>
    public Uri Http { get; }

    /// <summary>Its log of events, a JSON object a line.</summary>
    public Transcript Events => _process.Error;

    /// <summary>Memory it holds, in bytes.</summary>
    public long ResidentBytes => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024;

    /// <summary>Files and sockets it holds open.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<PortsideProcess> StartAsync(PortsideSetup setup)
    {
        string[] words = [.. setup.CommandLine, "-o", "json"];
        var process = setup.MostFiles is { } most
            ? ChildProcess.Start("/bin/sh", ["-c", $"ulimit -n {most} && exec \"$0\" \"$@\"", Executable.Path, .. words], setup.Environment)
            : ChildProcess.Start(Executable.Path, words, setup.Environment);
        try
        {
            var line = await process.Output.WaitForAsync("}\n");
            using var description = JsonDocument.Parse(line);
            var server = new PortsideProcess(process, setup, description.RootElement.Clone());
            Assert.Equal("ready\n", await server.TextAsync("/readyz"));
            return server;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server in a directory of its own.</summary>
    public static Task<PortsideProcess> StartAsync(string state, params string[] arguments) =>
        StartAsync(new PortsideSetup(state) { Arguments = arguments });

    /// <summary>Asks its API.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        await using var body = await _http.GetStreamAsync(new Uri(path, UriKind.Relative));
        using var document = await JsonDocument.ParseAsync(body);
        return document.RootElement.Clone();
    }

    /// <summary>Asks its API, for text.</summary>
    public Task<string> TextAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Asks its API, for bytes.</summary>
    public Task<byte[]> BytesAsync(string path) => _http.GetByteArrayAsync(new Uri(path, UriKind.Relative));

    /// <summary>Waits until the API answers as wanted.</summary>
    public async Task<JsonElement> WaitForAsync(string path, Func<JsonElement, bool> wanted)
    {
        JsonElement last = default;
        var found = await Patience.PollAsync(
            async () =>
            {
                using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return null;
                using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
                last = document.RootElement.Clone();
                return wanted(last) ? new Found(last) : null;
            },
            () => $"{path} as wanted; it is {last}");
        return found.Answer;
    }

    /// <summary>Waits until a port is as wanted.</summary>
    public Task<JsonElement> WaitForPortAsync(string name, Func<JsonElement, bool>? wanted = null) =>
        WaitForAsync($"/v1/ports/{name}", wanted ?? (port => port.GetProperty("state").GetString() == "connected"));

    /// <summary>The console telnet port of a machine that connected.</summary>
    public async Task<int> TelnetPortAsync(string name) =>
        (await WaitForPortAsync(name)).GetProperty("telnetPort").GetInt32();

    /// <summary>Runs a verb against this server.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs a verb against this server, with something piped in.</summary>
    public Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) =>
        ChildProcess.RunAsync(Executable.Path, arguments, input, Variables);

    /// <summary>Starts a verb against this server that takes its time.</summary>
    public ChildProcess Begin(params string[] arguments) => ChildProcess.Start(Executable.Path, arguments, Variables);

    /// <summary>Starts a command line in a terminal, with <c>portside</c> meaning this server.</summary>
    public ChildProcess BeginInTerminal(string commandLine) => PseudoTerminal.Begin(commandLine, Variables);

    /// <summary>Asks for a reload.</summary>
    public void Reload() => _process.Signal(Signals.Hangup);

    /// <summary>Asks it to end, and asserts that it ends well.</summary>
    public async Task StopAsync()
    {
        _process.Signal(Signals.Terminate);
        var code = await _process.WaitForExitAsync();
        Assert.True(code == 0, $"serve ended with exit code {code}.\n{_process.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private Dictionary<string, string?> Variables => new() { ["PORTSIDE_SERVER"] = Http.ToString() };

    private sealed record Found(JsonElement Answer);
}
