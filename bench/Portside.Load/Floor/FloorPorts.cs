using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Portside.Load.Floor;

/// <summary>Pairs, by the number that both sides say first.</summary>
internal sealed class FloorPorts
{
    private readonly ConcurrentDictionary<long, FloorPort> _ports = new();

    /// <summary>Reads the 8 bytes of pair number and nothing behind them.</summary>
    /// <returns>The pair, made if it is new; null if the connection ended first.</returns>
    public async Task<FloorPort?> FindAsync(PipeReader input)
    {
        var result = await input.ReadAtLeastAsync(sizeof(long));
        if (result.Buffer.Length < sizeof(long))
            return null;
        var number = Number(result.Buffer);
        input.AdvanceTo(result.Buffer.GetPosition(sizeof(long)));
        return _ports.GetOrAdd(number, static _ => new FloorPort());
    }

    private static long Number(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        buffer.Slice(0, sizeof(long)).CopyTo(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
