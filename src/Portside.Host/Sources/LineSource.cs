using System.Net;
using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>Where the lines of a bridge or a port come from, again and again.</summary>
public abstract class LineSource : IAsyncDisposable
{
    /// <summary>What it is, for people, such as <c>unix:/run/vm7.sock</c>.</summary>
    public abstract string Title { get; }

    /// <summary>Whether <see cref="OpenAsync"/> waits for somebody to connect, rather than connecting itself.</summary>
    public virtual bool Waits => false;

    /// <summary>Where in the network it listens, with real port numbers; empty when it does not.</summary>
    public virtual IReadOnlyList<IPEndPoint> EndPoints => [];

    /// <summary>Listens from now on, if it is one that <see cref="Waits"/>; <see cref="OpenAsync"/> does so too.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public virtual void Listen()
    {
    }

    /// <summary>Opens the line. The one before is closed already.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The line; whoever gets it disposes it.</returns>
    /// <exception cref="IOException">It cannot be opened now.</exception>
    public abstract Task<Line> OpenAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
