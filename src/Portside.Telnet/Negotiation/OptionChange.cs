namespace Portside.Telnet.Negotiation;

/// <summary>What a negotiation settled.</summary>
/// <param name="Option">The option's code.</param>
/// <param name="Side">Whose side of it.</param>
/// <param name="Enabled">Whether it is on now.</param>
/// <param name="Settled">Whether the peer's word changed it, or answered a request of ours.</param>
public readonly record struct OptionChange(byte Option, OptionSide Side, bool Enabled, bool Settled);
