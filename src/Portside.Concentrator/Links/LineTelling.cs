namespace Portside.Concentrator.Links;

/// <summary>
/// Which machines are told, by RFC 2217, what clients make of speed, framing and modem lines. What an ESXi host makes of
/// such words is not documented.
/// </summary>
public enum LineTelling
{
    /// <summary>Those that are Portside's own bridges, with a real line at their other end.</summary>
    Bridge,

    /// <summary>All that speak RFC 2217.</summary>
    All,

    /// <summary>None.</summary>
    None,
}
