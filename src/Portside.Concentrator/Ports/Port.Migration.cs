using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;

namespace Portside.Concentrator.Ports;

/// <content>How the port follows its machine to another host.</content>
public sealed partial class Port
{
    /// <summary>BEGIN: from here on bytes for the machine wait. The link says GOAHEAD behind what it already took.</summary>
    /// <returns>The key to say GOAHEAD with; empty for NOTNOW.</returns>
    internal byte[] BeginMigration(Link link, ReadOnlySpan<byte> sequence)
    {
        Link? candidate;
        byte[] key;
        bool again;
        int moves;
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
            moves = ++link.Moves;
        }

        if (again)
            _context.Metrics.MigrationEnded("restarted");
        candidate?.End(LinkEnd.MigrationAborted);
        if (IsWorthTelling(moves))
            LogBegun(Title, link.Address, moves);
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
        bool early, isWatched;
        Span<byte> chunk = stackalloc byte[512];
        lock (_lock)
        {
            if (_migration is not { } migration || migration.Candidate != link || !sequence.SequenceEqual(migration.Sequence))
                return false;
            source = _link;
            (link.Agrees, link.Vouched) = (migration.Source.Agrees, _context.Time.GetTimestamp());
            isWatched = migration.Source.Case is not null;
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

        // The secret proves that it is the source's machine; what that one was is as open as before.
        if (isWatched)
            _context.Quarantine.Watch(link, Id);
        return true;
    }

    /// <summary>ABORT, on the source: the machine stays where it was.</summary>
    /// <returns>False when this link began no migration; to be ignored.</returns>
    internal bool AbortMigration(Link link)
    {
        Link? candidate;
        int moves;
        lock (_lock)
        {
            if (_migration is not { } migration || migration.Source != link || _link != link)
                return false;
            moves = link.Moves;
            candidate = migration.Candidate;
            EndMigration();
        }

        _context.Metrics.MigrationEnded("aborted");
        if (IsWorthTelling(moves))
            LogAborted(Title, link.Address, moves);
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
        if (link is null)
            TellRemotes();
        if (inTransit)
            Tell(clients, $"{Title} never arrived at its new host; it is disconnected.");
        link?.Wake();
    }

    /// <summary>A machine may begin and break off thousands of moves a second; the log hears of the 1st, 2nd, 4th and so on of a link.</summary>
    private static bool IsWorthTelling(int moves) => System.Numerics.BitOperations.IsPow2(moves);

    private bool EndMigration()
    {
        if (_migration is null)
            return false;
        _context.Migrations.Remove(_migration);
        _migration.Forget();
        _migration = null;
        return true;
    }
}
