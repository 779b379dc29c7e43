namespace Portside.Serve;

/// <summary>Leaves signals to the program: the framework would take them for itself and announce addresses in its own words.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
