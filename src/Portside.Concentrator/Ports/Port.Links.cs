using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;

namespace Portside.Concentrator.Ports;

/// <content>What a link does with the port.</content>
public sealed partial class Port
{
    private const string Unanswered = "which did not answer";

    /// <summary>A machine by its fresh start takes the port, unless a link already has it.</summary>
    /// <param name="link">A link with identity and accepted service URI.</param>
    /// <param name="replace">The link it may push out, because it gave no sign of life.</param>
    /// <param name="overruled">Why it may do so whatever that one says, and also in the midst of a vMotion; null where it may not.</param>
    /// <param name="owner">The link that has the port, for <see cref="TakeResult.Owned"/> and <see cref="TakeResult.Moving"/>.</param>
    internal TakeResult Take(Link link, Link? replace, string? overruled, out Link? owner)
    {
        Link? previous, candidate;
        Client[] clients;
        List<TaskCompletionSource>? waiting = null;
        var discarded = 0;
        bool wasMigrating, isTakeover;
        int takeovers;
        lock (_lock)
        {
            owner = null;
            if (_isForgotten)
                return TakeResult.Forgotten;
            if (_migration is { Holds: true, Source: var source } && !link.ComesFromWhere(source) && (overruled is null || replace != _link))
            {
                owner = _link;
                return TakeResult.Moving;
            }

            if (_link is not null && _link != replace)
            {
                owner = _link;
                return TakeResult.Owned;
            }

            previous = _link;
            if (previous is not null)
                _replacedAt = _context.Time.GetTimestamp();
            candidate = _migration?.Candidate;
            wasMigrating = EndMigration();
            isTakeover = previous is not null && !link.ComesFromWhere(previous);
            if (isTakeover)
                NoteTakeover(previous!, link, overruled ?? Unanswered);
            takeovers = _takeovers;

            // What was meant for the former run may do harm in a new one, whether it was held or just not read.
            if (!_context.Options.Migration.DeliverHeldToNewBoot)
                discarded = DiscardInput(out waiting);
            Own(link);
            _retired = null;
            _machineDtr = _machineRts = null;
            _direction = link.Direction;
            _serviceUri = link.ServiceUri;
            _notes = link.Note is null ? [] : [link.Note];
            if (Id.Instance > 1)
                _notes = [.. _notes, $"another machine claims UUID {Id.DisplayUuid}: a clone?"];
            clients = _clients;
            foreach (var client in clients)
                client.ToldDiscarding = null;
        }

        Release(waiting);
        if (discarded > 0)
            LogHeldDiscarded(Title, discarded);
        if (wasMigrating)
            _context.Metrics.MigrationEnded("superseded");
        previous?.End(LinkEnd.Superseded);
        candidate?.End(LinkEnd.MigrationAborted);
        LogConnected(Title, link.Address, link.Tls ?? "plain", Id);
        if (isTakeover && System.Numerics.BitOperations.IsPow2(takeovers))
            LogTakenOver(Title, previous!.Address, overruled ?? Unanswered, link.Address, takeovers);
        Tell(clients, isTakeover
            ? $"{link.Address} claims to be {Title} and took over from {previous!.Address}{(overruled is null ? ", which does not answer" : $", {overruled}")}."
            : $"{Title} is connected.");
        link.Wake();
        return TakeResult.Taken;
    }

    /// <summary>Whether a link that had not ended lost the port to another one.</summary>
    /// <param name="within">How long ago at most.</param>
    internal bool WasReplaced(TimeSpan within)
    {
        lock (_lock)
            return _replacedAt != 0 && _context.Time.GetElapsedTime(_replacedAt) < within;
    }

    /// <summary>
    /// Whether the port's owner gives a sign of life, being asked for one, within <see cref="LinkOptions.TakeoverGrace"/>.
    /// However many ask meanwhile, it is asked once and they wait together.
    /// </summary>
    internal Task<bool> AnswersAsync(Link owner)
    {
        TaskCompletionSource<bool> answer;
        lock (_lock)
        {
            if (_asked == owner && _answer is { IsCompleted: false })
                return _answer;
            answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_asked, _answer) = (owner, answer.Task);
        }

        _ = AskAsync(owner, answer);
        return answer.Task;
    }

    private async Task AskAsync(Link owner, TaskCompletionSource<bool> answer)
    {
        var before = owner.LastReceived;
        owner.AskForSignOfLife();
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(owner.Ended, Task.Delay(_context.Options.Vm.TakeoverGrace, _context.Time, enough.Token));
        await enough.CancelAsync();
        lock (_lock)
        {
            if (_answer == answer.Task)
                (_asked, _answer) = (null, null);
        }

        answer.SetResult(owner.EndReason == LinkEnd.None && owner.LastReceived > before);
    }

    private void NoteTakeover(Link previous, Link link, string why)
    {
        _takeovers++;
        var note = $"taken over by {link.Address} from {previous.Address}, {why}, at {_context.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z";
        _takeoverNotes = [.. _takeoverNotes.TakeLast(MaxTakeoverNotes - 1), note];
    }

    /// <summary>Serial bytes from a link.</summary>
    /// <param name="link">Where they came from.</param>
    /// <param name="data">Bytes, unescaped.</param>
    /// <returns>False when a migration's destination sent more before COMPLETE than it may.</returns>
    internal bool Receive(Link link, ReadOnlySpan<byte> data)
    {
        var resumed = false;
        lock (_lock)
        {
            if (link == _link)
            {
                // A stunned guest cannot talk: a source that talks after GOAHEAD, with no destination in sight, runs on.
                if (_migration is { Holds: true, Candidate: null } migration && migration.Source == link)
                {
                    migration.Holds = false;
                    resumed = migration.SourceRuns = true;
                }

                // From the destination's first byte on, nothing of the source can be in order any more.
                _retired = null;
                Record(data);
            }
            else if (_migration?.Candidate == link)
            {
                return _migration.Early.Enqueue(data) == data.Length;
            }
            else if (_retired == link)
            {
                Record(data);
            }
            else
            {
                _context.Metrics.Late(data.Length);
                if (System.Numerics.BitOperations.IsPow2(++link.LateReads))
                    LogLateBytes(Title, data.Length, link.Address, link.LateReads);
                return true;
            }
        }

        Recording.WakeReaders();
        _context.Metrics.Received(data.Length);
        if (resumed)
        {
            if (IsWorthTelling(link.Moves))
                LogResumed(Title, link.Address, link.Moves);
            link.Wake();
        }

        return true;
    }

    /// <summary>Takes waiting bytes for the machine, IACs doubled, if the link owns the port and no migration holds them.</summary>
    /// <returns>Bytes written to <paramref name="destination"/>.</returns>
    internal int TakeInput(Link link, Span<byte> destination)
    {
        List<TaskCompletionSource>? waiting;
        int written, consumed;
        lock (_lock)
        {
            if (link != _link || _migration is { Holds: true } || (_input.Count == 0 && _breaks is not { Count: > 0 }))
                return 0;
            var limit = int.MaxValue;
            if (_breaks is { Count: > 0 })
            {
                if (BytesBeforeBreak() is not { } before)
                {
                    _breaks.Dequeue();
                    return WriteBreak(destination);
                }

                limit = before;
            }

            written = link.TakeFrom(_input, destination, limit, out consumed);
            _inputTaken += consumed;
            _bytesToMachine += consumed;
            waiting = _waitingForRoom;
            _waitingForRoom = null;
        }

        _context.Metrics.Sent(consumed);
        Release(waiting);
        return written;
    }

    /// <summary>A link is gone.</summary>
    internal void LinkEnded(Link link)
    {
        Client[] clients = [];
        List<TaskCompletionSource>? waiting = null;
        Link? source = null;
        bool owned;
        lock (_lock)
        {
            if (_retired == link)
                _retired = null;
            if (_migration is { } migration && migration.Candidate == link)
            {
                // The key stays good: another destination may come, or the source may go on.
                migration.Candidate = null;
                migration.Early = new ByteQueue(PortMigration.MaxEarlyBytes);
                if (migration.SourceRuns)
                {
                    migration.Holds = false;
                    source = _link;
                }
            }

            owned = _link == link;
            if (owned)
            {
                _link = null;
                LastUsed = _context.Time.GetUtcNow();
                if (State == PortState.Disconnected)
                {
                    DiscardInput(out waiting);
                    clients = _clients;
                }
            }
        }

        source?.Wake();
        if (!owned)
            return;
        Release(waiting);
        LogDisconnected(Title, link.Address, link.EndReason);
        TellRemotes();
        Tell(clients, link.EndReason == LinkEnd.Stopping
            ? $"{Title} is disconnected: the concentrator stops."
            : $"{Title} is disconnected; you stay attached and will see it come back.");
    }

    private void Own(Link link)
    {
        _link = link;
        link.Touch();
        _connectedSince = LastUsed = _context.Time.GetUtcNow();
        if ((_context.NameOf(Id) ?? link.Name) is { } name)
            _name = name;
    }

    private void Record(ReadOnlySpan<byte> data)
    {
        Recording.AppendSilently(data);
        _bytesFromMachine += data.Length;
        _lastByteAt = _context.Time.GetUtcNow();
    }

    /// <summary>Empties the machine's queue; those who wait for room are to be released outside the lock.</summary>
    private int DiscardInput(out List<TaskCompletionSource>? waiting)
    {
        waiting = _waitingForRoom;
        _waitingForRoom = null;
        var discarded = _input.Clear();
        _breaks = null;
        _inputTaken += discarded;
        _bytesDiscarded += discarded;
        return discarded;
    }

    private static void Release(List<TaskCompletionSource>? waiting)
    {
        if (waiting is null)
            return;
        foreach (var waiter in waiting)
            waiter.TrySetResult();
    }
}
