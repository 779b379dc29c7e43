using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <summary>A serial line as the guest sees it: bytes in, bytes out, and whether anything is at its other end.</summary>
public interface ISerialLine
{
    /// <summary>Whether the proxy serves the line now; it does during a vMotion.</summary>
    bool IsConnected { get; }

    /// <summary>Takes input, in order, waiting for the first byte; stands still during a vMotion.</summary>
    /// <param name="buffer">Where input goes. An empty one waits for input and takes none.</param>
    /// <param name="cancellation">Ends the wait; no input is lost.</param>
    /// <returns>How many bytes; 0 for an empty buffer, and once the line is closed for good.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>
    /// Gives output, waiting while the connection takes no more and during a vMotion. Without a connection output is
    /// thrown away, or waits, as the line is set up. One caller at a time.
    /// </summary>
    /// <param name="data">The output.</param>
    /// <param name="cancellation">Ends the wait; how much was sent is unknown then.</param>
    /// <returns>Completes when all of it was handed on.</returns>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>The guest sets its UART; whoever is at the other end is told, where there is a way to tell.</summary>
    /// <param name="settings">Unknown parts stay as they are.</param>
    void SetLine(LineSettings settings)
    {
    }

    /// <summary>Waits until the proxy serves the line.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes at once if it does.</returns>
    Task WaitForConnectionAsync(CancellationToken cancellation);
}
