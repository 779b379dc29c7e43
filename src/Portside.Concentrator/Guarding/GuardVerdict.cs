namespace Portside.Concentrator.Guarding;

/// <summary>What is thought of a claim, and why.</summary>
/// <param name="Answer">Whether it agrees.</param>
/// <param name="Reason">One word: <c>unknown-uuid</c>, <c>other-host</c>, <c>second-claim</c> and so on; empty where it agrees.</param>
/// <param name="Detail">The reason in words, safe to show; empty where it agrees.</param>
public sealed record GuardVerdict(GuardAnswer Answer, string Reason, string Detail)
{
    /// <summary>The claim is right.</summary>
    public static GuardVerdict Agrees { get; } = new(GuardAnswer.Agrees, "", "");
}
