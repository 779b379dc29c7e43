using System.Buffers;
using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>Input nobody in the guest wants.</summary>
internal static class GuestInput
{
    /// <summary>Takes input and forgets it until the line closes: unread input would hold back the proxy's other messages.</summary>
    public static async Task DrainAsync(ISerialLine line, CancellationToken cancellation)
    {
        while (true)
        {
            await line.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(4096);
            try
            {
                if (await line.ReadAsync(buffer, cancellation).ConfigureAwait(false) == 0)
                    return;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
