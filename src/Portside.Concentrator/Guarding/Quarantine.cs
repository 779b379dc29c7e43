using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Guarding;

/// <summary>
/// Links whose claim to a port is not known to be right: kept apart or only noted, looked at again whenever the inventory
/// changed, and told of when their time is over.
/// </summary>
/// <remarks>
/// <code>
/// claim ─ agrees ─▶ port
///   └─ differs, unknown ─▶ held ─ agrees, off, by hand ─▶ port
///                           ├─ differs for GuardOptions.Wait ─▶ quarantined, alarmed; still held
///                           └─ unknown for GuardOptions.Wait ─▶ port, noted, and judged on
/// </code>
/// In mode note nothing is held: the same happens beside the port. Only links with an open case cost anything. Ports are
/// asked outside of the lock, since they ask for notes inside of theirs.
/// </remarks>
public sealed partial class Quarantine
{
    /// <summary>Notes of one machine; more would hide the rest.</summary>
    private const int MaxNotes = 5;

    private readonly Lock _lock = new();
    private readonly Lock _looking = new();
    private readonly Dictionary<Link, GuardCase> _cases = [];
    private readonly Dictionary<string, List<GuardCase>> _byUuid = new(StringComparer.Ordinal);
    private readonly ConcentratorOptions _options;
    private readonly Rejections _rejections;
    private readonly ConcentratorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile int _count;
    private int _quarantined;
    private int _wrong;
    private int _lastKey;

    internal Quarantine(ConcentratorOptions options, Rejections rejections, ConcentratorMetrics metrics, TimeProvider time, ILogger log) =>
        (_options, _rejections, _metrics, _time, _log) = (options, rejections, metrics, time, log);

    /// <summary>Who knows the machines; null where nobody does, and all are believed.</summary>
    public ILinkGuard? Guard { get; set; }

    /// <summary>The ports; set once, by their registry.</summary>
    internal PortRegistry Ports { get; set; } = null!;

    /// <summary>
    /// Links held at once whose claims are found wrong, at most: half of <see cref="LinkOptions.MaxLinks"/>, so that however many
    /// impostors come, the other half of the places is left to machines. One more is closed.
    /// </summary>
    public int Capacity => Math.Max(1, _options.Vm.MaxLinks / 2);

    /// <summary>Links that are kept apart, their time being over.</summary>
    public int Count => Volatile.Read(ref _quarantined);

    private GuardMode Mode => Guard?.Mode ?? GuardMode.Off;

    /// <summary>Whether of all who claim one port one may have it.</summary>
    internal bool IsStrict => Mode == GuardMode.Enforce;

    /// <summary>The links held now, the longest first.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyList<QuarantinedLink> All()
    {
        lock (_lock)
        {
            return
            [
                .. _cases.Values.Where(one => one is { IsHeld: true, IsReleased: false }).OrderBy(one => one.Opened).Select(one => new QuarantinedLink
                {
                    Id = one.Key,
                    Since = one.At,
                    IsFinal = one.IsFinal,
                    Source = one.Link.Address,
                    Port = one.Port,
                    Name = one.Link.Name,
                    Reason = one.Verdict.Reason,
                    Detail = one.Verdict.Detail,
                    Direction = one.Link.Direction,
                    ServiceUri = one.Link.ServiceUri,
                    BytesDropped = one.Dropped,
                }),
            ];
        }
    }

    /// <summary>Admits a link by hand: it gets the port it claims, or one beside it where another live link has that.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who says so, for the log.</param>
    /// <returns>False where no link of that id is held.</returns>
    public bool Admit(string id, string by)
    {
        lock (_lock)
        {
            if (Find(id) is not { } held)
                return false;
            held.Link.IsAdmittedByHand = true;
            Release(held, $"{by} says so");
            return true;
        }
    }

    /// <summary>Closes a link that is held.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>False where no link of that id is held.</returns>
    public bool Drop(string id)
    {
        Link link;
        lock (_lock)
        {
            if (Find(id) is not { } held)
                return false;
            link = held.Link;
        }

        link.End(LinkEnd.Quarantined);
        return true;
    }

    /// <summary>Judges anew what is not known to be right: the inventory changed, or time passed. Called about once a second besides.</summary>
    public void LookAgain()
    {
        if (_count == 0)
            return;
        lock (_looking)
        {
            GuardCase[] cases;
            lock (_lock)
                cases = [.. _cases.Values];
            foreach (var one in cases)
                Look(one);
        }
    }

    /// <summary>Judges also those links that had their ports before anybody could, or was asked to: the mode is another.</summary>
    public void LookAtAll()
    {
        if (Mode != GuardMode.Off)
        {
            foreach (var port in Ports.All)
            {
                if (port.Owner is { Agrees: false, IsAdmittedByHand: false, Case: null } owner)
                    Watch(owner, port.Id);
            }
        }

        LookAgain();
    }

    /// <summary>Whether a link may claim a port now; one that may not is held until it is told.</summary>
    internal bool Admits(Link link, PortId id)
    {
        var mode = Mode;
        if (mode == GuardMode.Off || link.IsAdmittedByHand)
            return true;
        var verdict = Judge(link, id);
        if (verdict.Answer == GuardAnswer.Agrees)
        {
            link.Agrees = true;
            return true;
        }

        // Looked at once more when it is known to whoever tells of changes: one of them may have come in between.
        var opened = Open(link, id, verdict, isHeld: mode == GuardMode.Enforce);
        if (link.EndReason != LinkEnd.None)
            return false;
        Look(opened);
        return !opened.IsHeld || opened.IsReleased;
    }

    /// <summary>A link's claim is right and another live link has the port, or its machine is on the way to another host.</summary>
    internal void HoldSecond(Link link, PortId id, Link? owner)
    {
        var verdict = Second(id, owner);
        var held = Open(link, id, verdict, isHeld: true);
        var end = LinkEnd.None;
        lock (_lock)
        {
            (held.IsSecond, held.Verdict, held.IsReleased, held.IsWaived) = (true, verdict, false, false);
            if (owner is not null && !held.IsFinal)
                end = Finish(held, verdict);
            Recount(held);
        }

        if (end != LinkEnd.None)
            link.End(end);
    }

    /// <summary>A second live link was given a port of its own: its note is the port's.</summary>
    internal void NoteSecond()
    {
        if (Mode != GuardMode.Off)
            _metrics.GuardAlarmed("second-claim");
    }

    /// <summary>A link has its port: what is left of its case goes on beside it.</summary>
    internal void Claimed(Link link)
    {
        lock (_lock)
        {
            if (link.Case is not { } known)
                return;
            Unhold(known);
            (known.IsReleased, known.IsWaived) = (false, false);
            if (Mode == GuardMode.Off || link.Agrees || link.IsAdmittedByHand)
                Remove(known);
        }
    }

    /// <summary>A link that has its port is not known to be right.</summary>
    internal void Watch(Link link, PortId id)
    {
        var verdict = Judge(link, id);
        if (verdict.Answer == GuardAnswer.Agrees)
            link.Agrees = true;
        else
            Look(Open(link, id, verdict, isHeld: false));
    }

    /// <summary>A link ended.</summary>
    internal void Forget(Link link)
    {
        lock (_lock)
        {
            if (link.Case is not { } known)
                return;
            if (known is { IsHeld: true, IsFinal: true })
                LogGone(known.Key, Machine(known), link.Address, link.EndReason);
            Unhold(known);
            Remove(known);
        }
    }

    /// <summary>Whether a link with a rightful claim need not wait for an owner whose claim is wrong, whatever that one says.</summary>
    /// <param name="owner">Who has the port; null while its machine is on the way to another host.</param>
    /// <param name="newcomer">Who claims it.</param>
    /// <param name="id">The port.</param>
    internal bool Overrules(Link? owner, Link newcomer, PortId id) =>
        IsStrict && newcomer.Agrees && Judge(newcomer, id).Answer == GuardAnswer.Agrees && (owner is null || Yields(owner, id));

    /// <summary>Serial bytes of a link that is held went nowhere.</summary>
    internal void Dropped(GuardCase held, int bytes)
    {
        if (bytes == 0)
            return;
        held.Drop(bytes);
        _metrics.QuarantineDropped(bytes);
    }

    /// <summary>What an administrator should know of a machine's claims.</summary>
    internal IReadOnlyList<string> NotesOf(PortId id)
    {
        if (_count == 0)
            return [];
        lock (_lock)
        {
            if (!_byUuid.TryGetValue(id.Uuid, out var cases))
                return [];
            var notes = cases.Where(one => one.IsFinal).Select(one => NoteOf(one, id)).OfType<string>().ToList();
            return notes.Count <= MaxNotes ? notes : [.. notes.Take(MaxNotes), $"{notes.Count - MaxNotes} more are quarantined"];
        }
    }

    private static string? NoteOf(GuardCase one, PortId id) =>
        one.IsHeld ? $"quarantined {one.Key}: {one.Link.Address} claims this machine's UUID since {one.At:yyyy-MM-dd HH:mm:ss}Z: {one.Verdict.Detail}"
        : one.Link.Port?.Id != id ? null
        : one.Verdict.Answer == GuardAnswer.Differs ? $"not the machine it claims to be: {one.Verdict.Detail}"
        : $"not verified: {one.Verdict.Detail}";

    private static string Machine(GuardCase one) => one.Link.Name is { } name ? $"{name} ({one.Port.DisplayUuid})" : one.Port.DisplayUuid;

    private static GuardVerdict Second(PortId id, Link? owner) => owner is null
        ? new(GuardAnswer.Differs, "second-claim", $"the machine {id.DisplayUuid} is on its way to another host")
        : new(GuardAnswer.Differs, "second-claim", $"another live connection, from {owner.Address}, has the port of {id.DisplayUuid}");

    private GuardVerdict Judge(Link link, PortId id)
    {
        try
        {
            return Guard?.Judge(new LinkClaim(id.Uuid, (link.RemoteEndPoint as IPEndPoint)?.Address)) ?? GuardVerdict.Agrees;
        }
        catch (Exception error)
        {
            // A defect of the guard's is nobody's proof, and must be seen.
            LogJudgeFailed(error, id.DisplayUuid);
            return new(GuardAnswer.Unknown, "guard-failed", "the guard failed; the log has the whole story");
        }
    }

    private bool Yields(Link owner, PortId id) =>
        !owner.IsAdmittedByHand && !IsVouched(owner) && Judge(owner, id).Answer == GuardAnswer.Differs;

    // What a vMotion's secret proved is proved as long as the inventory may take to say so.
    private bool IsVouched(Link link) => link.Vouched != 0 && _time.GetElapsedTime(link.Vouched) < _options.Migration.Timeout;

    private void Look(GuardCase one)
    {
        var verdict = Judge(one.Link, one.Port);
        var mode = Mode;
        var second = one is { IsSecond: true, IsReleased: false } ? WhyNot(one) : null;
        LinkEnd end;
        lock (_lock)
        {
            end = Decide(one, verdict, mode, second);
            Recount(one);
        }

        if (end != LinkEnd.None)
            one.Link.End(end);
    }

    /// <summary>Why a second link has to go on waiting; null when nobody has its port, or somebody who has to yield.</summary>
    private GuardVerdict? WhyNot(GuardCase one)
    {
        if (!Ports.TryGet(one.Port, out var port) || !port.IsAlive)
            return null;
        var owner = port.Owner;
        return Overrules(owner, one.Link, one.Port) ? null : Second(one.Port, owner);
    }

    /// <returns>How the link is to end; <see cref="LinkEnd.None"/> for not.</returns>
    private LinkEnd Decide(GuardCase one, GuardVerdict verdict, GuardMode mode, GuardVerdict? second)
    {
        if (!_cases.ContainsKey(one.Link) || one.IsReleased)
            return LinkEnd.None;
        if (mode == GuardMode.Off || (mode == GuardMode.Note && one.IsHeld))
        {
            Release(one, mode == GuardMode.Off ? "the guard is off" : "the guard only notes");
            return LinkEnd.None;
        }

        if (verdict.Answer == GuardAnswer.Agrees)
        {
            one.Link.Agrees = true;
            if (!one.IsSecond || second is null)
            {
                Release(one, one.IsSecond ? "the port is free" : "the inventory agrees");
                return LinkEnd.None;
            }

            one.Verdict = second;
            return one.IsFinal || _time.GetElapsedTime(one.Since) < _options.Guard.Wait ? LinkEnd.None : Finish(one, second);
        }

        one.Link.Agrees = one.IsSecond = false;
        if (verdict.Answer != one.Verdict.Answer)
        {
            // However often it changes to and fro, twice the time is all.
            if (_time.GetElapsedTime(one.Opened) < 2 * _options.Guard.Wait)
                one.Since = _time.GetTimestamp();
            if (!one.IsHeld)
                (one.IsFinal, one.Since) = (false, _time.GetTimestamp());
        }

        // What was found wrong stays so until it is right, also while nobody can say.
        if (!one.IsFinal || verdict.Answer == GuardAnswer.Differs)
            one.Verdict = verdict;
        return one.IsFinal || IsVouched(one.Link) || _time.GetElapsedTime(one.Since) < _options.Guard.Wait ? LinkEnd.None : Finish(one, verdict);
    }

    /// <summary>Its time is over.</summary>
    private LinkEnd Finish(GuardCase one, GuardVerdict verdict)
    {
        if (verdict.Answer == GuardAnswer.Unknown)
        {
            _metrics.GuardAlarmed("unverified");
            LogWaived(Machine(one), one.Link.Address, verdict.Detail);
            if (one.IsHeld)
            {
                one.IsWaived = true;
                (one.IsFinal, one.IsReleased) = (false, true);
                one.Tell();
            }
            else
            {
                one.IsFinal = true;
            }

            return LinkEnd.None;
        }

        if (!one.IsHeld && IsStrict)
        {
            // It comes back, and is held then.
            _metrics.GuardAlarmed(verdict.Reason);
            LogEvicted(Machine(one), one.Link.Address, verdict.Detail);
            return LinkEnd.Quarantined;
        }

        if (one.IsHeld && _quarantined >= Capacity)
            return Full(one);

        one.IsFinal = true;
        _metrics.GuardAlarmed(verdict.Reason);
        if (one.IsHeld)
        {
            _quarantined++;
            _metrics.Quarantined(1);
            LogQuarantined(one.Key, one.Link.Address, Machine(one), verdict.Detail);
            one.Tell();
        }
        else
        {
            LogNoted(Machine(one), one.Link.Address, verdict.Detail);
        }

        return LinkEnd.None;
    }

    private LinkEnd Full(GuardCase one)
    {
        var detail = $"There are {Capacity} links whose claims are wrong, as many as allowed (half of vm.maxLinks); {one.Verdict.Detail}";
        var count = _rejections.Add(one.Link.RemoteEndPoint, "quarantine-full", detail, one.Link.Direction, one.Link.ServiceUri);
        if (System.Numerics.BitOperations.IsPow2(count))
            LogFull(one.Link.Address, detail, count);
        return LinkEnd.Quarantined;
    }

    private GuardCase? Find(string id) => _cases.Values.FirstOrDefault(one => one is { IsHeld: true, IsReleased: false } && one.Key == id);

    private GuardCase Open(Link link, PortId id, GuardVerdict verdict, bool isHeld)
    {
        GuardCase one;
        var end = LinkEnd.None;
        lock (_lock)
        {
            if (!_cases.TryGetValue(link, out one!))
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"q{++_lastKey}");
                _cases[link] = link.Case = one = new GuardCase(key, link, id, verdict, _time.GetUtcNow(), _time.GetTimestamp());
                if (!_byUuid.TryGetValue(id.Uuid, out var others))
                    _byUuid[id.Uuid] = others = [];
                others.Add(one);
                _count = _cases.Count;
            }

            if (one.IsWaived && verdict.Answer == GuardAnswer.Unknown)
                return one;
            if (!isHeld)
                Unhold(one);
            (one.IsHeld, one.IsReleased, one.IsWaived) = (isHeld, false, false);
            var wasCounted = one.IsCounted;
            Recount(one);
            if (one.IsCounted && !wasCounted && _wrong > Capacity)
                end = Full(one);
        }

        if (end != LinkEnd.None)
            link.End(end);

        // It may have ended before it could be found here.
        if (link.EndReason != LinkEnd.None)
            Forget(link);
        return one;
    }

    private void Release(GuardCase one, string why)
    {
        if (!one.IsHeld)
        {
            if (one.IsFinal && Mode != GuardMode.Off)
                LogAgrees(Machine(one), one.Link.Address);
            Remove(one);
            return;
        }

        if (one.IsFinal)
            LogAdmitted(one.Key, Machine(one), one.Link.Address, why, one.Dropped);
        one.IsReleased = true;
        one.Tell();
    }

    private void Unhold(GuardCase one)
    {
        if (one is { IsHeld: true, IsFinal: true })
        {
            _quarantined--;
            _metrics.Quarantined(-1);
        }

        if (!one.IsHeld)
            return;
        (one.IsHeld, one.IsFinal) = (false, one.IsWaived);
        Recount(one);
    }

    private void Remove(GuardCase one)
    {
        if (!_cases.Remove(one.Link))
            return;
        one.Link.Case = null;
        one.IsHeld = false;
        Recount(one);
        if (_byUuid.TryGetValue(one.Port.Uuid, out var cases) && cases.Remove(one) && cases.Count == 0)
            _byUuid.Remove(one.Port.Uuid);
        _count = _cases.Count;
    }

    private void Recount(GuardCase one)
    {
        var counts = one is { IsHeld: true, Verdict.Answer: GuardAnswer.Differs } && _cases.ContainsKey(one.Link);
        if (counts != one.IsCounted)
            (_wrong, one.IsCounted) = (_wrong + (counts ? 1 : -1), counts);
    }
}
