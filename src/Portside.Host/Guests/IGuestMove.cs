namespace Portside.Host.Guests;

/// <summary>A guest on its way to another host, standing still. Disposing it before <see cref="SwitchAsync"/> lets it run on where it was.</summary>
public interface IGuestMove : IAsyncDisposable
{
    /// <summary>Hands over: from here on the guest runs at its destination, and nowhere else.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Completes when it runs there.</returns>
    /// <exception cref="IOException">It could not; it stands still where it was.</exception>
    Task SwitchAsync(CancellationToken cancellation);
}
