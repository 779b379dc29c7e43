namespace Portside.Concentrator.Clients;

/// <summary>The outcome of <see cref="PortAccess.Decide"/>.</summary>
/// <param name="Mode">The mode granted; null when refused. A fallback that fell back is granted as read-only.</param>
/// <param name="Holder">Index of the first client in the way; -1 when granted.</param>
public readonly record struct PortAccessDecision(ClientMode? Mode, int Holder)
{
    internal static PortAccessDecision Granted(ClientMode mode) => new(mode, -1);

    internal static PortAccessDecision Refused(int holder) => new(null, holder);
}
