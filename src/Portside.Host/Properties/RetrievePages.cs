using System.Globalization;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;

namespace Portside.Host.Properties;

/// <summary>What <c>RetrievePropertiesEx</c> still owes a session: pages that it did not ask for yet.</summary>
internal sealed class RetrievePages
{
    /// <summary>Retrievals left open, at most; the oldest gives way.</summary>
    public const int MaxOpen = 32;

    private readonly LinkedList<Rest> _open = [];
    private readonly Lock _lock = new();
    private long _tokens;

    /// <summary>The first page of a retrieval.</summary>
    /// <param name="objects">All objects.</param>
    /// <param name="size">Objects in a page, at most; null for as many as an answer has room for.</param>
    /// <returns>The page; null if there are no objects.</returns>
    public RetrieveResult? First(IReadOnlyList<PlannedObject> objects, int? size) =>
        Page(new Rest(objects, 0, size, null), _ => true);

    /// <summary>The next page.</summary>
    /// <param name="token">Token of the page before.</param>
    /// <param name="isThere">Whether an object is still there: those that are not are left out.</param>
    /// <returns>The page; null if all that was left is gone.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidArgument</c>: it is no token, or was used before.</exception>
    public RetrieveResult? Next(string token, Func<ManagedObject, bool> isThere) => Page(Take(token), isThere);

    /// <summary>Gives up what is left of a retrieval.</summary>
    /// <param name="token">Token of its last page.</param>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidArgument</c>: it is no token, or was used before.</exception>
    public void Cancel(string token) => Take(token);

    private Rest Take(string token)
    {
        lock (_lock)
        {
            for (var node = _open.First; node is not null; node = node.Next)
            {
                if (node.Value.Token != token)
                    continue;
                _open.Remove(node);
                return node.Value;
            }
        }

        throw Fault.InvalidArgument("token", "No retrieval has it; it may have been used, cancelled or given up.");
    }

    private RetrieveResult? Page(Rest rest, Func<ManagedObject, bool> isThere)
    {
        var room = new AnswerRoom(rest.Size);
        var page = new List<ObjectContent>();
        var at = rest.At;
        for (; at < rest.Objects.Count && !room.IsUsed; at++)
        {
            if (!isThere(rest.Objects[at].Target))
                continue;
            page.Add(rest.Objects[at].Content());
            room.Use(page[^1].Weigh());
        }

        if (page.Count == 0)
            return null;
        string? token = null;
        if (at < rest.Objects.Count)
        {
            lock (_lock)
            {
                token = (++_tokens).ToString(CultureInfo.InvariantCulture);
                _open.AddLast(rest with { At = at, Token = token });
                while (_open.Count > MaxOpen || _open.Count > 1 && _open.Sum(open => (long)open.Objects.Count) > SessionBudget.Most)
                    _open.RemoveFirst();
            }
        }

        return new RetrieveResult { Token = token, Objects = page };
    }

    private sealed record Rest(IReadOnlyList<PlannedObject> Objects, int At, int? Size, string? Token);
}
