using Portside.Testing;

namespace Portside.Telnet.Tests;

/// <summary>Decodes streams into lines that a test can compare and a person can read.</summary>
/// <remarks>
/// One line for each token: <c>data 31 FF</c>, <c>command F1</c>, <c>WILL 25</c>, <c>SB E8 51</c>,
/// <c>broken SB E8 51</c>, <c>undefined 34</c>. Neighbouring data is one line, however it was cut.
/// </remarks>
internal static class Tokens
{
    /// <summary>Decodes <paramref name="stream"/>; each cut of <see cref="Feeding.CutAtEveryIndex"/> must give the same.</summary>
    public static string[] Of(ReadOnlySpan<byte> stream, Feeding feeding)
    {
        switch (feeding)
        {
            case Feeding.ByteByByte:
                return Of(stream, [.. Enumerable.Range(1, Math.Max(0, stream.Length - 1))]);
            case Feeding.CutAtEveryIndex:
                var whole = Of(stream, []);
                for (var cut = 1; cut < stream.Length; cut++)
                    Assert.Equal(whole, Of(stream, [cut]));
                return whole;
            default:
                return Of(stream, []);
        }
    }

    /// <summary>Decodes <paramref name="stream"/> cut at <paramref name="cuts"/>, and checks what must hold for any stream.</summary>
    /// <remarks>
    /// What must hold: input is used up, nothing beyond it is written to, and a token never reaches beyond what it
    /// consumed.
    /// </remarks>
    public static string[] Of(ReadOnlySpan<byte> stream, ReadOnlySpan<int> cuts)
    {
        var decoder = new TelnetDecoder();
        var lines = new List<string>();
        var start = 0;
        for (var piece = 0; piece <= cuts.Length; piece++)
        {
            var end = piece < cuts.Length ? cuts[piece] : stream.Length;
            Read(decoder, stream[start..end], lines);
            start = end;
        }

        return [.. lines];
    }

    public static void Read(TelnetDecoder decoder, ReadOnlySpan<byte> piece, List<string> lines)
    {
        // A copy of its own, because the decoder writes into it, with a guard behind.
        byte[] buffer = [.. piece, 0xA5, 0x5A];
        var source = buffer.AsSpan(0, piece.Length);
        while (true)
        {
            var before = source.Length;
            var some = decoder.TryRead(ref source, out var token);
            Assert.True(buffer.AsSpan(piece.Length).SequenceEqual<byte>([0xA5, 0x5A]));
            Assert.True(buffer.AsSpan(piece.Length - source.Length, source.Length).SequenceEqual(piece[^source.Length..]));
            if (!some)
                break;

            // A command that breaks a subnegotiation off is left for the next token; its IAC may be in an earlier piece.
            Assert.True(source.Length < before || token.Kind == TelnetTokenKind.BrokenSubnegotiation);
            Add(lines, token);
        }

        Assert.True(source.IsEmpty);
    }

    public static string Show(TelnetToken token) => token.Kind switch
    {
        TelnetTokenKind.Data => $"data {HexScript.Format(token.Payload)}",
        TelnetTokenKind.Command => $"command {token.Command:X2}",
        TelnetTokenKind.Negotiation => $"{Verb(token.Command)} {token.Option:X2}",
        TelnetTokenKind.Subnegotiation => $"SB {token.Option:X2} {HexScript.Format(token.Payload)}".TrimEnd(),
        TelnetTokenKind.BrokenSubnegotiation => $"broken SB {token.Option:X2} {HexScript.Format(token.Payload)}".TrimEnd(),
        TelnetTokenKind.Undefined => $"undefined {token.Command:X2}",
        var kind => throw new InvalidOperationException($"A token of kind {kind}."),
    };

    private static void Add(List<string> lines, TelnetToken token)
    {
        var line = Show(token);
        if (token.Kind == TelnetTokenKind.Data)
        {
            Assert.False(token.Payload.IsEmpty);
            if (lines is [.., var last] && last.StartsWith("data ", StringComparison.Ordinal))
            {
                lines[^1] = $"{last} {line["data ".Length..]}";
                return;
            }
        }

        lines.Add(line);
    }

    private static string Verb(byte command) => command switch
    {
        TelnetCommand.Will => "WILL",
        TelnetCommand.Wont => "WONT",
        TelnetCommand.Do => "DO",
        TelnetCommand.Dont => "DONT",
        _ => throw new InvalidOperationException($"A negotiation with command {command}."),
    };
}
