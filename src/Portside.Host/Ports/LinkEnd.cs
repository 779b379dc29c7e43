namespace Portside.Host.Ports;

/// <summary>Why a connection to a proxy ended.</summary>
public enum LinkEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The machine closed it: powered off, disconnected, or moved away.</summary>
    Closed,

    /// <summary>The proxy could not be reached.</summary>
    Unreachable,

    /// <summary>The proxy closed the connection.</summary>
    PeerClosed,

    /// <summary>The connection broke: reset, or keepalive without answer.</summary>
    Broken,

    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,

    /// <summary>The proxy's certificate is not the one asked for.</summary>
    NotVerified,

    /// <summary>The URI asks for TLS and the proxy does not offer it.</summary>
    TlsNotOffered,

    /// <summary>The proxy does not speak option 232: it is no proxy for serial ports.</summary>
    NotAProxy,

    /// <summary>WONT-PROXY: the proxy does not serve this service URI or direction.</summary>
    WontProxy,

    /// <summary>The proxy did not agree to serve the port in time.</summary>
    NegotiationTimedOut,

    /// <summary>The proxy broke a rule of telnet that no connection survives.</summary>
    Protocol,
}
