using System.Globalization;
using Portside.Load.Wire;

namespace Portside.Load.Streams;

/// <summary>
/// Compares what arrives with the <see cref="Pattern"/>, still escaped, and skips telnet commands between. After a
/// fault it finds its place again and books the difference as lost or doubled.
/// </summary>
internal sealed class StreamVerifier : ITelnetSink
{
    /// <summary>Random bytes enough to name one place in the pattern.</summary>
    private const int SearchBytes = 32;

    private readonly Pattern _pattern;
    private readonly long _phase;
    private readonly byte[] _window = new byte[SearchBytes];
    private TelnetReader _commands;
    private int _windowLength;
    private bool _searching;
    private long _position;

    /// <param name="pattern">What is sent.</param>
    /// <param name="phase">Where in the pattern this stream starts; another for each machine shows crossed wires.</param>
    public StreamVerifier(Pattern pattern, long phase)
    {
        _pattern = pattern;
        _phase = phase;
    }

    /// <summary>Bytes on the wire accounted for since the start. Any thread may read it.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Bytes known to be missing.</summary>
    public long Lost { get; private set; }

    /// <summary>Bytes that came once more.</summary>
    public long Doubled { get; private set; }

    /// <summary>Bytes that are nowhere in the pattern, such as a mark in the stream.</summary>
    public long Strange { get; private set; }

    /// <summary>The first disagreement in words; null while there is none.</summary>
    public string? FirstFault { get; private set; }

    public void Accept(ReadOnlySpan<byte> wire)
    {
        while (!wire.IsEmpty)
        {
            if (!_commands.IsBetweenCommands)
            {
                _commands.Feed(wire[..1], this);
                wire = wire[1..];
            }
            else if (_searching)
            {
                Search(wire[0]);
                wire = wire[1..];
            }
            else
            {
                wire = wire[Compare(wire)..];
            }
        }
    }

    void ITelnetSink.Data(ReadOnlySpan<byte> data)
    {
        Fault(data);
        foreach (var value in data)
            Search(value);
    }

    void ITelnetSink.Negotiation(byte verb, byte option)
    {
    }

    void ITelnetSink.Subnegotiation(byte option, ReadOnlySpan<byte> payload)
    {
    }

    /// <returns>How many bytes were the expected ones, or began a command.</returns>
    private int Compare(ReadOnlySpan<byte> wire)
    {
        wire = wire[..Math.Min(wire.Length, Pattern.MaxSliceBytes)];
        var expected = _pattern.Slice(_phase + _position, wire.Length).Span;
        var same = wire.CommonPrefixLength(expected);
        Volatile.Write(ref _position, _position + same);
        if (same == wire.Length)
            return same;

        if (wire[same] == Telnet.Iac && expected[same] != Telnet.Iac)
        {
            _commands.Feed([Telnet.Iac], this);
            return same + 1;
        }

        if (wire[same] != Telnet.Iac && _pattern.IsSecondOfPair(_phase + _position))
        {
            // The FF before, taken for the first of a pair, began a command.
            Volatile.Write(ref _position, _position - 1);
            _commands.Feed([Telnet.Iac], this);
            return same;
        }

        Fault(wire[same..]);
        return same;
    }

    private void Fault(ReadOnlySpan<byte> got)
    {
        var expected = _pattern.Slice(_phase + _position, 16).Span;
        FirstFault ??= string.Create(
            CultureInfo.InvariantCulture,
            $"at byte {_position}: {Convert.ToHexString(got[..Math.Min(got.Length, 16)])} instead of {Convert.ToHexString(expected)}");
        _searching = true;
        _windowLength = 0;
    }

    private void Search(byte value)
    {
        _window[_windowLength++] = value;
        if (_windowLength < SearchBytes)
            return;
        var found = _pattern.Find(_window);
        if (found < 0)
        {
            Strange++;
            _window.AsSpan(1).CopyTo(_window);
            _windowLength--;
            return;
        }

        var difference = _pattern.IsUniform ? 0 : (found - (_phase + _position) % _pattern.Period + _pattern.Period) % _pattern.Period;
        if (difference > _pattern.Period / 2)
            difference -= _pattern.Period;
        if (difference > 0)
            Lost += difference;
        else
            Doubled -= difference;
        Volatile.Write(ref _position, _position + difference + SearchBytes);
        _searching = false;
    }
}
