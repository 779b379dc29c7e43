using System.Runtime.CompilerServices;
using Portside.Host.Inventory;

namespace Portside.Host.Properties;

/// <summary>What a session's filters and views may keep in memory together: a client that forgets its lists must not fill the server.</summary>
internal sealed class SessionBudget
{
    /// <summary>References, paths and traversals kept for one session, at most; each is some hundred bytes.</summary>
    public const int Most = 500_000;

    private static readonly ConditionalWeakTable<Session, SessionBudget> Budgets = [];

    private int _used;

    /// <summary>A session's.</summary>
    /// <param name="session">The session.</param>
    /// <returns>Its budget.</returns>
    public static SessionBudget Of(Session session) => Budgets.GetValue(session, static _ => new SessionBudget());

    /// <summary>Takes room for something.</summary>
    /// <param name="count">References, paths and traversals in it.</param>
    /// <exception cref="VSphere.Soap.VimFaultException">There is not that much.</exception>
    public void Take(int count)
    {
        if (Interlocked.Add(ref _used, count) <= Most)
            return;
        Give(count);
        throw PropertyFaults.TooMany($"The session's filters and views name more than {Most} objects; destroy some.");
    }

    /// <summary>Gives room back.</summary>
    /// <param name="count">As much as was taken.</param>
    public void Give(int count) => Interlocked.Add(ref _used, -count);
}
