using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>A machine that is on and says nothing, after an optional text; what it receives it forgets.</summary>
/// <param name="firstWords">What it says when it starts, as it goes over the line; null for nothing.</param>
public sealed class SilentGuest(ReadOnlyMemory<byte>? firstWords = null) : IGuest
{
    /// <inheritdoc/>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        var drain = GuestInput.DrainAsync(line, cancellation);
        if (firstWords is { } words)
            await line.WriteAsync(words, cancellation).ConfigureAwait(false);
        await drain.ConfigureAwait(false);
        return GuestExit.PowerOff;
    }
}
