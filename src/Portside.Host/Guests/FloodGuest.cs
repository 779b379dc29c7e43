using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>Sends a pattern over and over, as fast as the line takes it, and ignores what it receives.</summary>
public sealed class FloodGuest : IGuest
{
    private const int MinBlock = 16_384;

    private readonly ReadOnlyMemory<byte> _block;
    private readonly long _limit;
    private long _sent;

    /// <summary>A flood.</summary>
    /// <param name="pattern">What repeats; null for lines of printable ASCII. Byte n of the stream is pattern byte n modulo its length.</param>
    /// <param name="limit">Bytes after which it falls silent; null for never.</param>
    public FloodGuest(ReadOnlyMemory<byte>? pattern = null, long? limit = null)
    {
        Pattern = pattern ?? PrintableLines();
        if (Pattern.IsEmpty)
            throw new ArgumentException("A flood needs at least one byte.", nameof(pattern));
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0);
        _limit = limit ?? long.MaxValue;
        var copies = (MinBlock + Pattern.Length - 1) / Pattern.Length;
        var block = new byte[copies * Pattern.Length];
        for (var copy = 0; copy < copies; copy++)
            Pattern.CopyTo(block.AsMemory(copy * Pattern.Length));
        _block = block;
    }

    /// <summary>What repeats.</summary>
    public ReadOnlyMemory<byte> Pattern { get; }

    /// <summary>Bytes the line took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <inheritdoc/>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        var drain = GuestInput.DrainAsync(line, cancellation);
        while (Sent < _limit)
        {
            // Flooding nobody would only burn the processor.
            await line.WaitForConnectionAsync(cancellation).ConfigureAwait(false);
            var start = (int)(Sent % Pattern.Length);
            var length = (int)Math.Min(_block.Length - start, _limit - Sent);
            await line.WriteAsync(_block.Slice(start, length), cancellation).ConfigureAwait(false);
            Interlocked.Add(ref _sent, length);
        }

        await drain.ConfigureAwait(false);
        return GuestExit.PowerOff;
    }

    private static byte[] PrintableLines()
    {
        // The classic barber pole: each line starts one character further on.
        const int Width = 72;
        const int Printable = '~' - ' ' + 1;
        var lines = new byte[Printable * (Width + 2)];
        for (var line = 0; line < Printable; line++)
        {
            var row = lines.AsSpan(line * (Width + 2), Width + 2);
            for (var column = 0; column < Width; column++)
                row[column] = (byte)(' ' + ((line + column) % Printable));
            row[Width] = (byte)'\r';
            row[Width + 1] = (byte)'\n';
        }

        return lines;
    }
}
