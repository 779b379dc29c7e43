namespace Portside.Host.Ports;

/// <summary>How a machine opens the conversation with its proxy. ESXi's own order with a silent proxy is unconfirmed.</summary>
public enum OpeningStyle
{
    /// <summary>
    /// AUTHENTICATION first on <c>telnet://</c>; once that is refused, TLS is up, or the wait for it is over: WILL for
    /// option 232, then BINARY and SUPPRESS-GO-AHEAD both ways. Drives talkative and silent proxies alike.
    /// </summary>
    Lead,

    /// <summary>As <see cref="Lead"/>, but everything in the first segment where TLS is not a must: fastest.</summary>
    LeadAtOnce,

    /// <summary>As <see cref="Lead"/>, but option 232 alone is offered.</summary>
    LeadWithoutBinary,

    /// <summary>AUTHENTICATION only; the proxy must ask for option 232.</summary>
    Follow,
}
