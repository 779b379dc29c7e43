using System.Buffers;
using System.Buffers.Binary;

namespace Portside.Telnet.Terminal;

/// <summary>NAWS (RFC 1073): a terminal's size, <c>IAC SB 31 width(2) height(2) IAC SE</c>, big-endian.</summary>
/// <param name="Columns">Characters in a line; 0 means unknown.</param>
/// <param name="Rows">Lines; 0 means unknown.</param>
public readonly record struct WindowSize(ushort Columns, ushort Rows)
{
    /// <summary>Reads a subnegotiation's payload.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="size">The size.</param>
    /// <returns>False unless it is four bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out WindowSize size)
    {
        size = default;
        if (payload.Length != 4)
            return false;
        size = new(BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <summary>Writes the size as a subnegotiation.</summary>
    /// <param name="output">Where it goes.</param>
    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(payload, Columns);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Rows);
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.WindowSize, payload);
    }
}
