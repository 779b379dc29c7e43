using BenchmarkDotNet.Attributes;
using Portside.Telnet;

namespace Portside.Benchmarks;

/// <summary>Small reads: what one key, one command and one machine's opening cost.</summary>
[MemoryDiagnoser]
public class TokenBenchmarks
{
    /// <summary>What a machine sends from its connect to its name: 12 tokens, four of them subnegotiations.</summary>
    private static readonly byte[] Opening =
    [
        0xFF, 0xFB, 0x25, 0xFF, 0xFD, 0x00, 0xFF, 0xFD, 0x03, 0xFF, 0xFD, 0x01, 0xFF, 0xFB, 0x00, 0xFF, 0xFB, 0x03,
        0xFF, 0xFB, 0xE8, 0xFF, 0xFA, 0xE8, 0, 0, 1, 2, 3, 40, 41, 43, 44, 45, 46, 48, 70, 71, 73, 80, 81, 84, 85, 86, 87,
        82, 83, 0xFF, 0xF0, 0xFF, 0xFA, 0xE8, 70, .. "SvSPC.py"u8, 0xFF, 0xF0, 0xFF, 0xFA, 0xE8, 80,
        .. "01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00"u8, 0xFF, 0xF0, 0xFF, 0xFA, 0xE8, 82, .. "vm-00000"u8, 0xFF,
        0xF0, 0xFF, 0xFB, 0x2C,
    ];

    private readonly TelnetDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[Opening.Length];
    private readonly byte[] _key = [(byte)'a'];

    [Benchmark]
    public int Key()
    {
        var source = _key.AsSpan();
        return Read(source);
    }

    [Benchmark]
    public int OpeningWhole()
    {
        Opening.CopyTo(_buffer, 0);
        return Read(_buffer);
    }

    [Benchmark]
    public int OpeningByteByByte()
    {
        Opening.CopyTo(_buffer, 0);
        var tokens = 0;
        for (var i = 0; i < _buffer.Length; i++)
            tokens += Read(_buffer.AsSpan(i, 1));
        return tokens;
    }

    private int Read(Span<byte> source)
    {
        var tokens = 0;
        while (_decoder.TryRead(ref source, out _))
            tokens++;
        return tokens;
    }
}
