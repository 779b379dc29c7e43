using System.Buffers;

namespace Portside.Telnet;

/// <summary>
/// Cuts a telnet byte stream into tokens (RFC 854, 855). Input may be split anywhere; memory is bounded by
/// <see cref="MaxSubnegotiationLength"/> and nothing is held between tokens.
/// </summary>
/// <remarks>
/// <code>
/// stream         = *( data | IAC IAC | command )
/// command        = IAC ( NOP..GA | WILL..DONT option | SB option *( byte | IAC IAC ) IAC SE )
/// </code>
/// Data is unescaped in place: the decoder writes into the caller's buffer so that a run of data, doubled IACs and
/// all, is one token and no byte is copied twice. Not thread-safe.
/// </remarks>
public sealed class TelnetDecoder
{
    /// <summary>Default of <see cref="MaxSubnegotiationLength"/>.</summary>
    public const int DefaultMaxSubnegotiationLength = 65_536;

    private byte[]? _buffer;
    private int _length;
    private State _state;
    private bool _taken;
    private byte _verb;
    private byte _option;

    /// <summary>A decoder at the start of a stream.</summary>
    /// <param name="maxSubnegotiationLength">Longest subnegotiation accepted, in bytes after unescaping.</param>
    public TelnetDecoder(int maxSubnegotiationLength = DefaultMaxSubnegotiationLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSubnegotiationLength);
        MaxSubnegotiationLength = maxSubnegotiationLength;
    }

    private enum State : byte
    {
        Data,
        Iac,
        Option,
        SubOption,
        SubOptionIac,
        Sub,
        SubIac,
    }

    /// <summary>Longest subnegotiation accepted, in bytes after unescaping and without its option byte.</summary>
    /// <remarks>RFC 855 sets no bound; the longest legitimate ones carry a URI or a machine's name.</remarks>
    public int MaxSubnegotiationLength { get; }

    /// <summary>Whether the stream so far ends inside a command: at its end this means it was cut.</summary>
    public bool IsInsideCommand => _state != State.Data;

    internal bool HoldsBuffer => _buffer is not null;

    /// <summary>Takes the next token, and exactly its bytes, from <paramref name="source"/>.</summary>
    /// <param name="source">Received bytes; advanced past the token. Its memory may be changed up to that point.</param>
    /// <param name="token">The token; its payload lies in <paramref name="source"/> or in the decoder.</param>
    /// <returns>False when <paramref name="source"/> is used up without completing a token.</returns>
    /// <exception cref="TelnetProtocolException">
    /// A subnegotiation is longer than <see cref="MaxSubnegotiationLength"/>. What follows cannot be told from it: the
    /// connection is to be closed.
    /// </exception>
    public bool TryRead(ref Span<byte> source, out TelnetToken token)
    {
        if (_taken)
            Release();

        while (!source.IsEmpty)
        {
            switch (_state)
            {
                case State.Data:
                    var data = Unescape(ref source, out var ended);
                    if (ended)
                        _state = State.Iac;
                    if (data.IsEmpty)
                        continue;
                    token = new(TelnetTokenKind.Data, 0, 0, data);
                    return true;

                case State.Iac:
                    if (source[0] == TelnetCommand.Iac)
                    {
                        // The first half of a doubled IAC came before this buffer, so this half is the data byte.
                        token = new(TelnetTokenKind.Data, 0, 0, Take(ref source, 1));
                        _state = State.Data;
                        return true;
                    }

                    if (ReadCommand(Take(ref source, 1)[0], out token))
                        return true;
                    continue;

                case State.Option:
                    _state = State.Data;
                    token = new(TelnetTokenKind.Negotiation, _verb, Take(ref source, 1)[0], default);
                    return true;

                case State.SubOption:
                    _option = Take(ref source, 1)[0];
                    _state = _option == TelnetCommand.Iac ? State.SubOptionIac : State.Sub;
                    continue;

                case State.SubOptionIac:
                    // IAC SB IAC SE carries nothing, not even an option; an option numbered 255 is doubled.
                    _state = State.Sub;
                    if (source[0] == TelnetCommand.Iac)
                    {
                        Take(ref source, 1);
                        continue;
                    }

                    _state = source[0] == TelnetCommand.Se ? State.Data : State.Iac;
                    if (_state == State.Data)
                        Take(ref source, 1);
                    token = new(TelnetTokenKind.BrokenSubnegotiation, 0, 0, default);
                    return true;

                case State.Sub:
                    var part = Unescape(ref source, out ended);
                    if (ended)
                        _state = State.SubIac;

                    // Wholly inside this buffer: no copy.
                    if (_length == 0 && ended && part.Length <= MaxSubnegotiationLength && source is [TelnetCommand.Se, ..])
                    {
                        Take(ref source, 1);
                        _state = State.Data;
                        token = new(TelnetTokenKind.Subnegotiation, 0, _option, part);
                        return true;
                    }

                    Keep(part);
                    continue;

                default:
                    if (source[0] == TelnetCommand.Iac)
                    {
                        Keep(Take(ref source, 1));
                        _state = State.Sub;
                        continue;
                    }

                    var whole = source[0] == TelnetCommand.Se;
                    if (whole)
                        Take(ref source, 1);
                    _state = whole ? State.Data : State.Iac;
                    _taken = true;
                    token = new(
                        whole ? TelnetTokenKind.Subnegotiation : TelnetTokenKind.BrokenSubnegotiation,
                        0,
                        _option,
                        _buffer.AsSpan(0, _length));
                    return true;
            }
        }

        token = default;
        return false;
    }

    /// <summary>
    /// Takes bytes up to a command, turning each doubled IAC into one. <paramref name="ended"/> tells that a lone
    /// IAC followed and was taken too.
    /// </summary>
    private static Span<byte> Unescape(ref Span<byte> source, out bool ended)
    {
        var read = source.IndexOf(TelnetCommand.Iac);
        ended = false;
        if (read < 0)
            return Take(ref source, source.Length);

        var write = read;
        while (read < source.Length)
        {
            // A run of IACs is pairs of data and, when odd, the start of a command (or of a pair cut off here).
            var run = source[read..].IndexOfAnyExcept(TelnetCommand.Iac);
            if (run < 0)
                run = source.Length - read;
            source.Slice(write, run / 2).Fill(TelnetCommand.Iac);
            write += run / 2;
            read += run;
            if (run % 2 != 0)
            {
                ended = true;
                break;
            }

            var plain = source[read..].IndexOf(TelnetCommand.Iac);
            if (plain < 0)
                plain = source.Length - read;
            source.Slice(read, plain).CopyTo(source[write..]);
            write += plain;
            read += plain;
            if (run + plain < TelnetEncoder.Dense)
                UnescapeDense(source, ref read, ref write);
        }

        return Take(ref source, read)[..write];
    }

    /// <summary>As the loop above, byte by byte; stops before an IAC that no second one follows.</summary>
    private static void UnescapeDense(Span<byte> source, ref int read, ref int write)
    {
        var end = Math.Min(read + TelnetEncoder.DenseBlock, source.Length - 1);
        while (read < end)
        {
            var b = source[read];
            if (b == TelnetCommand.Iac && source[read + 1] != TelnetCommand.Iac)
                return;
            source[write++] = b;
            read += b == TelnetCommand.Iac ? 2 : 1;
        }
    }

    private static Span<byte> Take(ref Span<byte> source, int count)
    {
        var taken = source[..count];
        source = source[count..];
        return taken;
    }

    private bool ReadCommand(byte command, out TelnetToken token)
    {
        token = default;
        switch (command)
        {
            case TelnetCommand.Sb:
                _state = State.SubOption;
                return false;
            case TelnetCommand.Will or TelnetCommand.Wont or TelnetCommand.Do or TelnetCommand.Dont:
                _verb = command;
                _state = State.Option;
                return false;
            default:
                var kind = command > TelnetCommand.Se ? TelnetTokenKind.Command : TelnetTokenKind.Undefined;
                _state = State.Data;
                token = new(kind, command, 0, default);
                return true;
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (part.Length > MaxSubnegotiationLength - _length)
            ThrowTooLong();
        var needed = _length + part.Length;
        if (_buffer is null || _buffer.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(MaxSubnegotiationLength, Math.Max(needed * 2L, 64)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            if (_buffer is not null)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        part.CopyTo(_buffer.AsSpan(_length));
        _length = needed;
    }

    private void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = 0;
        _taken = false;
    }

    private void ThrowTooLong()
    {
        Release();
        throw new TelnetProtocolException(
            $"A subnegotiation of option {_option} is longer than {MaxSubnegotiationLength} bytes (RFC 855 sets no bound; this end does).");
    }
}
