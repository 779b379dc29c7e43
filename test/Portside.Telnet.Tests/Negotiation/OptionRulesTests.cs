using Portside.Telnet.Negotiation;
using static Portside.Telnet.Negotiation.OptionReply;
using static Portside.Telnet.Negotiation.OptionState;

namespace Portside.Telnet.Tests.Negotiation;

/// <summary>
/// RFC 1143 §7, written from its text, for every state and event. The queue bit is folded into the state, as the RFC
/// itself suggests: WANTNO EMPTY is <see cref="WantNo"/>, WANTNO OPPOSITE is <see cref="WantNoOpposite"/>.
/// </summary>
/// <remarks>
/// Where the text slips, and how it is read here:
/// <list type="bullet">
/// <item>On WONT it says twice <c>himq=NONE</c> (WANTNO OPPOSITE and WANTYES OPPOSITE), a value it never defines: EMPTY is meant.</item>
/// <item>Its footnote on a refused request speaks of "a WILL negotiation" and "a queue of WONT WILL"; in that table this end
/// sends DO and DONT. Nothing follows from it: there is no second place in the queue.</item>
/// <item>WANTNO EMPTY that hears WILL goes to NO although the peer just claimed the option. The RFC calls the case an
/// error and the choice debatable; no reply is sent, so that a peer that is wrong once does not draw us into a loop.</item>
/// <item>"Error: already enabled" and its like concern the caller: wishing for what is so, or is under way, says nothing.</item>
/// </list>
/// </remarks>
public sealed class OptionRulesTests
{
    [Theory]
    [InlineData(No, Yes, On)]
    [InlineData(Yes, Yes, None)]
    [InlineData(WantNo, No, None)]
    [InlineData(WantNoOpposite, Yes, None)]
    [InlineData(WantYes, Yes, None)]
    [InlineData(WantYesOpposite, WantNo, Off)]
    public void Hearing_WILL_or_DO_of_an_option_agreed_to(OptionState state, OptionState next, OptionReply reply) =>
        Assert.Equal((next, reply), OptionRules.They(state, on: true, allowed: true));

    [Theory]
    [InlineData(No, No, Off)]
    [InlineData(Yes, Yes, None)]
    [InlineData(WantNo, No, None)]
    [InlineData(WantNoOpposite, Yes, None)]
    [InlineData(WantYes, Yes, None)]
    [InlineData(WantYesOpposite, WantNo, Off)]
    public void Hearing_WILL_or_DO_of_an_option_not_agreed_to(OptionState state, OptionState next, OptionReply reply) =>
        Assert.Equal((next, reply), OptionRules.They(state, on: true, allowed: false));

    [Theory]
    [InlineData(No, No, None)]
    [InlineData(Yes, No, Off)]
    [InlineData(WantNo, No, None)]
    [InlineData(WantNoOpposite, WantYes, On)]
    [InlineData(WantYes, No, None)]
    [InlineData(WantYesOpposite, No, None)]
    public void Hearing_WONT_or_DONT(OptionState state, OptionState next, OptionReply reply)
    {
        Assert.Equal((next, reply), OptionRules.They(state, on: false, allowed: true));
        Assert.Equal((next, reply), OptionRules.They(state, on: false, allowed: false));
    }

    [Theory]
    [InlineData(No, WantYes, On)]
    [InlineData(Yes, Yes, None)]
    [InlineData(WantNo, WantNoOpposite, None)]
    [InlineData(WantNoOpposite, WantNoOpposite, None)]
    [InlineData(WantYes, WantYes, None)]
    [InlineData(WantYesOpposite, WantYes, None)]
    public void Wanting_an_option_on(OptionState state, OptionState next, OptionReply reply) =>
        Assert.Equal((next, reply), OptionRules.We(state, on: true));

    [Theory]
    [InlineData(No, No, None)]
    [InlineData(Yes, WantNo, Off)]
    [InlineData(WantNo, WantNo, None)]
    [InlineData(WantNoOpposite, WantNo, None)]
    [InlineData(WantYes, WantYesOpposite, None)]
    [InlineData(WantYesOpposite, WantYesOpposite, None)]
    public void Wanting_an_option_off(OptionState state, OptionState next, OptionReply reply) =>
        Assert.Equal((next, reply), OptionRules.We(state, on: false));
}
