using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Portside.Host.Inventory;

namespace Portside.Host.Api;

/// <summary>Every session there is: opened by a login, found by the secret in the cookie, ended by logout, time or force.</summary>
internal sealed partial class SessionTable : IDisposable
{
    private static readonly TimeSpan SweepAtLeastEvery = TimeSpan.FromMinutes(1);

    // By hash of the secret: how long a search takes says nothing about a secret that is almost right.
    private readonly ConcurrentDictionary<string, Entry> _bySecret = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry> _byKey = new(StringComparer.Ordinal);
    private readonly TimeSpan _idle;
    private readonly int _most;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private int _count;

    public SessionTable(TimeSpan idle, int most, TimeProvider time, ILogger logger)
    {
        (_idle, _most, _time, _logger) = (idle, most, time, logger);
        var period = idle < SweepAtLeastEvery ? idle : SweepAtLeastEvery;
        _sweep = time.CreateTimer(static table => ((SessionTable)table!).EndIdle(), this, period, period);
    }

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All sessions, in no order.</summary>
    public IEnumerable<Session> All => _byKey.Values.Select(entry => entry.Session);

    /// <summary>Opens a session.</summary>
    /// <returns>Null if there are as many as there may be.</returns>
    public Session? Open(HostUser user, CallerAddress peer)
    {
        // Whoever may only look is not to keep out those who may do everything.
        var mostOfReaders = _most - (_most / 4);
        if (user.ReadOnly && Count >= mostOfReaders && All.Count(session => session.User.ReadOnly) >= mostOfReaders)
        {
            LogTooMany(_logger, mostOfReaders, peer.IpAddress);
            return null;
        }

        if (Interlocked.Increment(ref _count) > _most)
        {
            EndIdle();
            if (Volatile.Read(ref _count) > _most)
            {
                Interlocked.Decrement(ref _count);
                LogTooMany(_logger, _most, peer.IpAddress);
                return null;
            }
        }

        var secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var session = new Session(user, peer, Guid.NewGuid().ToString(), secret, _time.GetUtcNow());
        var entry = new Entry(session);
        _byKey[session.Key] = entry;
        _bySecret[Hash(secret)] = entry;
        LogOpened(_logger, session.Key, user.Name, peer.IpAddress);
        return session;
    }

    /// <summary>Notes a login that was refused.</summary>
    public void Refuse(string user, CallerAddress peer) => LogRefused(_logger, user.Length <= 100 ? user : user[..100] + "…", peer.IpAddress);

    /// <summary>The session of a secret, with a call in it begun.</summary>
    /// <param name="secret">What the client showed.</param>
    /// <returns>The call, to be ended; null for a secret that is none, or none any more.</returns>
    public Entry? Enter(string secret)
    {
        if (!_bySecret.TryGetValue(Hash(secret), out var entry))
            return null;
        var now = _time.GetUtcNow();
        entry.Begin(now);
        if (!entry.Session.Ended.IsCancellationRequested && !entry.WasIdle(now, _idle))
            return entry;
        entry.End(now);
        End(entry.Session, "it was idle");
        return null;
    }

    /// <summary>Ends a call.</summary>
    public void Leave(Entry entry) => entry.End(_time.GetUtcNow());

    /// <summary>A session by its key.</summary>
    public Session? Find(string key) => _byKey.GetValueOrDefault(key)?.Session;

    /// <summary>Ends a session, its objects and its waits.</summary>
    public void End(Session session, string reason)
    {
        if (!_byKey.TryRemove(session.Key, out _))
            return;
        _bySecret.TryRemove(Hash(session.Secret), out _);
        Interlocked.Decrement(ref _count);
        LogEnded(_logger, session.Key, session.User.Name, reason);
        session.Dispose();
    }

    /// <summary>Ends them all.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var session in All)
            End(session, "the server ends");
    }

    private void EndIdle()
    {
        var now = _time.GetUtcNow();
        foreach (var entry in _byKey.Values)
        {
            if (entry.IsIdle(now, _idle))
                End(entry.Session, "it was idle");
        }
    }

    private static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>A session and the calls that are under way in it.</summary>
    internal sealed class Entry(Session session)
    {
        private readonly Lock _lock = new();
        private int _calls;
        private DateTimeOffset _left = session.LoginTime;
        private DateTimeOffset _leftBefore = session.LoginTime;

        public Session Session { get; } = session;

        public void Begin(DateTimeOffset now)
        {
            lock (_lock)
            {
                _leftBefore = _calls++ == 0 ? _left : now;
            }

            Session.Touch(now);
        }

        public void End(DateTimeOffset now)
        {
            lock (_lock)
            {
                _calls--;
                _left = now;
            }
        }

        /// <summary>Whether nothing has happened for longer than allowed before the call that has just begun.</summary>
        public bool WasIdle(DateTimeOffset now, TimeSpan allowed)
        {
            lock (_lock)
                return now - _leftBefore >= allowed;
        }

        public bool IsIdle(DateTimeOffset now, TimeSpan allowed)
        {
            lock (_lock)
                return _calls == 0 && now - _left >= allowed;
        }
    }
}
