using System.Collections.Concurrent;
using Portside.Commands;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Carries out wishes for many machines: a few at a time, in waves if wanted, each verified.</summary>
internal sealed class PortRun
{
    private readonly ConcurrentDictionary<string, MachineResult> _results = new(StringComparer.Ordinal);
    private int _done;

    /// <summary>Where.</summary>
    public required VSphereSession Session { get; init; }

    /// <summary>Who waits for it.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The concentrator at which links are to arrive; null for none that can be asked.</summary>
    public ConcentratorTarget? Target { get; init; }

    /// <summary>Machines at a time.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>Machines in one wave, after which all are verified before the next one begins; 0 for one wave.</summary>
    public int Wave { get; init; }

    /// <summary>How long a port may take to connect; zero for no verification.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the run is written down; null for nowhere.</summary>
    public ApplyJournal? Journal { get; init; }

    /// <summary>Says what would be done.</summary>
    /// <param name="wishes">Machines, and what is wished of each.</param>
    /// <returns>A result for each machine.</returns>
    public static IReadOnlyList<MachineResult> Plan(IReadOnlyList<(InventoryMachine Machine, IReadOnlyList<PortWish> Wishes)> wishes) =>
    [
        .. wishes.Select(one =>
        {
            var plan = PortPlanner.Plan(one.Machine, one.Wishes);
            return new MachineResult
            {
                Machine = one.Machine.Name,
                Path = one.Machine.Path,
                Moid = one.Machine.Reference.Value,
                Outcome = plan.Problem is not null ? "failed" : plan.Changes.Count > 0 ? "would change" : "unchanged",
                Changes = [.. plan.Changes.Select(ChangeDescription.Of)],
                Error = plan.Problem,
                Next = plan.NeedsPowerOff ? "switch the machine off first: vSphere adds and removes serial ports while it is off" : null,
            };
        }),
    ];

    /// <summary>Does it.</summary>
    /// <param name="wishes">Machines, and what is wished of each.</param>
    /// <param name="cancellation">Begins no more; what was begun is waited for no longer.</param>
    /// <returns>A result for each machine, in the given order.</returns>
    public async Task<IReadOnlyList<MachineResult>> ApplyAsync(
        IReadOnlyList<(InventoryMachine Machine, IReadOnlyList<PortWish> Wishes)> wishes, CancellationToken cancellation)
    {
        // Machines with nothing to do take no place in a wave.
        var pending = wishes.Where(one => NeedsWork(one.Machine, one.Wishes)).ToList();
        using var progress = new ProgressLine(Caller);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var applier = new PortApplier(Session);
        try
        {
            foreach (var wave in pending.Chunk(Wave > 0 ? Wave : Math.Max(1, pending.Count)))
            {
                await System.Threading.Tasks.Parallel.ForEachAsync(
                    wave,
                    new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stop.Token },
                    async (one, patience) =>
                    {
                        var result = await ApplyOneAsync(applier, one.Machine, one.Wishes, stop, patience);
                        _results[one.Machine.Reference.Value] = result;
                        progress.Show($"{Interlocked.Increment(ref _done)} of {pending.Count} machines, {_results.Values.Count(other => other.IsFailure)} failed …");
                    });
                if (Wave > 0 && wave.Any(one => _results[one.Machine.Reference.Value].IsFailure))
                    break;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was done is reported all the same.
        }

        return
        [
            .. wishes.Select(one => _results.TryGetValue(one.Machine.Reference.Value, out var result)
                ? result
                : New(one.Machine, NeedsWork(one.Machine, one.Wishes) ? "not begun" : "unchanged")),
        ];
    }

    private static bool NeedsWork(InventoryMachine machine, IReadOnlyList<PortWish> wishes) =>
        PortPlanner.Plan(machine, wishes) is { Problem: not null } or { Changes.Count: > 0 };

    private async Task<MachineResult> ApplyOneAsync(PortApplier applier, InventoryMachine machine, IReadOnlyList<PortWish> wishes, CancellationTokenSource stop, CancellationToken cancellation)
    {
        var isBegun = false;
        var id = machine.Reference.Value;
        var begun = Caller.Clock.GetUtcNow();
        PortOutcome outcome;
        var former = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            string?[] labels = Target is null || Within == TimeSpan.Zero ? [] : [.. machine.Ports.Select(port => port.Label).Concat(wishes.Select(wish => wish.Label)).Distinct()];
            foreach (var label in labels)
            {
                if (await Target!.LinkOfAsync(machine, label, cancellation) is { } link)
                    former[label ?? ""] = link;
            }

            outcome = await applier.ApplyAsync(machine, wishes, Started, null, cancellation);
        }
        catch (OperationCanceledException) when (isBegun)
        {
            return New(machine, "failed") with { Error = "its change was begun, and not waited for", Next = $"portside port ls {Output.ShellWord.Of(machine.Path)}" };
        }
        catch (VSphereException e)
        {
            // Who is refused the login is refused it for all others too.
            if (e is VSphereLoginException)
                await stop.CancelAsync();
            Journal?.Write("failed", id, machine.Path, e.Message);
            return New(machine, e is VSphereFaultException fault && fault.Is("NoPermission") ? "refused" : "failed") with { Error = e.Message, Next = e.Next };
        }
        catch (Api.Remote.ApiException e)
        {
            // Whoever cannot be asked before a change cannot be asked after it: nothing was changed.
            Journal?.Write("failed", id, machine.Path, e.Message);
            return New(machine, "failed") with { Error = $"it was not changed, as the concentrator cannot be asked: {e.Message}" };
        }

        var changed = Caller.Clock.GetTimestamp();
        Journal?.Write("done", id, machine.Path);
        var result = New(machine, outcome.Plan.Changes.Count > 0 ? "changed" : "unchanged") with { Changes = [.. outcome.Plan.Changes.Select(ChangeDescription.Of)] };
        return Within > TimeSpan.Zero && outcome.Keys.Count > 0 ? await VerifyAsync(result, outcome, former, begun, changed, cancellation) : result;

        void Started(VSphere.Schema.ManagedObjectReference task)
        {
            isBegun = true;
            Journal?.Write("task", id, machine.Path, task.Value);
        }
    }

    private async Task<MachineResult> VerifyAsync(
        MachineResult result, PortOutcome outcome, Dictionary<string, string> former, DateTimeOffset begun, long changed, CancellationToken cancellation)
    {
        try
        {
            // One deadline for all that is waited for: what vSphere says of the ports, and then their links, all at a time.
            var ports = await PortWatch.SettleAsync(Session, outcome.Machine, outcome.Keys, Left(), Caller.Clock, cancellation);
            var seen = await Task.WhenAll(ports.Select(SeeAsync));
            var bad = seen.Where(port => !port.IsGood).ToList();
            return bad.Count == 0
                ? result with { Ports = seen }
                : result with
                {
                    Ports = seen,
                    Outcome = "unverified",
                    Error = string.Join("; ", bad.Select(port => $"port {port.Key} is {port.State}{(port.Status is null ? "" : $" ({port.Status})")}{(port.Link is null ? "" : $", its link {port.Link}")}")),
                    Next = $"portside port check {Output.ShellWord.Of(result.Path)}",
                };
        }
        catch (OperationCanceledException)
        {
            return result with { Outcome = "unverified", Error = "it was changed, and not watched" };
        }
        catch (Exception e) when (e is VSphereException or Api.Remote.ApiException)
        {
            return result with { Outcome = "unverified", Error = $"it was changed, but not seen to work: {e.Message}", Next = (e as VSphereException)?.Next };
        }

        TimeSpan Left() => TimeSpan.FromTicks(Math.Max(0, (Within - Caller.Clock.GetElapsedTime(changed)).Ticks));

        async Task<PortVerification> SeeAsync(NetworkSerialPort port)
        {
            var link = Target is not null && outcome.Machine.IsOn && port.Connected && Target.IsAt(port.ProxyUri)
                ? await Target.WaitForLinkAsync(outcome.Machine, port, OpensAnew(outcome, port) ? former.GetValueOrDefault(port.Label ?? "") : null, begun, Left(), cancellation)
                : null;
            return new PortVerification(port.Key, SerialPortDescription.StateOf(outcome.Machine, port), port.Status, link);
        }
    }

    // Flags that a connection does not notice leave it as it is.
    private static bool OpensAnew(PortOutcome outcome, NetworkSerialPort port) =>
        outcome.Plan.Changes.FirstOrDefault(change => change.Port?.Key == port.Key) is not { } change
        || change.Differences.Any(difference => difference.Field is "serviceURI" or "direction" or "proxyURI" or "connected" or "connection");

    private static MachineResult New(InventoryMachine machine, string outcome) =>
        new() { Machine = machine.Name, Path = machine.Path, Moid = machine.Reference.Value, Outcome = outcome };
}
