using BenchmarkDotNet.Attributes;
using Portside.Concentrator.Recording;

namespace Portside.Benchmarks;

/// <summary>One machine's output on its way to everyone who watches: appended once, read by each at its own cursor.</summary>
[MemoryDiagnoser]
[DataBytes(SampleData.Bytes)]
public class FanOutBenchmarks
{
    private const int Chunk = 4096;

    private readonly byte[] _data = SampleData.Plain(Content.Text);
    private readonly byte[] _destination = new byte[Chunk];
    private PortRecording _recording = new(64 * 1024, 1024 * 1024);
    private RecordingReader[] _readers = [];
    private int _awake;

    [Params(0, 1, 8, 64)]
    public int Readers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _recording = new(64 * 1024, 1024 * 1024);
        _readers = [.. Enumerable.Range(0, Readers).Select(_ => _recording.Add(0, () => _awake++))];
    }

    [Benchmark]
    public long AppendAndRead()
    {
        var read = 0L;
        for (var at = 0; at < _data.Length; at += Chunk)
        {
            _recording.Append(_data.AsSpan(at, Chunk));
            foreach (var reader in _readers)
                read += reader.Read(_destination, out _);
        }

        return read;
    }
}
