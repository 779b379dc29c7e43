using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Lines.Tls;

/// <summary>What holds for TLS whoever the peer is.</summary>
public sealed record TlsSettings
{
    /// <summary>TLS versions offered; <see cref="SslProtocols.None"/>, the default, leaves it to the platform (1.2 and 1.3).</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.None;

    /// <summary>Authorities trusted where a URI asks for trust; null, the default, for the platform's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>When certificates must be valid.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
