using System.Net;

namespace Portside.Host.Ports;

/// <summary>A virtual serial port at one moment.</summary>
public sealed record VirtualSerialPortSnapshot
{
    /// <summary>Where it stands.</summary>
    public required VirtualSerialPortState State { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why the last connection ended; <see cref="LinkEnd.None"/> before that.</summary>
    public LinkEnd LastEnd { get; init; }

    /// <summary>The same in words; null before that.</summary>
    public string? LastReason { get; init; }

    /// <summary>When the next try is due; null when none is.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>This end's address of the live connection; null without one, or not over TCP.</summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>The TLS version of the live connection, such as <c>Tls13</c>; null for plaintext.</summary>
    public string? Tls { get; init; }

    /// <summary>Whether the proxy took up COM-PORT-OPTION on the live connection.</summary>
    public bool ComPort { get; init; }

    /// <summary>The proxy's KNOWN-SUBOPTIONS on the live connection; null until it came.</summary>
    public IReadOnlyList<byte>? ProxySuboptions { get; init; }

    /// <summary>Connections that the proxy served, vMotion destinations among them.</summary>
    public int Connections { get; init; }

    /// <summary>vMotions completed.</summary>
    public int Migrations { get; init; }

    /// <summary>Guest output handed to connections, in bytes.</summary>
    public long BytesOut { get; init; }

    /// <summary>Guest output thrown away for want of a connection, in bytes.</summary>
    public long BytesDiscarded { get; init; }

    /// <summary>Input received for the guest, in bytes.</summary>
    public long BytesIn { get; init; }

    /// <summary>Input that came to the source of a vMotion after GOAHEAD and went nowhere, in bytes; 0 with a correct proxy.</summary>
    public long BytesLate { get; init; }

    /// <summary>BREAKs received.</summary>
    public int Breaks { get; init; }
}
