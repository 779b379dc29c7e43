using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Bridges;

/// <summary>A running <c>portside bridge</c>: the real program, in a process of its own.</summary>
internal sealed class BridgeProcess : IAsyncDisposable
{
    private BridgeProcess(ChildProcess process) => Process = process;

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>What it tells.</summary>
    public Transcript Story => Process.Output;

    /// <summary>Starts a bridge to a server of a test.</summary>
    public static BridgeProcess Start(PortsideProcess server, string name, params string[] arguments) =>
        new(ChildProcess.Start(Executable.Path, ["bridge", "--to", $"telnet://127.0.0.1:{server.VmPort}", "--name", name, .. arguments]));

    /// <summary>Starts the bridges of a file.</summary>
    public static BridgeProcess StartFile(string path) => new(ChildProcess.Start(Executable.Path, ["bridge", "-f", path]));

    /// <summary>Asks it to end, and asserts that it ends well.</summary>
    public async Task StopAsync()
    {
        Process.Signal(Signals.Terminate);
        var code = await Process.WaitForExitAsync();
        Assert.True(code == 0, $"The bridge ended with exit code {code}.\n{Process.Output}\n{Process.Error}");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
