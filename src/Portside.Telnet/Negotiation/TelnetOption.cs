namespace Portside.Telnet.Negotiation;

/// <summary>One row of an <see cref="OptionTable"/>.</summary>
/// <param name="Code">The option's code.</param>
/// <param name="Name">Its name in its RFC.</param>
/// <param name="Source">Where it is defined.</param>
/// <param name="Local">Whether this end performs it when asked (agrees to DO).</param>
/// <param name="Remote">Whether the peer may perform it (agrees to WILL).</param>
public sealed record TelnetOption(byte Code, string Name, string Source, bool Local, bool Remote);
