using System.Buffers;
using Portside.Host.Guests;
using Portside.Host.Ports;
using Portside.Lines;

namespace Portside.Host.Bridges;

/// <summary>A guest that is a line outside of Portside: what the line says is the machine's output, and the other way round.</summary>
/// <remarks>Between bytes it holds no buffer. It stops when the line ends, and leaves the line to its owner.</remarks>
/// <param name="line">The line.</param>
public sealed class LineGuest(Line line) : IGuest
{
    private const int BufferSize = 16_384;

    /// <inheritdoc/>
    /// <exception cref="IOException">The line broke.</exception>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var typing = TypeAsync(line, stop.Token);
        try
        {
            await SpeakAsync(line, cancellation).ConfigureAwait(false);
            return GuestExit.PowerOff;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await typing.ConfigureAwait(false);
        }
    }

    private async Task SpeakAsync(ISerialLine port, CancellationToken cancellation)
    {
        while (true)
        {
            await line.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                var length = await line.ReadAsync(buffer.AsMemory(0, BufferSize), cancellation).ConfigureAwait(false);
                if (length == 0)
                    return;
                await port.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async Task TypeAsync(ISerialLine port, CancellationToken cancellation)
    {
        await Task.Yield();
        var isBroken = false;
        try
        {
            while (true)
            {
                await port.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var length = await port.ReadAsync(buffer.AsMemory(0, BufferSize), cancellation).ConfigureAwait(false);
                    if (length == 0)
                        return;
                    if (!isBroken)
                        await line.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    // What the line still says is read to its end; what is typed meanwhile goes nowhere.
                    isBroken = true;
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The line has ended, or the machine is switched off.
        }
    }
}
