using Portside.Testing;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>One server for the tests of a class; each brings machines of its own.</summary>
public class RunningPortside : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _arguments;

    public RunningPortside()
        : this([])
    {
    }

    /// <param name="arguments">Further words of its command line.</param>
    protected RunningPortside(params string[] arguments) => _arguments = arguments;

    internal PortsideProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PortsideProcess.StartAsync(_directory["state"], _arguments);

    public async ValueTask DisposeAsync()
    {
        await using (Server)
            await Server.StopAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}
