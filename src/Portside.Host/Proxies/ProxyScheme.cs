namespace Portside.Host.Proxies;

/// <summary>How a virtual machine talks to its proxy.</summary>
public enum ProxyScheme
{
    /// <summary><c>telnet://</c>: telnet at once; TLS may start in band (AUTHENTICATION, RFC 2941).</summary>
    Telnet,

    /// <summary><c>telnets://</c>: TLS from the first byte, telnet inside.</summary>
    Telnets,
}
