using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Ports;

namespace Portside.Host.Migration;

/// <summary>Moves a running machine: every port's connection is replaced while the guest stands still.</summary>
/// <remarks>
/// <code>
/// stun guest → BEGIN → GOAHEAD → destination dials → PEER → PEER-OK → guest is handed over → COMPLETE → guest runs; source closes
///                  ↳ NOTNOW, silence: guest runs on    ↳ failure: ABORT, guest runs on
/// </code>
/// All ports go together: one that fails takes the others back with ABORT.
/// </remarks>
public static class Vmotion
{
    /// <summary>How long a guest that the move before held up may take for its turn.</summary>
    private static readonly TimeSpan GuestTurn = TimeSpan.FromMilliseconds(100);

    /// <summary>Moves a machine.</summary>
    /// <param name="machine">A machine that is powered on; its ports without connection stay as they are.</param>
    /// <param name="options">How it goes.</param>
    /// <param name="cancellation">Rolls back.</param>
    /// <returns>How it ended. Failures of the proxy are results, not exceptions.</returns>
    /// <exception cref="InvalidOperationException">The machine is moving already.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the guest runs on at the source.</exception>
    public static async Task<VmotionResult> RunAsync(
        VirtualMachine machine,
        VmotionOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        using var _ = machine.EnterVmotion();
        if (machine.Devices.FirstOrDefault(device => device.HoldsMachine) is { } held)
        {
            return held.Backing is NetworkBacking network
                ? new VmotionResult
                {
                    Outcome = VmotionOutcome.NotPossible,
                    Detail = $"Serial port '{network.ServiceUri}' is connected without a proxy: a network serial port cannot "
                        + "move with its machine unless a virtual serial port concentrator is used. Disconnect the port, or give it a proxyURI.",
                }
                : new VmotionResult
                {
                    Outcome = VmotionOutcome.NotMovable,
                    Detail = $"Serial port '{held.Backing.Title}' is connected to something of this host, which cannot move. Disconnect the port.",
                };
        }

        var ports = machine.Devices.Select(device => device.PrepareMove()).OfType<VirtualSerialPort>().ToList();
        var guests = machine.IsPoweredOn ? machine.Guests.OfType<IMigratingGuest>().ToList() : [];
        var moves = new List<IGuestMove>(guests.Count);
        try
        {
            foreach (var guest in guests)
            {
                if (await guest.BeginMoveAsync(machine.Time, cancellation).ConfigureAwait(false) is { } move)
                    moves.Add(move);
            }

            return await RunAsync(ports, moves, options ?? new VmotionOptions(), machine.Time, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return new VmotionResult { Outcome = VmotionOutcome.GuestFailed, Detail = e.Message };
        }
        finally
        {
            // Those that were not handed over run on where they were.
            foreach (var move in moves)
                await move.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Moves ports that belong together but to no <see cref="VirtualMachine"/>; one vMotion at a time.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="options">How it goes.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellation">Rolls back.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the guest runs on at the source.</exception>
    public static Task<VmotionResult> RunAsync(
        IReadOnlyList<VirtualSerialPort> ports,
        VmotionOptions options,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(options);
        return RunAsync(ports, [], options, time ?? TimeProvider.System, cancellation);
    }

    private static async Task<VmotionResult> RunAsync(
        IReadOnlyList<VirtualSerialPort> ports,
        IReadOnlyList<IGuestMove> moves,
        VmotionOptions options,
        TimeProvider time,
        CancellationToken cancellation)
    {
        await LetGuestsRunAsync(ports, time, cancellation).ConfigureAwait(false);
        var stunned = time.GetTimestamp();
        var legs = new List<MigrationLeg>(ports.Count);
        foreach (var port in ports)
        {
            if (port.Stun() is { } source)
                legs.Add(new MigrationLeg(port, source, options, time));
        }

        var result = new VmotionResult { Outcome = VmotionOutcome.Aborted, Detail = "Cancelled.", Ports = legs.Count };
        try
        {
            result = await MoveAsync(legs, moves, result, options, time, cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var leg in legs)
            {
                if (result.Outcome == VmotionOutcome.Completed)
                    leg.Complete();
                else
                    leg.RollBack(result.Outcome);
            }
        }

        return result with { Downtime = time.GetElapsedTime(stunned) };
    }

    /// <summary>Everything up to the point of no return.</summary>
    private static async Task<VmotionResult> MoveAsync(
        List<MigrationLeg> legs,
        IReadOnlyList<IGuestMove> moves,
        VmotionResult result,
        VmotionOptions options,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        if (await EachAsync(legs, leg => leg.BeginAsync(cancellation)).ConfigureAwait(false) is { } noGoAhead)
            return Failed(result, noGoAhead);
        result = result with { BeginToGoAhead = time.GetElapsedTime(started) };
        if (FailAfterGoAhead(legs, options) is { } stopped)
            return Failed(result, stopped);

        await DelayAsync(options.HostPause, time, cancellation).ConfigureAwait(false);
        started = time.GetTimestamp();
        if (await EachAsync(legs, leg => leg.PeerAsync(cancellation)).ConfigureAwait(false) is { } noPeerOk)
            return Failed(result, noPeerOk);
        result = result with { DialToPeerOk = time.GetElapsedTime(started) };

        await DelayAsync(options.CompleteDelay, time, cancellation).ConfigureAwait(false);
        if (await FailAfterPeerOkAsync(legs, options).ConfigureAwait(false) is { } lost)
            return Failed(result, lost);
        try
        {
            foreach (var move in moves)
                await move.SwitchAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return result with { Outcome = VmotionOutcome.GuestFailed, Detail = e.Message };
        }

        return result with { Outcome = VmotionOutcome.Completed, Detail = "" };
    }

    private static VmotionResult Failed(VmotionResult result, MigrationLeg.Failure failure) =>
        result with { Outcome = failure.Outcome, Detail = failure.Detail };

    private static async Task<MigrationLeg.Failure?> EachAsync(
        List<MigrationLeg> legs,
        Func<MigrationLeg, Task<MigrationLeg.Failure?>> step)
    {
        // All answers are awaited even if one is no: what a GOAHEAD promised must be taken back with ABORT.
        var failures = await Task.WhenAll(legs.Select(step)).ConfigureAwait(false);
        return Array.Find(failures, failure => failure is not null);
    }

    private static MigrationLeg.Failure? FailAfterGoAhead(List<MigrationLeg> legs, VmotionOptions options)
    {
        if (options.Fault is VmotionFault.SourceLostAfterGoAhead or VmotionFault.BothLostAfterGoAhead)
            legs.ForEach(leg => leg.KillSource());
        return options.Fault switch
        {
            VmotionFault.AbortAfterGoAhead => new(VmotionOutcome.Aborted, "Aborted after GOAHEAD, as asked."),
            VmotionFault.SourceResumesSilently => new(VmotionOutcome.Aborted, "The source resumed without a word, as asked."),
            VmotionFault.SourceSilentAfterGoAhead => new(VmotionOutcome.Aborted, "The source fell silent, as asked."),
            VmotionFault.BothLostAfterGoAhead => new(VmotionOutcome.Aborted, "Source and destination were lost, as asked."),
            _ => null,
        };
    }

    private static async Task<MigrationLeg.Failure?> FailAfterPeerOkAsync(List<MigrationLeg> legs, VmotionOptions options)
    {
        switch (options.Fault)
        {
            case VmotionFault.AbortAfterPeerOk:
                return new(VmotionOutcome.Aborted, "Aborted after PEER-OK, as asked.");
            case VmotionFault.DestinationDiesAfterPeerOk:
                await Task.WhenAll(legs.Select(leg => leg.KillDestinationAsync())).ConfigureAwait(false);
                break;
        }

        return legs.Select(leg => leg.CheckDestination()).FirstOrDefault(failure => failure is not null);
    }

    private static async Task LetGuestsRunAsync(IReadOnlyList<VirtualSerialPort> ports, TimeProvider time, CancellationToken cancellation)
    {
        foreach (var port in ports)
        {
            var ran = port.WaitForGuestAsync();
            if (ran.IsCompleted)
                continue;
            try
            {
                await ran.WaitAsync(GuestTurn, time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Its output waits for a proxy that does not read; the move does not.
            }
        }
    }

    private static Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellation) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellation) : Task.CompletedTask;
}
