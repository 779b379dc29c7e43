namespace Portside.Telnet.Negotiation;

/// <summary>Who performs an option. RFC 1143 calls them <c>us</c> and <c>him</c>.</summary>
public enum OptionSide : byte
{
    /// <summary>This end: it says WILL and WONT, and hears DO and DONT.</summary>
    Local,

    /// <summary>The peer: this end says DO and DONT, and hears WILL and WONT.</summary>
    Remote,
}
