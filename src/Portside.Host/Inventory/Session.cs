using System.Collections.Concurrent;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>One login, and the objects that live and die with it: collectors, filters and views.</summary>
/// <param name="user">Who logged in.</param>
/// <param name="peer">From where.</param>
/// <param name="key">Names the session; shown to those who may see sessions.</param>
/// <param name="secret">Proves it; in the cookie only.</param>
/// <param name="now">When.</param>
public sealed class Session(HostUser user, CallerAddress peer, string key, string secret, DateTimeOffset now) : IDisposable
{
    /// <summary>
    /// Objects of a session's own, at most: a client has a collector and a filter for each task that it waits for, and a
    /// forgetful one must not fill the server.
    /// </summary>
    public const int MaxObjects = 10_000;

    private readonly ConcurrentDictionary<string, ManagedObject> _objects = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private long _objectNumber;
    private long _lastActive = now.UtcTicks;
    private long _calls;

    /// <summary>Who logged in.</summary>
    public HostUser User { get; } = user;

    /// <summary>From where.</summary>
    public CallerAddress Peer { get; } = peer;

    /// <summary>Names the session.</summary>
    public string Key { get; } = key;

    /// <summary>Proves it.</summary>
    public string Secret { get; } = secret;

    /// <summary>When it began.</summary>
    public DateTimeOffset LoginTime { get; } = now;

    /// <summary>When it was used last.</summary>
    public DateTimeOffset LastActive => new(Interlocked.Read(ref _lastActive), TimeSpan.Zero);

    /// <summary>Locale asked for at login.</summary>
    public string Locale { get; set; } = "en";

    /// <summary>Calls made.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Ends with the session.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>As clients see it.</summary>
    /// <returns>The session.</returns>
    public UserSession ToUserSession() => new()
    {
        Key = Key,
        UserName = User.Name,
        FullName = User.Name,
        LoginTime = LoginTime,
        LastActiveTime = LastActive,
        Locale = Locale,
        MessageLocale = Locale,
        IpAddress = Peer.IpAddress,
        UserAgent = Peer.UserAgent,
        CallCount = Calls,
    };

    /// <summary>Notes a call.</summary>
    /// <param name="now">When.</param>
    public void Touch(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _lastActive, now.UtcTicks);
        Interlocked.Increment(ref _calls);
    }

    /// <summary>An object of the session's own.</summary>
    /// <param name="reference">Its reference.</param>
    /// <returns>Null if the session has none such.</returns>
    public ManagedObject? Find(ManagedObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return _objects.TryGetValue(reference.Value, out var found) && found.Type.Is(reference.Type) ? found : null;
    }

    /// <summary>A reference for a new object of the session's own.</summary>
    /// <param name="type">Its type's name.</param>
    /// <returns>The reference.</returns>
    public ManagedObjectReference NewReference(string type) => new(type, $"session[{Key}]{Interlocked.Increment(ref _objectNumber)}");

    /// <summary>Takes an object in.</summary>
    /// <param name="added">The object; disposed with the session if it can be.</param>
    /// <exception cref="InvalidOperationException">The session has too many.</exception>
    public void Add(ManagedObject added)
    {
        ArgumentNullException.ThrowIfNull(added);
        if (_objects.Count >= MaxObjects)
            throw new InvalidOperationException($"The session has {MaxObjects} collectors, filters and views; destroy some.");
        _objects[added.Reference.Value] = added;
        if (_ended.IsCancellationRequested)
            Remove(added);
    }

    /// <summary>Takes an object out.</summary>
    /// <param name="removed">The object.</param>
    public void Remove(ManagedObject removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        if (_objects.TryRemove(KeyValuePair.Create(removed.Reference.Value, removed)))
            (removed as IDisposable)?.Dispose();
    }

    /// <summary>Ends the session and everything in it.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        foreach (var owned in _objects.Values)
            Remove(owned);
    }
}
