namespace Portside.Concentrator.Clients;

/// <summary>Who may attach how, given who is attached: VMware's documented lock modes as one pure rule.</summary>
public static class PortAccess
{
    /// <summary>Decides on a request.</summary>
    /// <param name="requested">The mode asked for.</param>
    /// <param name="current">The modes of those attached, in order of arrival.</param>
    /// <returns>The mode granted, or the first one in the way.</returns>
    public static PortAccessDecision Decide(ClientMode requested, ReadOnlySpan<ClientMode> current)
    {
        for (var i = 0; i < current.Length; i++)
        {
            if (!Conflict(requested, current[i]))
                continue;
            if (requested == ClientMode.ReadOnlyFallback)
                return Decide(ClientMode.ReadOnly, current);
            return PortAccessDecision.Refused(i);
        }

        return PortAccessDecision.Granted(requested);
    }

    /// <summary>What becomes of one who is attached when somebody takes over with <paramref name="requested"/>.</summary>
    /// <param name="requested">The mode taken.</param>
    /// <param name="current">The mode of the one attached.</param>
    /// <returns>Its new mode: the same where nothing conflicts, read-only where that suffices; null when it must leave.</returns>
    public static ClientMode? AfterTakeover(ClientMode requested, ClientMode current)
    {
        if (!Conflict(requested, current))
            return current;
        return Conflict(requested, ClientMode.ReadOnly) || current == ClientMode.Exclusive ? null : ClientMode.ReadOnly;
    }

    /// <summary>Whether a client of this mode may type.</summary>
    /// <param name="mode">A granted mode.</param>
    /// <returns>False for readers only.</returns>
    public static bool Writes(ClientMode mode) => mode != ClientMode.ReadOnly;

    private static bool Conflict(ClientMode requested, ClientMode current) => (requested, current) switch
    {
        (ClientMode.Exclusive, _) or (_, ClientMode.Exclusive) => true,
        (ClientMode.ExclusiveWrite, _) => Writes(current),
        (_, ClientMode.ExclusiveWrite) => Writes(requested),
        _ => false,
    };
}
