using BenchmarkDotNet.Attributes;
using Portside.Telnet;
using Portside.Telnet.Terminal;

namespace Portside.Benchmarks;

/// <summary>Data towards a transparent peer, and towards and from a network virtual terminal.</summary>
[MemoryDiagnoser]
[DataBytes(SampleData.Bytes)]
public class EncodeBenchmarks
{
    private readonly byte[] _destination = new byte[(2 * SampleData.Bytes) + 1];
    private byte[] _plain = [];
    private NvtOutput _nvtOutput;
    private NvtInput _nvtInput;

    [ParamsAllValues]
    public Content Content { get; set; }

    [GlobalSetup]
    public void Setup() => _plain = SampleData.Plain(Content);

    [Benchmark(Baseline = true)]
    public void Copy() => _plain.CopyTo(_destination, 0);

    [Benchmark]
    public int Escape()
    {
        TelnetEncoder.Escape(_plain, _destination, out _, out var written);
        return written;
    }

    [Benchmark]
    public int NvtEscape()
    {
        _nvtOutput.Escape(_plain, _destination, out _, out var written);
        return written;
    }

    [Benchmark]
    public int NvtFilter()
    {
        _plain.CopyTo(_destination, 0);
        return _nvtInput.Filter(_destination.AsSpan(0, _plain.Length)).Length;
    }
}
