namespace Portside.Telnet.Negotiation;

/// <summary>Where one side of one option stands (RFC 1143 §7, its queue bit folded in).</summary>
public enum OptionState : byte
{
    /// <summary>Off.</summary>
    No,

    /// <summary>On.</summary>
    Yes,

    /// <summary>On until now; we asked for off and await the answer.</summary>
    WantNo,

    /// <summary>As <see cref="WantNo"/>, but we changed our mind: on again after the answer.</summary>
    WantNoOpposite,

    /// <summary>Off until now; we asked for on and await the answer.</summary>
    WantYes,

    /// <summary>As <see cref="WantYes"/>, but we changed our mind: off again after the answer.</summary>
    WantYesOpposite,
}
