namespace Portside.Lines.Uris;

/// <summary>How a peer at a network address is talked to.</summary>
public enum NetworkScheme
{
    /// <summary><c>tcp://</c>, or no scheme at all: raw bytes, IPv4 or IPv6.</summary>
    Tcp,

    /// <summary><c>tcp4://</c>: raw bytes over IPv4.</summary>
    Tcp4,

    /// <summary><c>tcp6://</c>: raw bytes over IPv6.</summary>
    Tcp6,

    /// <summary><c>ssl://</c>, which is <c>tcp+ssl://</c>: TLS from the first byte, raw bytes within.</summary>
    Ssl,

    /// <summary><c>tcp4+ssl://</c>: the same over IPv4.</summary>
    Ssl4,

    /// <summary><c>tcp6+ssl://</c>: the same over IPv6.</summary>
    Ssl6,

    /// <summary><c>telnet://</c>: telnet at once; TLS may start in band (AUTHENTICATION, RFC 2941).</summary>
    Telnet,

    /// <summary><c>telnets://</c>: TLS from the first byte, telnet within.</summary>
    Telnets,

    /// <summary><c>rfc2217://</c>: telnet with COM-PORT-OPTION. Ours; vSphere knows no such scheme.</summary>
    Rfc2217,

    /// <summary><c>rfc2217s://</c>: TLS from the first byte, telnet with COM-PORT-OPTION within. Ours.</summary>
    Rfc2217s,
}
