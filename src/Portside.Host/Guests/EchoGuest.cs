using System.Buffers;
using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>Sends back what it receives, byte for byte.</summary>
public sealed class EchoGuest : IGuest
{
    private const int BufferSize = 16_384;

    /// <inheritdoc/>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        while (true)
        {
            // Waits without a buffer: an idle machine costs next to nothing.
            await line.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                var length = await line.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (length == 0)
                    return GuestExit.PowerOff;
                await line.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
