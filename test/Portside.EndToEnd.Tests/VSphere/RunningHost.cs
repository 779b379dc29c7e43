using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A running <c>portside host</c> for the tests of a class: a vCenter of two hosts, in a process of its own, on a port the system picks.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private const string Password = "s3cret & <odd>";

    private ChildProcess _process = null!;

    /// <summary>The host names of its cluster.</summary>
    public IReadOnlyList<string> Hosts { get; private set; } = [];

    internal VSphereEndpoint Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = ChildProcess.Start(
            Executable.Path,
            ["host", "--listen", "127.0.0.1:0", "-o", "json"],
            new Dictionary<string, string?> { ["PORTSIDE_HOST_PASSWORD"] = Password });
        using var description = JsonDocument.Parse(await _process.Output.WaitForAsync("}\n"));
        Hosts = description.RootElement.Texts("hosts");
        Endpoint = new VSphereEndpoint(new Uri(description.RootElement.Text("url")!), description.RootElement.Text("user")!, Password);
    }

    public async ValueTask DisposeAsync()
    {
        await using (_process)
        {
            _process.Signal(Signals.Terminate);
            var code = await _process.WaitForExitAsync();
            Assert.True(code == 0, $"host ended with exit code {code}.\n{_process.Error}");
        }
    }
}
