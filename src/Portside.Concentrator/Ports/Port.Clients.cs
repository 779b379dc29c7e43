using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Remotes;

namespace Portside.Concentrator.Ports;

/// <content>What a client does with the port.</content>
public sealed partial class Port
{
    /// <summary>Attaches a client at the recording's end; it may move its cursor back to see recent output.</summary>
    /// <param name="client">One that is attached nowhere.</param>
    /// <param name="mode">The mode it asks for.</param>
    /// <param name="steal">Whether those in the way lose their place, told by whom.</param>
    /// <returns>What came of it.</returns>
    public AttachResult Attach(Client client, ClientMode mode, bool steal)
    {
        ArgumentNullException.ThrowIfNull(client);
        Client[] others;
        Takeover? takeover = null;
        ClientMode granted;
        lock (_lock)
        {
            others = _clients;
            if (_isForgotten)
                return new(false, null, $"{Title} has just been forgotten: nobody used it for long.", others);
            if (others.Length >= _context.Options.Console.MaxClientsPerPort)
                return new(false, null, $"{Title} has {others.Length} clients, as many as allowed (console.maxClientsPerPort).", others);

            var decision = PortAccess.Decide(mode, [.. others.Select(c => c.Mode)]);
            if (decision.Mode is null && !steal)
            {
                var holder = others[decision.Holder];
                return new(false, holder, Refusal(holder, mode), others);
            }

            if (TakesPlace(client) && Interlocked.Increment(ref _context.Clients) > _context.Options.Console.MaxClients)
            {
                Interlocked.Decrement(ref _context.Clients);
                return new(
                    false, null, $"There are {_context.Options.Console.MaxClients} clients, as many as allowed (console.maxClients).", others);
            }

            if (decision.Mode is null)
                takeover = TakeOver(client, mode);
            granted = client.Mode = decision.Mode ?? mode;
            client.Since = LastUsed = _context.Time.GetUtcNow();
            client.Port = this;
            client.Reader = Recording.Add(0, client.Wake);
            client.IsAttached = _hadClients = true;
            _clients = [.. _clients, client];
        }

        Tell(takeover, client.Name);
        _context.Metrics.ClientAttached(granted.ToWord(), client.Via);
        LogAttached(Title, client.Name, client.Address, client.Via, granted.ToWord());
        return new(true, null, null, others);
    }

    /// <summary>Detaches a client; harmless when it is not attached.</summary>
    /// <param name="client">The client.</param>
    /// <param name="reason">Why, for the log.</param>
    public void Detach(Client client, string reason)
    {
        ArgumentNullException.ThrowIfNull(client);
        List<TaskCompletionSource>? waiting;
        ClientMode last;
        Link? signalled;
        lock (_lock)
        {
            if (client.Port != this || !client.IsAttached)
                return;
            last = client.Mode;
            waiting = Remove(client);
            signalled = ReleaseSignals(client) ? _link : null;
            LastUsed = _context.Time.GetUtcNow();
        }

        Release(waiting);
        signalled?.LineChanged();
        _context.Metrics.ClientDetached(last.ToWord(), client.Via);
        LogDetached(Title, client.Name, client.Address, reason);
    }

    /// <summary>Changes a client's mode, if the rule allows.</summary>
    /// <param name="client">An attached client.</param>
    /// <param name="mode">The mode it asks for.</param>
    /// <param name="steal">Whether those in the way lose their place.</param>
    /// <returns>Null when done, else why not.</returns>
    public string? ChangeMode(Client client, ClientMode mode, bool steal)
    {
        ArgumentNullException.ThrowIfNull(client);
        Takeover? takeover = null;
        ClientMode before, after;
        lock (_lock)
        {
            if (client.Port != this || !client.IsAttached)
                return $"you are not attached to {Title} any more";
            Client[] others = [.. _clients.Where(c => c != client)];
            var decision = PortAccess.Decide(mode, [.. others.Select(c => c.Mode)]);
            if (decision.Mode is null && !steal)
                return Refusal(others[decision.Holder], mode);
            if (decision.Mode is null)
                takeover = TakeOver(client, mode);
            before = client.Mode;
            after = client.Mode = decision.Mode ?? mode;
        }

        Tell(takeover, client.Name);
        _context.Metrics.ClientDetached(before.ToWord(), client.Via);
        _context.Metrics.ClientAttached(after.ToWord(), client.Via);
        return null;
    }

    /// <summary>Bytes from a client for the machine.</summary>
    /// <param name="client">An attached client.</param>
    /// <param name="data">Bytes, unescaped.</param>
    /// <returns>
    /// Bytes taken care of; fewer than given when the queue is full: await <see cref="WaitForRoomAsync"/> and give the
    /// rest again. Bytes of a client that may only read or is not attached (any more), and bytes for a machine that
    /// is not there, count as taken; the client is told through <see cref="Client.OnDiscarded"/>.
    /// </returns>
    public int Write(Client client, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(client);
        Link? link = null;
        var taken = data.Length;
        string? discarding = null, told = null;
        lock (_lock)
        {
            if (!client.IsAttached || client.Port != this)
                return data.Length;
            if (State == PortState.Disconnected)
            {
                _bytesDiscarded += data.Length;
                discarding = $"{Title} is disconnected";
            }
            else if (!PortAccess.Writes(client.Mode))
            {
                discarding = "you are read-only";
            }
            else
            {
                taken = _input.Enqueue(data);
                link = _migration is { Holds: true } ? null : _link;
            }

            (told, client.ToldDiscarding) = (client.ToldDiscarding, discarding);
        }

        link?.Wake();
        if (discarding is not null && taken > 0)
            client.OnDiscarded(taken, discarding == told ? null : discarding);
        return taken;
    }

    /// <summary>Waits until the machine's queue has room again, the machine is gone, or some client is: give the rest again.</summary>
    /// <param name="client">Who waits; one that is not attached (any more) has nothing to wait for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    public Task WaitForRoomAsync(Client client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_input.Room > 0 || !client.IsAttached)
                return Task.CompletedTask;
            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waitingForRoom ??= []).Add(waiter);
        }

        return waiter.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes those in the way out of it; to be called under the lock; they are told after it.</summary>
    private Takeover TakeOver(Client by, ClientMode mode)
    {
        var takeover = new Takeover([], []);
        foreach (var other in _clients)
        {
            var after = other == by ? other.Mode : PortAccess.AfterTakeover(mode, other.Mode);
            if (after == other.Mode)
                continue;
            takeover.Pushed.Add((other, other.Mode, after));
            if (after is { } reduced)
            {
                other.Mode = reduced;
                continue;
            }

            if (Remove(other) is { } waiting)
                takeover.Waiting.AddRange(waiting);
            ReleaseSignals(other);
        }

        return takeover;
    }

    private void Tell(Takeover? takeover, string by)
    {
        if (takeover is null)
            return;
        Release(takeover.Waiting);
        Volatile.Read(ref _link)?.LineChanged();
        foreach (var (client, before, after) in takeover.Pushed)
        {
            _context.Metrics.ClientDetached(before.ToWord(), client.Via);
            if (after is { } reduced)
            {
                _context.Metrics.ClientAttached(reduced.ToWord(), client.Via);
                client.ModeChanged(by);
                continue;
            }

            LogDetached(Title, client.Name, client.Address, $"taken over by {by}");
            client.End($"{by} took over {Title}.");
        }
    }

    /// <summary>Forgets a client; whoever waits for room is to look again, as it may be this one.</summary>
    private List<TaskCompletionSource>? Remove(Client client)
    {
        client.IsAttached = false;
        if (TakesPlace(client))
            Interlocked.Decrement(ref _context.Clients);
        _clients = [.. _clients.Where(c => c != client)];
        if (client.Reader is { } reader)
            Recording.Remove(reader);
        var waiting = _waitingForRoom;
        _waitingForRoom = null;
        return waiting;
    }

    /// <summary>Cables and remote systems have limits of their own, and any machine may ask for them: people keep their places.</summary>
    private static bool TakesPlace(Client client) => client is not (CableEnd or RemoteClient);

    internal void CountMissed(long bytes) => _context.Metrics.Missed(bytes);

    private string Refusal(Client holder, ClientMode mode) =>
        $"{Title} is held by {holder.Name} ({holder.Address}), {holder.Mode.ToWord()} since {holder.Since:yyyy-MM-dd HH:mm:ss}Z; "
        + $"{mode.ToWord()} is not possible beside it.";

    private sealed record Takeover(
        List<(Client Client, ClientMode Before, ClientMode? After)> Pushed, List<TaskCompletionSource> Waiting);
}
