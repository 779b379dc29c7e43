namespace Portside.Telnet.Negotiation;

/// <summary>
/// RFC 1143 §7 as two total functions, the same for both sides: what the peer says, and what this end wants.
/// </summary>
public static class OptionRules
{
    /// <summary>The peer said WILL or DO (<paramref name="on"/>), or WONT or DONT.</summary>
    /// <param name="state">Where this side of the option stands.</param>
    /// <param name="on">Whether the peer said WILL or DO.</param>
    /// <param name="allowed">Whether this end agrees to the option.</param>
    /// <returns>The next state and what to answer.</returns>
    public static (OptionState Next, OptionReply Reply) They(OptionState state, bool on, bool allowed) => (state, on) switch
    {
        (OptionState.No, true) when allowed => (OptionState.Yes, OptionReply.On),
        (OptionState.No, true) => (OptionState.No, OptionReply.Off),
        (OptionState.Yes, false) => (OptionState.No, OptionReply.Off),
        (OptionState.WantNo, _) => (OptionState.No, OptionReply.None),
        (OptionState.WantNoOpposite, true) => (OptionState.Yes, OptionReply.None),
        (OptionState.WantNoOpposite, false) => (OptionState.WantYes, OptionReply.On),
        (OptionState.WantYes, true) => (OptionState.Yes, OptionReply.None),
        (OptionState.WantYesOpposite, true) => (OptionState.WantNo, OptionReply.Off),
        (OptionState.WantYes or OptionState.WantYesOpposite, false) => (OptionState.No, OptionReply.None),
        _ => (state, OptionReply.None),
    };

    /// <summary>This end wants the option on or off.</summary>
    /// <param name="state">Where this side of the option stands.</param>
    /// <param name="on">What is wanted.</param>
    /// <returns>The next state and what to say.</returns>
    public static (OptionState Next, OptionReply Reply) We(OptionState state, bool on) => (state, on) switch
    {
        (OptionState.No, true) => (OptionState.WantYes, OptionReply.On),
        (OptionState.Yes, false) => (OptionState.WantNo, OptionReply.Off),
        (OptionState.WantNo, true) => (OptionState.WantNoOpposite, OptionReply.None),
        (OptionState.WantNoOpposite, false) => (OptionState.WantNo, OptionReply.None),
        (OptionState.WantYes, false) => (OptionState.WantYesOpposite, OptionReply.None),
        (OptionState.WantYesOpposite, true) => (OptionState.WantYes, OptionReply.None),
        _ => (state, OptionReply.None),
    };
}
