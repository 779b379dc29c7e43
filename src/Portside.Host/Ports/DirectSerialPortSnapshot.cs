using System.Net;

namespace Portside.Host.Ports;

/// <summary>A serial port without a proxy at one moment.</summary>
public sealed record DirectSerialPortSnapshot
{
    /// <summary>Where it stands.</summary>
    public required DirectSerialPortState State { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why the last connection or attempt ended, for people; null before that.</summary>
    public string? LastReason { get; init; }

    /// <summary>When the next try is due; null when none is.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Where it listens, with real port numbers; empty when it does not.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; init; } = [];

    /// <summary>The remote system, such as <c>telnet://192.0.2.7:7001</c>; null without one.</summary>
    public string? Remote { get; init; }

    /// <summary>The TLS version of the live connection, such as <c>Tls13</c>; null for plaintext.</summary>
    public string? Tls { get; init; }

    /// <summary>Connections so far.</summary>
    public int Connections { get; init; }

    /// <summary>Guest output handed to connections, in bytes.</summary>
    public long BytesOut { get; init; }

    /// <summary>Guest output thrown away for want of a connection, in bytes.</summary>
    public long BytesDiscarded { get; init; }

    /// <summary>Input received for the guest, in bytes.</summary>
    public long BytesIn { get; init; }

    /// <summary>BREAKs received.</summary>
    public int Breaks { get; init; }
}
