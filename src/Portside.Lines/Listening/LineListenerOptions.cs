using System.Net.Security;
using Portside.Lines.Tls;

namespace Portside.Lines.Listening;

/// <summary>How lines are listened for.</summary>
public sealed record LineListenerOptions
{
    /// <summary>Where; nowhere by default.</summary>
    public ListenPolicy Policy { get; init; } = ListenPolicy.Nowhere;

    /// <summary>This end's certificate with its key, asked at each connection; null, the default, for none: no TLS then.</summary>
    public Func<SslStreamCertificateContext?>? Certificate { get; init; }

    /// <summary>TLS versions and authorities.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>How long TLS may take; default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether RFC 2217 is agreed to on <c>telnet</c> and <c>telnets</c> too, not only where the scheme asks for it; default true.</summary>
    public bool ComPort { get; init; } = true;

    /// <summary>What this end calls itself to an RFC 2217 peer that asks, ASCII; default empty.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>How long data to a telnet peer waits for its word on BINARY; default 1 s.</summary>
    public TimeSpan NegotiationWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
