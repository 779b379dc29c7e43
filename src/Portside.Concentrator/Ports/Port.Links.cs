using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;

namespace Portside.Concentrator.Ports;

/// <content>What a link does with the port.</content>
public sealed partial class Port
{
    /// <summary>A machine by its fresh start takes the port, unless a link already has it.</summary>
    /// <param name="link">A link with identity and accepted service URI.</param>
    /// <param name="replace">The link it may push out, because it is silent.</param>
    /// <param name="owner">The link that has the port; null when <paramref name="link"/> has it now, or nobody can.</param>
    /// <returns>False when another link has it, or the port is forgotten.</returns>
    internal bool TryTake(Link link, Link? replace, out Link? owner)
    {
        Link? previous, candidate;
        Client[] clients;
        List<TaskCompletionSource>? waiting = null;
        var discarded = 0;
        bool wasMigrating;
        lock (_lock)
        {
            owner = _link;
            if (_isForgotten || (_link is not null && _link != replace))
                return false;
            owner = null;
            previous = _link;
            candidate = _migration?.Candidate;
            wasMigrating = EndMigration();

            // What was meant for the former run may do harm in a new one, whether it was held or just not read.
            if (!_context.Options.Migration.DeliverHeldToNewBoot)
                discarded = DiscardInput(out waiting);
            Own(link);
            _retired = null;
            _direction = link.Direction;
            _serviceUri = link.ServiceUri;
            _notes = link.Note is null ? [] : [link.Note];
            if (Id.Instance > 1)
                _notes = [.. _notes, $"another machine claims UUID {Id.DisplayUuid}: a clone?"];
            clients = _clients;
        }

        Release(waiting);
        if (discarded > 0)
            LogHeldDiscarded(Title, discarded);
        if (wasMigrating)
            _context.Metrics.MigrationEnded("superseded");
        previous?.End(LinkEnd.Superseded);
        candidate?.End(LinkEnd.MigrationAborted);
        LogConnected(Title, link.Address, link.Tls ?? "plain", Id);
        Tell(clients, $"{Title} is connected.");
        link.Wake();
        return true;
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
            LogResumed(Title, link.Address);
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
            if (link != _link || _migration is { Holds: true } || _input.Count == 0)
                return 0;
            written = link.TakeFrom(_input, destination, out consumed);
            _bytesToMachine += consumed;
            waiting = _waitingForRoom;
            _waitingForRoom = null;
        }

        _context.Metrics.Sent(consumed);
        Release(waiting);
        return written;
    }

    /// <summary>BEGIN: from here on bytes for the machine wait. The link says GOAHEAD behind what it already took.</summary>
    /// <returns>The key to say GOAHEAD with; empty for NOTNOW.</returns>
    internal byte[] BeginMigration(Link link, ReadOnlySpan<byte> sequence)
    {
        Link? candidate;
        byte[] key;
        bool again;
        lock (_lock)
        {
            if (_link != link || sequence.Length is 0 or > PortMigration.MaxSequenceLength)
                return [];
            candidate = _migration?.Candidate;
            again = EndMigration();
            Span<byte> secret = stackalloc byte[SecretSources.Length];
            _context.Secrets(secret);
            _migration = new PortMigration(this, link, sequence, secret, _context.Time.GetTimestamp());
            _context.Migrations.Add(_migration);
            key = _migration.Key.ToArray();
        }

        if (again)
            _context.Metrics.MigrationEnded("restarted");
        candidate?.End(LinkEnd.MigrationAborted);
        LogBegun(Title, link.Address);
        return key;
    }

    /// <summary>PEER: a link shows a migration's key.</summary>
    /// <returns>False when the migration is over, or the machine's UUID is known to be another.</returns>
    internal bool TryBind(Link link, PortMigration migration)
    {
        Link? former;
        lock (_lock)
        {
            if (_migration != migration || (link.Uuid is { } uuid && uuid != Id.Uuid))
                return false;
            former = migration.Candidate;
            migration.Candidate = link;
            migration.Early = new ByteQueue(PortMigration.MaxEarlyBytes);
            migration.Holds = true;
        }

        if (former != link)
            former?.End(LinkEnd.MigrationAborted);
        LogPeer(Title, link.Address);
        return true;
    }

    /// <summary>COMPLETE: the machine runs at the destination.</summary>
    /// <returns>False when this link is not the destination or the sequence is another; to be ignored.</returns>
    internal bool CompleteMigration(Link link, ReadOnlySpan<byte> sequence)
    {
        Link? source;
        TimeSpan took;
        bool early;
        Span<byte> chunk = stackalloc byte[512];
        lock (_lock)
        {
            if (_migration is not { } migration || migration.Candidate != link || !sequence.SequenceEqual(migration.Sequence))
                return false;
            source = _link;
            took = _context.Time.GetElapsedTime(migration.Begun);
            EndMigration();
            Own(link);
            _migrations++;
            early = migration.Early.Count > 0;
            _retired = early ? null : source;
            while (migration.Early.Count > 0)
                Record(chunk[..migration.Early.Dequeue(chunk)]);
        }

        if (early)
            Recording.WakeReaders();
        _context.Metrics.MigrationEnded("completed");
        LogCompleted(Title, source?.Address ?? "gone", link.Address, took.TotalMilliseconds);
        source?.Retire();
        link.Wake();
        return true;
    }

    /// <summary>ABORT, on the source: the machine stays where it was.</summary>
    /// <returns>False when this link began no migration; to be ignored.</returns>
    internal bool AbortMigration(Link link)
    {
        Link? candidate;
        lock (_lock)
        {
            if (_migration is not { } migration || migration.Source != link || _link != link)
                return false;
            candidate = migration.Candidate;
            EndMigration();
        }

        _context.Metrics.MigrationEnded("aborted");
        LogAborted(Title, link.Address);
        candidate?.End(LinkEnd.MigrationAborted);
        link.Wake();
        return true;
    }

    /// <summary>Ends a migration that took too long, if it still lasts.</summary>
    internal void ExpireMigration(PortMigration migration)
    {
        Link? candidate, link;
        List<TaskCompletionSource>? waiting = null;
        var discarded = 0;
        bool inTransit;
        Client[] clients;
        lock (_lock)
        {
            if (_migration != migration)
                return;
            candidate = migration.Candidate;
            link = _link;
            inTransit = State == PortState.Migrating && link is null;
            EndMigration();
            if (link is null)
                discarded = DiscardInput(out waiting);
            clients = _clients;
        }

        Release(waiting);
        _context.Metrics.MigrationEnded("expired");
        LogExpired(Title, discarded);
        candidate?.End(LinkEnd.MigrationAborted);
        if (inTransit)
            Tell(clients, $"{Title} never arrived at its new host; it is disconnected.");
        link?.Wake();
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
        Tell(clients, $"{Title} is disconnected; you stay attached and will see it come back.");
    }

    private void Own(Link link)
    {
        _link = link;
        link.Touch();
        _connectedSince = LastUsed = _context.Time.GetUtcNow();
        if (link.Name is not null)
            _name = link.Name;
    }

    private void Record(ReadOnlySpan<byte> data)
    {
        Recording.AppendSilently(data);
        _bytesFromMachine += data.Length;
        _lastByteAt = _context.Time.GetUtcNow();
    }

    private bool EndMigration()
    {
        if (_migration is null)
            return false;
        _context.Migrations.Remove(_migration);
        _migration.Forget();
        _migration = null;
        return true;
    }

    /// <summary>Empties the machine's queue; those who wait for room are to be released outside the lock.</summary>
    private int DiscardInput(out List<TaskCompletionSource>? waiting)
    {
        waiting = _waitingForRoom;
        _waitingForRoom = null;
        var discarded = _input.Clear();
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
