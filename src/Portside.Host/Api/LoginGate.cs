using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Portside.Host.Inventory;

namespace Portside.Host.Api;

/// <summary>
/// Checks passwords, and slows down an address that sends wrong ones: nobody's account is ever locked, so that guessing
/// neither succeeds nor keeps the right users out.
/// </summary>
/// <param name="users">Who may log in.</param>
/// <param name="burst">Wrong passwords that an address may send at once.</param>
/// <param name="perSecond">Wrong passwords a second from then on.</param>
/// <param name="time">The clock.</param>
internal sealed class LoginGate(IReadOnlyList<HostUser> users, int burst, int perSecond, TimeProvider time)
{
    /// <summary>Logins of one address that wait for their turn, at most.</summary>
    public const int MaxWaiting = 64;

    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<IPAddress, Failures> _failures = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1.0 / perSecond);

    /// <summary>Checks a name and a password.</summary>
    /// <param name="name">User name, compared without case.</param>
    /// <param name="password">Password.</param>
    /// <param name="from">Whence it came.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The user; null for a wrong name or password.</returns>
    /// <exception cref="LoginGateException">Too many wrong passwords come from there.</exception>
    public async ValueTask<HostUser?> CheckAsync(string name, string password, IPAddress from, CancellationToken cancellation)
    {
        var address = Network(from);
        var failures = _failures.GetValueOrDefault(address);
        if (failures?.Reserve(time.GetUtcNow(), burst, _interval) is { } wait && wait > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(wait, time, cancellation);
            }
            finally
            {
                failures.Waited();
            }

            // The turn was taken with the reservation: a wrong password counts once.
            return Find(name, password);
        }

        return Judge(name, password, address);
    }

    private HostUser? Judge(string name, string password, IPAddress address)
    {
        if (Find(name, password) is { } user)
            return user;
        if (_failures.Count >= MaxAddresses)
            Forget(time.GetUtcNow());
        _failures.GetOrAdd(address, static _ => new Failures()).Add(time.GetUtcNow(), _interval);
        return null;
    }

    private HostUser? Find(string name, string password)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        HostUser? found = null;
        foreach (var user in users)
        {
            // Every password is compared, whoever asks: the time taken tells nobody which names there are.
            var matches = CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(user.Password)));
            if (matches & string.Equals(user.Name, name, StringComparison.OrdinalIgnoreCase))
                found = user;
        }

        return found;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (address, failures) in _failures)
        {
            if (failures.IsOver(now))
                _failures.TryRemove(KeyValuePair.Create(address, failures));
        }
    }

    /// <summary>One who has an IPv6 address has a network of them.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>The wrong passwords of one address, as the time at which all of them will have been paid for.</summary>
    private sealed class Failures
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _paid;
        private int _waiting;

        public void Add(DateTimeOffset now, TimeSpan interval)
        {
            lock (_lock)
                _paid = (_paid > now ? _paid : now) + interval;
        }

        /// <summary>How long a login has to wait; its turn is then taken. Nothing if it need not wait.</summary>
        public TimeSpan Reserve(DateTimeOffset now, int burst, TimeSpan interval)
        {
            lock (_lock)
            {
                var wait = _paid - now - ((burst - 1) * interval);
                if (wait <= TimeSpan.Zero)
                    return TimeSpan.Zero;
                if (_waiting >= MaxWaiting)
                    throw new LoginGateException();
                _waiting++;
                _paid += interval;
                return wait;
            }
        }

        public void Waited()
        {
            lock (_lock)
                _waiting--;
        }

        public bool IsOver(DateTimeOffset now)
        {
            lock (_lock)
                return _waiting == 0 && _paid <= now;
        }
    }
}
