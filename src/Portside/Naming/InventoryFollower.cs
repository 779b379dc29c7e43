using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Api.Contracts;
using Portside.Commands;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Configuration;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;

namespace Portside.Naming;

/// <summary>Follows the inventory of a vSphere by one collector; what goes wrong there is told, tried again, and disturbs no console.</summary>
internal sealed partial class InventoryFollower : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>How long an end is waited for; a server that answers nothing is left to itself then.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Characters of a server's complaint that are shown and logged.</summary>
    private const int MaxDetail = 500;

    private readonly VSphereFollowing _options;
    private readonly Action<IReadOnlyDictionary<string, string>> _named;
    private readonly Action _changed;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private volatile InventoryIndex _index = new();
    private volatile VSphereDescription _status;
    private volatile bool _isRead;
    private long _heard;

    /// <summary>Begins to follow.</summary>
    /// <param name="options">Which vSphere; with an address.</param>
    /// <param name="named">Told the names that may have changed, by the machines' UUIDs (32 hex digits).</param>
    /// <param name="changed">Told when a claim may be judged otherwise now.</param>
    /// <param name="clock">For waits.</param>
    /// <param name="log">Where its story goes.</param>
    public InventoryFollower(VSphereFollowing options, Action<IReadOnlyDictionary<string, string>> named, Action changed, TimeProvider clock, ILogger log)
    {
        (_options, _named, _changed, _clock, _log) = (options.Copy(), named, changed, clock, log);
        _status = new VSphereDescription { Url = options.Url ?? "", User = options.User, State = "connecting", Since = clock.GetUtcNow() };
        _following = Task.Run(FollowAsync);
    }

    /// <summary>How it stands with vSphere.</summary>
    public VSphereDescription Status => _status with
    {
        Machines = _index.Count,
        Unreadable = _index.Unreadable,
        Heard = Interlocked.Read(ref _heard) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
    };

    /// <summary>Finds a machine.</summary>
    /// <param name="uuid">32 lower-case hex digits.</param>
    /// <returns>What is known of it, also while vSphere cannot be reached; null for nothing.</returns>
    public MachinePlace? Find(string uuid) => _index.Find(uuid);

    /// <summary>Judges a claim. What agrees with the last that was known is right; what does not is wrong only as long as vSphere answers.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>The verdict; null while the inventory has not been read.</returns>
    public GuardVerdict? Judge(LinkClaim claim)
    {
        if (!_isRead)
            return null;
        var verdict = _index.Judge(claim);
        var status = _status;
        return verdict.Answer != GuardAnswer.Differs || status.State == "following"
            ? verdict
            : new(GuardAnswer.Unknown, "vsphere-lost", $"vSphere does not answer ({status.Detail}); by what was known last, {verdict.Detail}");
    }

    /// <summary>Ends it and logs out.</summary>
    /// <returns>When that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _following.WaitAsync(EndsWithin, _clock);
            _stop.Dispose();
        }
        catch (TimeoutException)
        {
            LogStuck(EndsWithin);
        }
    }

    private async Task FollowAsync()
    {
        var wait = FirstWait;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var session = await VSphereSession.ConnectAsync(Read(), _clock, _log, _stop.Token);
                InventoryIndex? unfinished = null;
                await foreach (var batch in session.WatchBatchesAsync(session.Content.RootFolder, InventoryIndex.Properties, _stop.Token))
                {
                    Interlocked.Exchange(ref _heard, _clock.GetUtcNow().Ticks);
                    if (batch.StartsAnew)
                        unfinished = new InventoryIndex();
                    Apply(batch.Objects, unfinished ?? _index);

                    // Half an inventory would make strangers of the other half.
                    if (unfinished is not null && batch.IsWhole)
                    {
                        (_index, unfinished, wait) = (unfinished, null, FirstWait);
                        _isRead = true;
                        if (_status.State != "following")
                            LogFollowing(session.Url.Authority);
                        Become("following", null, null);
                    }

                    if (unfinished is null)
                        _changed();
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (VSphereLoginException e)
            {
                // Tried again by itself it would lock the account; a reload tries it.
                Become("refused", Shown(e), "mend vsphere.user, or the password in the file of vsphere.passwordFile; then: systemctl reload portside");
                LogRefused(Shown(e));
                return;
            }
            catch (Exception e) when (e is VSphereException or IOException or UnauthorizedAccessException or FormatException or CryptographicException or ArgumentException or InvalidDataException)
            {
                var reason = Shown(e);
                if (_status.Detail != reason)
                    LogLost(reason, wait);
                Become("unreachable", reason, NextOf(e));
            }
            catch (Exception e)
            {
                // A defect of ours, which an odd answer may show: the inventory that is known may be wrong from here on.
                LogFailed(e, wait);
                Become("unreachable", "an answer of vSphere could not be dealt with; the log has the whole story", "see the log for event 2104; it is tried again by itself");
            }

            try
            {
                await Task.Delay(wait, _clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private void Apply(IReadOnlyList<ObjectUpdate> updates, InventoryIndex index)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var uuid in updates.SelectMany(index.Apply))
        {
            if (index.Find(uuid) is { } place)
                names[uuid] = place.Name;
        }

        if (names.Count > 0)
            _named(names);
    }

    private static string Shown(Exception e) => PeerText.Clean(e.Message, MaxDetail);

    private void Become(string state, string? detail, string? next)
    {
        if (_status.State != state || _status.Detail != detail)
            _status = new VSphereDescription { Url = _options.Url ?? "", User = _options.User, State = state, Detail = detail, Next = next, Since = _clock.GetUtcNow() };
    }

    private string NextOf(Exception e) => e switch
    {
        VSphereCertificateException { PresentedSha256: { Length: > 0 } shown } =>
            $"compare that with the server's own certificate, then in the configuration: vsphere.thumbprint: {shown}; and: systemctl reload portside",
        VSphereException => $"portside port ls --vcenter {_options.Url} --user {_options.User}, where the concentrator runs; it is tried again by itself",
        _ => "portside config check, and see whether the concentrator may read the files that vsphere.* names; then: systemctl reload portside",
    };

    // Files are read with each login: a password is changed without a restart.
    private VSphereOptions Read()
    {
        if (!VSphereAddress.TryParse(_options.Url, out var address, out var error))
            throw new FormatException(error);
        return new VSphereOptions
        {
            Url = address.Url,
            UserName = _options.User ?? "",
            Password = _options.PasswordFile is { } file ? Files.RegularFile.ReadAllText(file).TrimEnd('\r', '\n') : "",
            Trust = Trust(),
            UserAgent = $"portside/{VersionCommand.Current}",
        };
    }

    private ServerTrust Trust()
    {
        if (_options.Thumbprint is { } thumbprint)
            return ServerTrust.Pinned(thumbprint);
        if (_options.CaFile is not { } file)
            return ServerTrust.System;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return ServerTrust.By(authorities);
    }

    [LoggerMessage(2101, LogLevel.Information, "Names, power states and hosts of machines are {Server}'s from now on")]
    private partial void LogFollowing(string server);

    [LoggerMessage(2102, LogLevel.Warning, "vSphere cannot be followed: {Reason}; consoles go on, and it is tried again in {Wait}")]
    private partial void LogLost(string reason, TimeSpan wait);

    [LoggerMessage(2104, LogLevel.Error, "Following vSphere failed for an unforeseen reason; consoles go on, and it is tried again in {Wait}")]
    private partial void LogFailed(Exception error, TimeSpan wait);

    [LoggerMessage(2105, LogLevel.Warning, "vSphere did not let go within {Wait}; it is left to itself")]
    private partial void LogStuck(TimeSpan wait);

    [LoggerMessage(2103, LogLevel.Error, "vSphere cannot be followed: {Reason}; it is not tried again before a reload, as accounts lock")]
    private partial void LogRefused(string reason);
}
