using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;
using static Portside.Concentrator.Clients.ClientMode;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>What clients of one port are to each other: modes, refusals, takeovers, limits, and that nobody waits for another.</summary>
public sealed class PortClientsTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new(o =>
    {
        o.Console.MaxClientsPerPort = 4;
        o.Console.ReplayBytes = 1024;
        o.Console.LagBytes = 4096;
        o.Migration.HoldBytes = 1000;
    });

    private Port Port => _concentrator.Port;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task Everybody_sees_the_machine_and_everybody_who_may_types()
    {
        var machine = await _concentrator.StartAsync();
        var ada = _concentrator.Attach(Port, "ada");
        var bob = _concentrator.Attach(Port, "bob", ReadOnly);
        var cyd = _concentrator.Attach(Port, "cyd", ReadOnlyFallback);
        await machine.SendAsync("\"login: \"");
        await ada.ExpectAsync("\"login: \"");
        await bob.ExpectAsync("\"login: \"");
        await cyd.ExpectAsync("\"login: \"");
        await ada.TypeAsync("\"a\"");
        await bob.TypeAsync("\"b\"");
        await cyd.TypeAsync("\"c\"");
        await machine.ExpectAsync("\"ac\"");
        await machine.SettleAsync();
        Assert.Equal(2, Port.Snapshot().BytesToMachine);
    }

    [Fact]
    public async Task No_byte_passes_from_a_reader_whatever_made_it_one()
    {
        var machine = await _concentrator.StartAsync();
        var asked = _concentrator.Attach(Port, "asked", ReadOnly);
        var writer = _concentrator.Attach(Port, "writer", ExclusiveWrite);
        var fallen = _concentrator.Attach(Port, "fallen", ReadOnlyFallback);
        Assert.Equal(ReadOnly, fallen.Mode);
        await asked.TypeAsync("\"x\"");
        await fallen.TypeAsync("\"x\"");
        var thief = new TestClient("thief");
        Assert.True(Port.Attach(thief, ReadWrite, steal: true).Granted);
        Assert.Equal((ReadOnly, "thief"), (writer.Mode, writer.ChangedBy));
        await writer.TypeAsync("\"x\"");
        await thief.TypeAsync("\"t\"");
        Assert.Null(Port.ChangeMode(thief, ReadOnly, steal: false));
        await thief.TypeAsync("\"x\"");
        await machine.ExpectAsync("\"t\"");
        await machine.SettleAsync();
        thief.End("left");
    }

    [Fact]
    public void A_refusal_names_the_holder_its_mode_and_since_when()
    {
        _concentrator.Attach(Port, "ada", ReadOnly);
        var holder = _concentrator.Attach(Port, "bob", ExclusiveWrite);
        _concentrator.Time.Advance(TimeSpan.FromHours(1));
        var result = Port.Attach(new TestClient("cyd"), ReadWrite, steal: false);
        Assert.False(result.Granted);
        Assert.Same(holder, result.Holder);
        Assert.Equal(2, result.Others.Count);
        Assert.Equal(
            "01234567-89ab-cdef-fedc-ba9800000000 is held by bob (192.0.2.200:bob), exclusive-write since 2026-01-02 03:04:05Z; "
            + "read-write is not possible beside it.",
            result.Refusal);
        Assert.Equal(2, Port.Snapshot().Clients.Count);
    }

    [Fact]
    public async Task Who_takes_over_is_alone_and_those_pushed_out_are_told_by_whom_and_type_no_more()
    {
        var machine = await _concentrator.StartAsync();
        var ada = _concentrator.Attach(Port, "ada");
        var bob = _concentrator.Attach(Port, "bob", ReadOnly);
        var thief = new TestClient("thief");
        var result = Port.Attach(thief, Exclusive, steal: true);
        Assert.True(result.Granted);
        Assert.Equal([ada, bob], result.Others);
        Assert.Equal("thief took over vm-00000.", ada.EndedBecause);
        Assert.Equal("thief took over vm-00000.", bob.EndedBecause);
        Assert.Equal([thief], Port.Snapshot().Clients);
        await ada.TypeAsync("\"x\"");
        Assert.NotNull(Port.ChangeMode(ada, ReadWrite, steal: true));
        await thief.TypeAsync("\"t\"");
        await machine.ExpectAsync("\"t\"");
        await machine.SendAsync("\"only you\"");
        await thief.ExpectAsync("\"only you\"");
        Assert.Empty(ada.Received);
        thief.End("left");
    }

    [Fact]
    public void Taking_over_needs_nobody_in_the_way()
    {
        var reader = _concentrator.Attach(Port, "ada", ReadOnly);
        var writer = new TestClient("bob");
        Assert.True(Port.Attach(writer, ReadWrite, steal: true).Granted);
        Assert.Null(reader.EndedBecause);
        Assert.Null(reader.ChangedBy);
        Assert.Equal(2, Port.Snapshot().Clients.Count);
        writer.End("left");
    }

    [Fact]
    public void A_mode_changes_by_the_same_rule_as_attaching()
    {
        var ada = _concentrator.Attach(Port, "ada");
        var bob = _concentrator.Attach(Port, "bob");
        Assert.Contains("is held by bob", Port.ChangeMode(ada, Exclusive, steal: false), StringComparison.Ordinal);
        Assert.Equal(ReadWrite, ada.Mode);
        Assert.Null(Port.ChangeMode(bob, ReadOnly, steal: false));
        Assert.Null(Port.ChangeMode(ada, ExclusiveWrite, steal: false));
        Assert.Null(Port.ChangeMode(bob, ReadOnlyFallback, steal: false));
        Assert.Equal(ReadOnly, bob.Mode);
        Assert.Contains("is held by ada", Port.ChangeMode(bob, ReadWrite, steal: false), StringComparison.Ordinal);
        Assert.Null(Port.ChangeMode(bob, ReadWrite, steal: true));
        Assert.Equal((ReadOnly, "bob"), (ada.Mode, ada.ChangedBy));
        Assert.Null(Port.ChangeMode(bob, Exclusive, steal: true));
        Assert.Equal([bob], Port.Snapshot().Clients);
    }

    [Fact]
    public void As_many_clients_as_allowed_may_attach_and_not_one_more()
    {
        for (var i = 0; i < 4; i++)
            _concentrator.Attach(Port, $"c{i}");
        var result = Port.Attach(new TestClient("late"), ReadWrite, steal: true);
        Assert.False(result.Granted);
        Assert.Contains("has 4 clients, as many as allowed (console.maxClientsPerPort)", result.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_measured_by_mode_adds_up_to_nothing_when_all_have_left()
    {
        var ada = _concentrator.Attach(Port, "ada");
        var bob = _concentrator.Attach(Port, "bob");
        Port.ChangeMode(bob, ReadOnly, steal: false);
        var cyd = new TestClient("cyd");
        Port.Attach(cyd, ExclusiveWrite, steal: true);
        Assert.Equal(0, Clients(ReadWrite));
        Assert.Equal(2, Clients(ReadOnly));
        Assert.Equal(1, Clients(ExclusiveWrite));
        var dee = new TestClient("dee");
        Port.Attach(dee, Exclusive, steal: true);
        Assert.Equal(1, Clients(Exclusive));
        dee.End("left");
        ada.End("left");
        foreach (var mode in Enum.GetValues<ClientMode>())
            Assert.Equal(0, Clients(mode));

        long Clients(ClientMode mode) => _concentrator.Figures[$"portside.clients{{mode={mode.ToWord()},via=test}}"];
    }

    [Fact]
    public async Task A_stalled_client_delays_neither_the_machine_nor_another_client()
    {
        var machine = await _concentrator.StartAsync();
        var stalled = _concentrator.Attach(Port, "stalled");
        var other = _concentrator.Attach(Port, "other");
        stalled.Stall();
        var expected = new List<byte>();
        for (var i = 0; i < 64; i++)
        {
            var part = Links.LinkLimitTests.Numbered(1000 + i);
            expected.AddRange(part);
            await machine.Peer.SendAsync(part);
            await machine.SettleAsync();
        }

        Assert.Equal(expected, await other.ReceiveAsync(expected.Count));
        Assert.Empty(stalled.Received);
        Assert.Equal(4096, Port.Recording.Capacity);
        stalled.GoOn();
        await machine.SendAsync("\"!\"");
        await machine.SettleAsync();
        var first = 1000;
        var got = await stalled.ReceiveAsync(first + 4096);
        Assert.Equal(expected.Take(first), got.Take(first));
        Assert.Equal((byte)'!', got[^1]);
        Assert.Equal(expected.Count + 1, got.Length + stalled.MissedBytes);
    }

    [Fact]
    public async Task A_client_of_a_port_without_machine_types_into_the_void_and_is_not_kept_waiting()
    {
        var client = _concentrator.Attach(Port);
        await client.TypeAsync(new byte[5000]);
        Assert.False(Port.Break("ada"));
        Assert.Equal(5000, Port.Snapshot().BytesDiscarded);
        var machine = await _concentrator.StartAsync();
        await client.ExpectNoticeAsync("is connected");
        await client.TypeAsync("\"hello\"");
        await machine.ExpectAsync("\"hello\"");
    }

    [Fact]
    public async Task One_who_is_ended_while_waiting_for_room_waits_no_longer()
    {
        var machine = await _concentrator.StartAsync();
        await machine.BeginAsync();
        var waiting = _concentrator.Attach(Port, "waiting");
        var other = _concentrator.Attach(Port, "other");
        var typing = waiting.TypeAsync(new byte[2000]);
        var others = other.TypeAsync(new byte[1]);
        waiting.End("kicked");
        await typing.WaitAsync(Patience.Limit);
        Assert.False(others.IsCompleted);
        Assert.True(Port.Attach(new TestClient("thief"), Exclusive, steal: true).Granted);
        await others.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task One_who_is_ended_just_before_waiting_for_room_does_not_begin_to_wait()
    {
        var machine = await _concentrator.StartAsync();
        await machine.BeginAsync();
        var client = _concentrator.Attach(Port);
        Assert.Equal(1000, Port.Write(client, new byte[2000]));
        Assert.False(Port.WaitForRoomAsync(client, CancellationToken.None).IsCompleted);
        client.End("kicked");
        Assert.True(Port.WaitForRoomAsync(client, CancellationToken.None).IsCompleted);
        Assert.Equal(5, Port.Write(client, new byte[5]));
    }

    [Fact]
    public async Task One_who_waits_for_room_waits_no_longer_when_the_machine_is_gone()
    {
        var machine = _concentrator.Connect(capacity: 64);
        await machine.StartAsync();
        var client = _concentrator.Attach(Port);
        var typing = client.TypeAsync(new byte[200_000]);
        Assert.False(typing.IsCompleted);
        machine.Stream.Abort();
        await machine.EndAsync();
        await typing.WaitAsync(Patience.Limit);
        Assert.Equal(PortState.Disconnected, Port.Snapshot().State);
    }

    [Fact]
    public async Task Many_who_come_go_and_take_over_at_once_leave_nothing_behind()
    {
        var machine = await _concentrator.StartAsync();
        var flooding = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await machine.Peer.SendAsync(Links.LinkLimitTests.Numbered(500));
        });
        await Task.WhenAll(Enumerable.Range(0, 6).Select(t => Task.Run(() =>
        {
            var random = new Random(t);
            for (var i = 0; i < 500; i++)
            {
                var client = new TestClient($"{t}.{i}");
                if (Port.Attach(client, (ClientMode)random.Next(5), steal: random.Next(3) == 0).Granted)
                {
                    Port.Write(client, [1]);
                    Port.ChangeMode(client, (ClientMode)random.Next(5), steal: random.Next(3) == 0);
                }

                client.End("left");
            }
        }))).WaitAsync(Patience.Limit);

        await flooding.WaitAsync(Patience.Limit);
        await machine.SendAsync("FF FA E8 63 FF F0");
        await machine.Peer.ExpectEventuallyAsync("FF FA E8 03 63 FF F0");
        Assert.Empty(Port.Snapshot().Clients);
        foreach (var mode in ClientModes.All)
            Assert.Equal(0, _concentrator.Figures[$"portside.clients{{mode={mode},via=test}}"]);
        Assert.Equal(1024, Trimmed());

        int Trimmed()
        {
            Port.Recording.Trim();
            return Port.Recording.Capacity;
        }
    }
}
