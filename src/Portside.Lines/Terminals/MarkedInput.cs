using Portside.Telnet.ComPort;

namespace Portside.Lines.Terminals;

/// <summary>Takes the marks out of a device's input (<c>PARMRK</c>, <c>termios(3)</c>).</summary>
/// <remarks>
/// <code>
/// FF FF      the byte FF
/// FF 00 00   a break
/// FF 00 X    the byte X, with a parity or framing error
/// </code>
/// </remarks>
internal struct MarkedInput
{
    private State _state;

    private enum State : byte
    {
        Data,
        AfterMark,
        AfterNul,
    }

    /// <summary>Takes the marks out, up to and including the first break or error.</summary>
    /// <param name="data">Input as read; its start becomes data.</param>
    /// <param name="consumed">How much of it was looked at.</param>
    /// <param name="mark">What stands behind the data; none if the input ended first.</param>
    /// <returns>How much of <paramref name="data"/> is data now.</returns>
    public int Decode(Span<byte> data, out int consumed, out ComPortLineState mark)
    {
        mark = ComPortLineState.None;
        var length = 0;
        for (consumed = 0; consumed < data.Length; consumed++)
        {
            var b = data[consumed];
            switch (_state)
            {
                case State.Data when b == 0xFF:
                    _state = State.AfterMark;
                    break;
                case State.Data:
                    data[length++] = b;
                    break;
                case State.AfterMark when b == 0:
                    _state = State.AfterNul;
                    break;
                case State.AfterMark:
                    data[length++] = b;
                    _state = State.Data;
                    break;
                default:
                    _state = State.Data;
                    mark = b == 0 ? ComPortLineState.Break : ComPortLineState.ParityError;
                    if (b != 0)
                        data[length++] = b;
                    consumed++;
                    return length;
            }
        }

        return length;
    }
}
