using Portside.Load.Wire;

namespace Portside.Load.Streams;

/// <summary>
/// A stream whose every byte depends on its position, as a table of the bytes on the wire (FF already doubled), so
/// that sending is a slice and verifying is a comparison of memory. A loss or repetition of any length but a multiple
/// of <see cref="Period"/> breaks the comparison; those multiples are caught by the count at the end.
/// </summary>
internal sealed class Pattern
{
    /// <summary>Longest slice that one call may ask for.</summary>
    public const int MaxSliceBytes = 128 * 1024;

    /// <summary>Small enough to stay in a core's second-level cache; prime, so that it is no buffer's multiple.</summary>
    private const int PayloadBytes = 65_537;

    private readonly byte[] _wire;

    private Pattern(ReadOnlySpan<byte> payload)
    {
        var period = new List<byte>(payload.Length * 2);
        foreach (var value in payload)
        {
            if (value == Telnet.Iac)
                period.Add(Telnet.Iac);
            period.Add(value);
        }

        Period = period.Count;
        PayloadShare = (double)payload.Length / Period;
        IsUniform = payload.IndexOfAnyExcept(payload[0]) < 0;
        _wire = new byte[Period + MaxSliceBytes];
        for (var at = 0; at < _wire.Length; at++)
            _wire[at] = period[at % Period];
    }

    /// <summary>Console-like output: printable lines of 78 characters, ended by CR LF.</summary>
    public static Pattern Text { get; } = new(Lines(seed: 232));

    /// <summary>What a person's keys could send: printable, no CR and no tilde, hence nothing that an escape could mean.</summary>
    public static Pattern Keys { get; } = new(Printable(seed: 1143));

    /// <summary>0xFF only: telnet's worst case, two bytes on the wire for each.</summary>
    public static Pattern Ones { get; } = new(Enumerable.Repeat(Telnet.Iac, PayloadBytes).ToArray());

    /// <summary>Every byte value, random.</summary>
    public static Pattern Binary { get; } = new(AnyByte(seed: 854));

    /// <summary>Bytes on the wire after which the pattern repeats.</summary>
    public int Period { get; }

    /// <summary>Payload bytes per byte on the wire; 1 where nothing is escaped, 0.5 for <see cref="Ones"/>.</summary>
    public double PayloadShare { get; }

    /// <summary>One byte value only: position cannot be told from content.</summary>
    public bool IsUniform { get; }

    public ReadOnlyMemory<byte> Slice(long position, int length) =>
        _wire.AsMemory((int)(position % Period), length);

    /// <summary>Where in the period this run of bytes is, or -1.</summary>
    public int Find(ReadOnlySpan<byte> run) => _wire.AsSpan(0, Period + run.Length - 1).IndexOf(run);

    /// <summary>The byte at this position is the second of a doubled FF.</summary>
    public bool IsSecondOfPair(long position)
    {
        var at = (int)(position % Period);
        if (_wire[at] != Telnet.Iac)
            return false;
        if (IsUniform)
            return at % 2 == 1;
        var before = _wire.AsSpan(0, at);
        var run = before.Length - 1 - before.LastIndexOfAnyExcept(Telnet.Iac);
        return run % 2 == 1;
    }

    public static Pattern Named(string name) => name switch
    {
        "text" => Text,
        "ff" => Ones,
        "binary" => Binary,
        _ => throw new ArgumentException($"Data is text, ff or binary, not \"{name}\".", nameof(name)),
    };

    private static byte[] AnyByte(int seed)
    {
        var bytes = new byte[PayloadBytes];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Printable(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[PayloadBytes];
        foreach (ref var value in bytes.AsSpan())
            value = (byte)random.Next(0x20, 0x7E);
        return bytes;
    }

    private static byte[] Lines(int seed)
    {
        var bytes = Printable(seed);
        for (var end = 78; end + 1 < bytes.Length; end += 80)
            (bytes[end], bytes[end + 1]) = ((byte)'\r', (byte)'\n');
        return bytes;
    }
}
