namespace Portside.Telnet.Negotiation;

/// <summary>What a transition says to the peer.</summary>
public enum OptionReply : byte
{
    /// <summary>Nothing: an answer that changes nothing would make two such peers loop.</summary>
    None,

    /// <summary>WILL (local side) or DO (remote side).</summary>
    On,

    /// <summary>WONT (local side) or DONT (remote side).</summary>
    Off,
}
