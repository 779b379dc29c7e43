using System.Security.Cryptography;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Migration;

/// <summary>A begun vMotion of one port. Its port's lock guards what changes.</summary>
internal sealed class PortMigration
{
    /// <summary>Longest sequence accepted, in bytes; hosts are seen to send 4 and no document states a length.</summary>
    public const int MaxSequenceLength = 64;

    /// <summary>Bytes a destination may send before COMPLETE; a machine that does not run there has nothing to say.</summary>
    public const int MaxEarlyBytes = 64 * 1024;

    private readonly byte[] _key;
    private readonly int _sequenceLength;

    public PortMigration(Port port, Link source, ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> secret, long begun)
    {
        Port = port;
        Source = source;
        Begun = begun;
        _key = [.. sequence, .. secret];
        _sequenceLength = sequence.Length;
    }

    public Port Port { get; }

    public Link Source { get; }

    /// <summary>When GOAHEAD was said, in the clock's ticks.</summary>
    public long Begun { get; }

    /// <summary>Sequence and secret as one opaque key, as PEER carries them.</summary>
    public ReadOnlySpan<byte> Key => _key;

    public ReadOnlySpan<byte> Sequence => _key.AsSpan(0, _sequenceLength);

    /// <summary>Wipes the secret once the migration is over: the key is a bearer token.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(_key.AsSpan(_sequenceLength));

    /// <summary>The destination's link between PEER and COMPLETE.</summary>
    public Link? Candidate { get; set; }

    /// <summary>Whether bytes for the machine wait; false once the source shows that it runs on.</summary>
    public bool Holds { get; set; } = true;

    /// <summary>Whether the source was seen to run on after GOAHEAD; the key stays good all the same.</summary>
    public bool SourceRuns { get; set; }

    /// <summary>What the candidate sent before COMPLETE.</summary>
    public ByteQueue Early { get; set; } = new(MaxEarlyBytes);
}
