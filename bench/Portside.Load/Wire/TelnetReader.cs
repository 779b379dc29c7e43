namespace Portside.Load.Wire;

/// <summary>
/// The smallest telnet decoder that survives any split of its input. It is a mutable struct so that 5,000 idle
/// machines cost no object each; a subnegotiation's buffer appears with the first subnegotiation.
/// </summary>
internal struct TelnetReader
{
    private const int MaxSubnegotiationBytes = 65_536;

    private State _state;
    private byte _verb;
    private byte[]? _subnegotiation;
    private int _length;

    private enum State : byte
    {
        Data,
        Command,
        Option,
        Subnegotiation,
        SubnegotiationCommand,
    }

    /// <summary>Nothing is half read: the next byte is data or starts a command.</summary>
    public readonly bool IsBetweenCommands => _state == State.Data;

    /// <exception cref="InvalidDataException">A subnegotiation is longer than 64 KiB or breaks RFC 855.</exception>
    public void Feed(ReadOnlySpan<byte> bytes, ITelnetSink sink)
    {
        while (!bytes.IsEmpty)
        {
            if (_state == State.Data)
            {
                var iac = bytes.IndexOf(Telnet.Iac);
                var run = iac < 0 ? bytes : bytes[..iac];
                if (!run.IsEmpty)
                    sink.Data(run);
                if (iac < 0)
                    return;
                bytes = bytes[(iac + 1)..];
                _state = State.Command;
                continue;
            }

            var next = bytes[0];
            bytes = bytes[1..];
            _state = Accept(next, sink);
        }
    }

    private State Accept(byte next, ITelnetSink sink)
    {
        switch (_state)
        {
            case State.Command when next == Telnet.Iac:
                sink.Data([Telnet.Iac]);
                return State.Data;
            case State.Command when next == Telnet.Sb:
                _length = 0;
                return State.Subnegotiation;
            case State.Command when next is >= Telnet.Will and <= Telnet.Dont:
                _verb = next;
                return State.Option;
            case State.Option:
                sink.Negotiation(_verb, next);
                return State.Data;
            case State.Subnegotiation when next == Telnet.Iac:
                return State.SubnegotiationCommand;
            case State.Subnegotiation:
                Append(next);
                return State.Subnegotiation;
            case State.SubnegotiationCommand when next == Telnet.Iac:
                Append(next);
                return State.Subnegotiation;
            case State.SubnegotiationCommand when next == Telnet.Se:
                if (_length > 0)
                    sink.Subnegotiation(_subnegotiation![0], _subnegotiation.AsSpan(1, _length - 1));
                return State.Data;
            case State.SubnegotiationCommand:
                throw new InvalidDataException($"A subnegotiation holds FF {next:X2}; only FF FF and FF F0 may be there.");
            default:
                return State.Data;
        }
    }

    private void Append(byte value)
    {
        _subnegotiation ??= new byte[64];
        if (_length == _subnegotiation.Length)
        {
            if (_length >= MaxSubnegotiationBytes)
                throw new InvalidDataException($"A subnegotiation is longer than {MaxSubnegotiationBytes} bytes.");
            Array.Resize(ref _subnegotiation, _length * 2);
        }

        _subnegotiation[_length++] = value;
    }
}
