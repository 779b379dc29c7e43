using Portside.Telnet.ComPort;

namespace Portside.Lines;

/// <summary>
/// A live connection to a serial line outside of Portside: a socket, a telnet or RFC 2217 peer, a terminal device, a
/// program in a terminal of its own. Bytes are the line's own; whatever carries them is unwrapped.
/// </summary>
/// <remarks>One thread reads and one writes; the rest may be called by any. A line that ended is not opened again.</remarks>
public abstract class Line : IAsyncDisposable
{
    /// <summary>What it is connected to, for people, such as <c>tcp://192.0.2.1:7001</c> or <c>/dev/ttyS0</c>.</summary>
    public abstract string Title { get; }

    /// <summary>The TLS version, such as <c>Tls13</c>; null when nothing is encrypted.</summary>
    public virtual string? Tls => null;

    /// <summary>Who hears what is not data; set it before the first read. It is called by the thread that reads.</summary>
    public ILineObserver? Observer { get; set; }

    /// <summary>Takes bytes from the line. An empty buffer waits until there are some and takes none.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="cancellation">Ends the wait; no byte is lost.</param>
    /// <returns>How many; 0 when the line ended, or for an empty buffer.</returns>
    /// <exception cref="IOException">The line broke.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Gives bytes to the line, waiting while it takes no more.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="cancellation">Ends the wait; how much was sent is unknown then.</param>
    /// <returns>Completes when all of it was handed on.</returns>
    /// <exception cref="IOException">The line broke.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>Sends a break.</summary>
    /// <param name="duration">How long, where the line can tell; 250 ms is usual.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when this kind of line knows no break.</returns>
    public virtual ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation) => new(false);

    /// <summary>Sets speed and framing; parts that are unknown in <paramref name="settings"/> stay as they are.</summary>
    /// <param name="settings">What is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What is in force then; null when this kind of line has no such thing.</returns>
    public virtual ValueTask<LineSettings?> ApplyAsync(LineSettings settings, CancellationToken cancellation) => new((LineSettings?)null);

    /// <summary>Sets this end's modem lines.</summary>
    /// <param name="dtr">Data terminal ready; null leaves it.</param>
    /// <param name="rts">Request to send; null leaves it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when this kind of line has none.</returns>
    public virtual ValueTask<bool> SetSignalsAsync(bool? dtr, bool? rts, CancellationToken cancellation) => new(false);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
