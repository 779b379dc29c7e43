using BenchmarkDotNet.Attributes;
using Portside.Telnet;

namespace Portside.Benchmarks;

/// <summary>A buffer full of data, as a busy machine fills one.</summary>
[MemoryDiagnoser]
[DataBytes(SampleData.Bytes)]
public class DecodeBenchmarks
{
    private readonly TelnetDecoder _decoder = new();
    private byte[] _wire = [];
    private byte[] _buffer = [];

    [ParamsAllValues]
    public Content Content { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _wire = SampleData.Wire(Content);
        _buffer = new byte[_wire.Length];
    }

    /// <summary>The decoder writes into its input, so each operation begins with a copy; this is the copy alone.</summary>
    [Benchmark(Baseline = true)]
    public void Copy() => _wire.CopyTo(_buffer, 0);

    [Benchmark]
    public int Decode()
    {
        _wire.CopyTo(_buffer, 0);
        var source = _buffer.AsSpan();
        var bytes = 0;
        while (_decoder.TryRead(ref source, out var token))
            bytes += token.Payload.Length;
        return bytes;
    }
}
