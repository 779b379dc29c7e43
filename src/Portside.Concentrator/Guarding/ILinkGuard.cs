namespace Portside.Concentrator.Guarding;

/// <summary>Somebody who knows which machines there are and where they run.</summary>
/// <remarks>Both members are asked by any thread, often, and never wait. When an answer may have changed, <see cref="Quarantine.LookAgain"/> is called.</remarks>
public interface ILinkGuard
{
    /// <summary>What follows when a claim is wrong.</summary>
    GuardMode Mode { get; }

    /// <summary>Judges a claim by what is known now.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>The verdict.</returns>
    GuardVerdict Judge(LinkClaim claim);
}
