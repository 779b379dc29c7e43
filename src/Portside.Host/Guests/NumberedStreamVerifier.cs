namespace Portside.Host.Guests;

/// <summary>Reads a <see cref="NumberedStream"/>, cut anywhere, and counts what is wrong with it. Not thread-safe.</summary>
/// <remarks>A record with a byte lost, doubled or changed is garbled, and its number, missing then, counts as lost.</remarks>
public sealed class NumberedStreamVerifier
{
    private readonly byte[] _partial;
    private int _length;
    private bool _joining;
    private bool _skipping;

    /// <summary>A verifier at the start of a stream, or joining one.</summary>
    /// <param name="padding">Padding of each record, in bytes.</param>
    /// <param name="first">Number the first record must have; null to join anywhere: what precedes the first whole record is passed over.</param>
    public NumberedStreamVerifier(int padding = 0, ulong? first = null)
    {
        _partial = new byte[NumberedStream.RecordLength(padding)];
        _joining = first is null;
        Expected = first ?? 0;
    }

    /// <summary>Number the next record should have.</summary>
    public ulong Expected { get; private set; }

    /// <summary>Records that came intact, repeated ones included.</summary>
    public long Received { get; private set; }

    /// <summary>Records that never came intact although a later one did.</summary>
    public long Lost { get; private set; }

    /// <summary>Records that came intact once more than they should.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Lines that are no records.</summary>
    public long Garbled { get; private set; }

    /// <summary>Whether nothing is lost, doubled or garbled so far.</summary>
    public bool IsClean => Lost == 0 && Duplicated == 0 && Garbled == 0;

    /// <summary>Reads a piece of the stream.</summary>
    /// <param name="data">The next bytes.</param>
    public void Read(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_length == 0 && !_skipping && data.Length >= _partial.Length && data[_partial.Length - 1] == '\n'
                && NumberedStream.TryRead(data[.._partial.Length], out var number))
            {
                Count(number);
                data = data[_partial.Length..];
                continue;
            }

            // Padding holds no LF, so a line is a record or it is none.
            var end = data.IndexOf((byte)'\n');
            var part = end < 0 ? data : data[..(end + 1)];
            data = data[part.Length..];
            if (_skipping || part.Length > _partial.Length - _length)
            {
                _skipping = true;
            }
            else
            {
                part.CopyTo(_partial.AsSpan(_length));
                _length += part.Length;
            }

            if (end >= 0)
                EndLine();
        }
    }

    private void EndLine()
    {
        if (!_skipping && _length == _partial.Length && NumberedStream.TryRead(_partial, out var number))
            Count(number);
        else if (!_joining)
            Garbled++;
        _skipping = false;
        _length = 0;
    }

    private void Count(ulong number)
    {
        if (_joining)
            Expected = number;
        _joining = false;
        Received++;
        if (number < Expected)
        {
            Duplicated++;
            return;
        }

        Lost += (long)(number - Expected);
        Expected = number + 1;
    }
}
