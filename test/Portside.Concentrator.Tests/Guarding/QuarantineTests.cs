using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Guarding;

/// <summary>Links whose claim agrees or does not agree with what is known of machines.</summary>
public sealed class QuarantineTests : IAsyncDisposable
{
    private const string Gauge = "portside.quarantined.links";
    private const byte Here = 1;
    private const byte Elsewhere = 2;
    private const byte Nowhere = 66;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly MemoryConcentrator _concentrator = new(o => o.Vm.MaxLinks = 6);
    private readonly KnownMachines _known = new(GuardMode.Enforce) { [Uuid] = Address(Here) };

    public QuarantineTests() => _concentrator.Quarantine.Guard = _known;

    private Quarantine Quarantine => _concentrator.Quarantine;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task A_machine_on_its_host_is_served_at_once_and_nothing_is_told()
    {
        var machine = await StartAsync(Here);
        var client = _concentrator.Attach(_concentrator.Port);
        await machine.SendAsync("\"login:\"");
        await client.ExpectAsync("\"login:\"");
        await client.TypeAsync("\"root\"");
        await machine.ExpectAsync("\"root\"");
        Assert.Empty(Quarantine.All());
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Id is >= 900 and < 1000);
    }

    [Fact]
    public async Task An_impostor_owns_nothing_says_nothing_hears_nothing_and_is_alarmed_when_its_time_is_over()
    {
        var machine = await StartAsync(Here);
        var client = _concentrator.Attach(_concentrator.Port);
        var impostor = await StartAsync(Nowhere);
        await impostor.SendAsync("\"login:\"");
        await impostor.SettleAsync();
        var held = Assert.Single(Quarantine.All());
        Assert.Equal(("q1", false, "other-host", impostor.Link.Address, MemoryConcentrator.Id()), (held.Id, held.IsFinal, held.Reason, held.Source, held.Port));
        Assert.Equal(0, _concentrator.Figures[Gauge]);

        Pass(Wait);
        Assert.True(Assert.Single(Quarantine.All()).IsFinal);
        Assert.Equal((1, 1, 1), (Quarantine.Count, _concentrator.Figures[Gauge], _concentrator.Figures["portside.guard.alarms{reason=other-host}"]));
        var told = Assert.Single(_concentrator.Events.Events, e => e.Id == 900);
        Assert.Equal(LogLevel.Error, told.Level);
        Assert.Contains("it runs at 198.51.100.1", told.Text, StringComparison.Ordinal);

        // What it said while it could still have been right is gone as well.
        await impostor.SendAsync("\"Password:\"");
        await impostor.SettleAsync();
        Assert.Equal(15, Assert.Single(Quarantine.All()).BytesDropped);
        Assert.Equal(15, _concentrator.Figures["portside.quarantined.dropped"]);

        await client.TypeAsync("\"root\"");
        await machine.ExpectAsync("\"root\"");
        await machine.SendAsync("\"real\"");
        await client.ExpectAsync("\"real\"");
        await impostor.SettleAsync();
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Contains($"quarantined q1: {impostor.Link.Address} claims this machine's UUID", Assert.Single(_concentrator.Port.Snapshot().Notes), StringComparison.Ordinal);

        // The identity deadline is not for it: it said who it wants to be.
        Assert.False(impostor.Link.EndIfOverdue());
        impostor.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await impostor.EndAsync());
        Assert.Equal((0, 0), (Quarantine.Count, _concentrator.Figures[Gauge]));
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
    }

    [Fact]
    public async Task A_claim_that_nobody_has_leaves_no_port_behind()
    {
        _known[Uuid] = null;
        await StartAsync(Here);
        Pass(Wait);
        Assert.Equal("unknown-uuid", Assert.Single(Quarantine.All()).Reason);
        Assert.Equal(0, _concentrator.Ports.Count);
    }

    [Fact]
    public async Task A_machine_is_admitted_with_all_it_said_when_the_inventory_agrees_in_time()
    {
        _known[Uuid] = null;
        var machine = await StartAsync(Here);
        await machine.SendAsync("\"from the first byte\"");
        await machine.SettleAsync();
        Assert.Equal(0, _concentrator.Ports.Count);

        _known[Uuid] = Address(Here);
        await LookAgainAsync(machine);
        Assert.Equal("from the first byte", Links.LinkOpeningTests.Text(_concentrator.Port));
        Assert.Equal((PortState.Connected, machine.Link.Address), (_concentrator.Port.Snapshot().State, _concentrator.Port.Snapshot().Source));
        Assert.Empty(Quarantine.All());
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Id == 900);
    }

    [Fact]
    public async Task A_quarantined_machine_is_admitted_without_connecting_anew_when_the_inventory_comes_to_agree()
    {
        var machine = await StartAsync(Elsewhere);
        Pass(Wait);
        Assert.Equal(1, Quarantine.Count);
        await machine.SendAsync("\"lost\"");
        await machine.SettleAsync();

        _known[Uuid] = Address(Elsewhere);
        await LookAgainAsync(machine);
        await machine.SendAsync("\"kept\"");
        await machine.SettleAsync();
        Assert.Equal(4, _concentrator.Port.Snapshot().BytesFromMachine);
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal((0, 0), (Quarantine.Count, _concentrator.Figures[Gauge]));
        Assert.Contains("4 bytes of it were dropped", Assert.Single(_concentrator.Events.Events, e => e.Id == 903).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_mode_note_an_impostor_is_served_and_noted_until_the_inventory_agrees()
    {
        _known.Mode = GuardMode.Note;
        var machine = await StartAsync(Elsewhere);
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
        Pass(Wait);
        Assert.Equal("not the machine it claims to be: it runs at 198.51.100.1", Assert.Single(_concentrator.Port.Snapshot().Notes));
        Assert.Equal((0, 1), (_concentrator.Figures[Gauge], _concentrator.Figures["portside.guard.alarms{reason=other-host}"]));
        Assert.Equal(LogLevel.Warning, Assert.Single(_concentrator.Events.Events, e => e.Id == 901).Level);
        Assert.Empty(Quarantine.All());

        _known[Uuid] = Address(Elsewhere);
        Quarantine.LookAgain();
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
        Assert.Single(_concentrator.Events.Events, e => e.Id == 906);
    }

    [Fact]
    public async Task While_nobody_knows_a_machine_waits_is_then_served_unverified_and_loses_its_port_if_it_was_an_impostor()
    {
        _known.IsRead = false;
        var impostor = await StartAsync(Elsewhere);
        Assert.Equal(0, _concentrator.Ports.Count);
        Pass(Wait);
        await impostor.SettleAsync();
        await impostor.SettleAsync();
        Assert.Equal(impostor.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal("not verified: nothing is known of machines", Assert.Single(_concentrator.Port.Snapshot().Notes));
        Assert.Equal(1, _concentrator.Figures["portside.guard.alarms{reason=unverified}"]);

        _known.IsRead = true;
        Quarantine.LookAgain();
        Assert.Equal(LinkEnd.None, impostor.Link.EndReason);
        Pass(Wait);
        Assert.Equal(LinkEnd.Quarantined, await impostor.EndAsync());
        Assert.Single(_concentrator.Events.Events, e => e.Id == 904);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
    }

    [Fact]
    public async Task What_was_admitted_stays_when_nobody_knows_any_more_or_the_machine_is_said_to_be_elsewhere()
    {
        var machine = await StartAsync(Here);
        _known.IsRead = false;
        Pass(2 * Wait);
        _known.IsRead = true;
        _known[Uuid] = Address(Elsewhere);
        Pass(2 * Wait);
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
    }

    [Fact]
    public async Task Of_two_live_claims_the_one_that_the_inventory_agrees_with_has_the_port_whatever_the_other_says()
    {
        // The machine was started anew on another host; what answers at the former one is not it.
        var former = await StartAsync(Here);
        _known[Uuid] = Address(Elsewhere);
        var machine = await StartAsync(Elsewhere);
        Assert.Equal(LinkEnd.Superseded, await former.EndAsync());
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Contains($"taken over by {machine.Link.Address} from {former.Link.Address}, by the inventory", Assert.Single(_concentrator.Port.Snapshot().Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_live_claims_from_one_host_the_second_is_quarantined_until_the_first_ends()
    {
        var first = await StartAsync(Here);
        var second = await BeginSecondAsync(first);
        var held = Assert.Single(Quarantine.All());
        Assert.Equal(("second-claim", true), (held.Reason, held.IsFinal));
        Assert.Contains(first.Link.Address, held.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 1), (_concentrator.Ports.Count, _concentrator.Figures["portside.guard.alarms{reason=second-claim}"]));

        Quarantine.LookAgain();
        Assert.Single(Quarantine.All());
        first.Stream.CompleteWrites();
        await first.EndAsync();
        await LookAgainAsync(second);
        Assert.Equal(second.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal((0, 0), (Quarantine.Count, _concentrator.Figures[Gauge]));
    }

    [Fact]
    public async Task The_first_of_two_claims_from_one_host_keeps_the_port_however_long_it_was_silent()
    {
        var first = await StartAsync(Here);
        _concentrator.Time.Advance(TimeSpan.FromDays(1));
        await BeginSecondAsync(first);
        Assert.Equal(first.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal("second-claim", Assert.Single(Quarantine.All()).Reason);
    }

    [Fact]
    public async Task In_mode_note_the_second_of_two_live_claims_gets_a_port_of_its_own_with_a_note()
    {
        _known.Mode = GuardMode.Note;
        var first = await StartAsync(Here);
        await BeginSecondAsync(first);
        var second = _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2));
        Assert.Equal(1, _concentrator.Figures["portside.guard.alarms{reason=second-claim}"]);
        Assert.Contains("a clone?", Assert.Single(second.Snapshot().Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vMotion_is_not_stopped_though_the_inventory_lags_behind()
    {
        var source = await StartAsync(Here);
        var client = _concentrator.Attach(_concentrator.Port);
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect(from: _concentrator.Host(Elsewhere));
        await destination.PeerAsync(key);
        await destination.SendAsync(TellUuid());
        await destination.CompleteAsync();
        await destination.SendAsync("\"moved\"");
        await client.ExpectAsync("\"moved\"");
        Assert.Equal(destination.Link.Address, _concentrator.Port.Snapshot().Source);

        // Somebody at the former host says that the machine is there, and the inventory still believes so.
        Pass(Wait);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
        var impostor = await BeginSecondAsync(destination);
        Assert.Equal("second-claim", Assert.Single(Quarantine.All()).Reason);
        Assert.Equal(destination.Link.Address, _concentrator.Port.Snapshot().Source);
        _known[Uuid] = Address(Elsewhere);
        Quarantine.LookAgain();
        Assert.Equal("other-host", Assert.Single(Quarantine.All()).Reason);
        Assert.Equal(LinkEnd.None, impostor.Link.EndReason);
    }

    [Fact]
    public async Task A_machine_that_was_only_noted_is_so_at_its_next_host_too()
    {
        _known.Mode = GuardMode.Note;
        var source = await StartAsync(Nowhere);
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect(from: _concentrator.Host(Elsewhere));
        await destination.PeerAsync(key);
        await destination.CompleteAsync();
        Pass(_concentrator.Options.Migration.Timeout);
        Assert.Contains("not the machine it claims to be: it runs at 198.51.100.1", _concentrator.Port.Snapshot().Notes);
    }

    [Fact]
    public async Task A_held_machine_is_told_NOTNOW_and_cannot_move()
    {
        var machine = await StartAsync(Nowhere);
        await machine.SendAsync("FF FA E8 28 44 DA 87 F1 FF F0");
        await machine.ExpectAsync("FF FA E8 2B 44 DA 87 F1 FF F0");
    }

    [Fact]
    public async Task Somebody_admits_or_drops_a_held_link_by_hand()
    {
        var one = await StartAsync(Nowhere);
        Assert.True(Quarantine.Admit("q1", "ada"));
        Assert.False(Quarantine.Admit("q1", "ada"));
        await one.SettleAsync();
        await one.SettleAsync();
        Assert.Equal(one.Link.Address, _concentrator.Port.Snapshot().Source);
        Pass(2 * Wait);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);

        var other = await StartAsync(Nowhere);
        Assert.True(Quarantine.Drop("q2"));
        Assert.Equal(LinkEnd.Quarantined, await other.EndAsync());
        Assert.False(Quarantine.Drop("q2"));
        Assert.Empty(Quarantine.All());
    }

    [Fact]
    public async Task More_than_half_of_the_links_are_never_quarantined_at_once()
    {
        var first = await StartAsync(Nowhere);
        for (var i = 0; i < 2; i++)
            await StartAsync(Nowhere);
        for (var i = 0; i < 2; i++)
            Assert.Equal(LinkEnd.Quarantined, await TurnedAwayAsync());
        Assert.Equal((3, 3), (Quarantine.Capacity, Quarantine.All().Count));
        Pass(Wait);
        Assert.Equal((3, 3, 3), (Quarantine.Count, Quarantine.All().Count, _concentrator.Figures[Gauge]));
        Assert.Equal(LinkEnd.Quarantined, await TurnedAwayAsync());

        // A place is free again as soon as one goes.
        Assert.True(Quarantine.Drop("q1"));
        await first.EndAsync();
        Assert.Equal(2, Quarantine.Count);
        var next = await StartAsync(Nowhere);
        Assert.Equal((LinkEnd.None, 3), (next.Link.EndReason, Quarantine.All().Count));
        Assert.Equal(("quarantine-full", 3), (Assert.Single(_concentrator.Rejections.Latest()).Reason, _concentrator.Rejections.Latest()[0].Count));
    }

    [Fact]
    public async Task A_flood_of_a_held_link_takes_no_memory_and_its_reads_go_on()
    {
        var machine = await StartAsync(Nowhere);
        var flood = string.Concat(Enumerable.Repeat("41 ", 50_000));
        await machine.SendAsync(flood);
        await machine.SendAsync(flood);
        await machine.SettleAsync();
        Assert.Equal(100_000 - LinkProtocol.MaxEarlyBytes, Assert.Single(Quarantine.All()).BytesDropped);
        Pass(Wait);
        await machine.SendAsync(flood);
        await machine.SettleAsync();
        Assert.Equal(150_000, Assert.Single(Quarantine.All()).BytesDropped);
    }

    [Fact]
    public async Task When_the_guard_is_turned_on_those_inside_are_judged_and_when_it_is_turned_off_those_outside_are_served()
    {
        _known.Mode = GuardMode.Off;
        var impostor = await StartAsync(Nowhere);
        _known.Mode = GuardMode.Enforce;
        Quarantine.LookAtAll();
        Pass(Wait);
        Assert.Equal(LinkEnd.Quarantined, await impostor.EndAsync());

        var again = await StartAsync(Nowhere);
        Pass(Wait);
        Assert.Equal(1, Quarantine.Count);
        _known.Mode = GuardMode.Off;
        Quarantine.LookAtAll();
        await again.SettleAsync();
        await again.SettleAsync();
        Assert.Equal(again.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal((0, 0), (Quarantine.Count, _concentrator.Figures[Gauge]));
    }

    [Fact]
    public async Task A_held_link_that_changes_its_mind_about_who_it_is_ends()
    {
        var machine = await StartAsync(Nowhere);
        await machine.SendAsync(TellUuid("ffffffffffffffffffffffffffffffff"));
        Assert.Equal(LinkEnd.IdentityChanged, await machine.EndAsync());
        Assert.Empty(Quarantine.All());
    }

    private static IPAddress Address(byte number) => new([198, 51, 100, number]);

    private async Task<LinkEnd> TurnedAwayAsync()
    {
        var machine = _concentrator.Connect(from: _concentrator.Host(Nowhere));
        await machine.OpenAsync();
        await machine.SendAsync(ScriptedMachine.DoProxy("vSPC.py") + ScriptedMachine.TellUuid());
        return await machine.EndAsync();
    }

    private Task<ScriptedMachine> StartAsync(byte host) => _concentrator.StartAsync(from: _concentrator.Host(host));

    /// <summary>Time passes and is noticed.</summary>
    private void Pass(TimeSpan time)
    {
        _concentrator.Time.Advance(time);
        Quarantine.LookAgain();
    }

    /// <summary>The inventory changed, and the link has seen that: by the second answer it has claimed its port.</summary>
    private async Task LookAgainAsync(ScriptedMachine machine)
    {
        Quarantine.LookAgain();
        await machine.SettleAsync();
        await machine.SettleAsync();
    }

    /// <summary>Another claim to the port of a machine that talks.</summary>
    private async Task<ScriptedMachine> BeginSecondAsync(ScriptedMachine first)
    {
        var second = _concentrator.Connect(from: _concentrator.Host(Here));
        await second.OpenAsync();
        await second.SendAsync(DoProxy("vSPC.py") + TellName("vm-00000") + TellUuid());
        await second.ExpectAsync(WillProxy);
        await _concentrator.Time.AwaitedAsync(Moment);
        if (_known.Mode == GuardMode.Enforce || !second.Link.ComesFromWhere(first.Link))
            await first.ExpectAsync("FF FA E8 53 FF F0");
        _concentrator.Time.Advance(TimeSpan.FromTicks(1));
        await first.SendAsync("\".\"");
        await first.SettleAsync();
        _concentrator.Time.Advance(Moment);
        await second.SettleAsync();
        return second;
    }
}
