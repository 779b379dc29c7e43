namespace Portside.Concentrator.Links;

/// <summary>Whether a virtual machine may, must or cannot speak TLS to the concentrator.</summary>
public enum TlsPolicy
{
    /// <summary>Plain telnet, <c>telnets</c> and the in-band upgrade are all welcome.</summary>
    Allow,

    /// <summary>A link without TLS is refused before the concentrator says anything about itself.</summary>
    Require,

    /// <summary>Plain telnet only; no certificate is made or read.</summary>
    Off,
}
