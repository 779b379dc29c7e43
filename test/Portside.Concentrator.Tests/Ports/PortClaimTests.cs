using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Ports;

/// <summary>Which link gets which port: several ports of one machine, reconnects, half-open predecessors and clones.</summary>
public sealed class PortClaimTests : IAsyncDisposable
{
    /// <summary>GET-VM-NAME.</summary>
    private const string AskName = "FF FA E8 53 FF F0";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task The_ports_of_one_machine_are_told_apart_by_their_labels()
    {
        var one = await _concentrator.StartAsync(uri: "vSPC.py");
        var two = await _concentrator.StartAsync(uri: "vSPC.py?port=com2");
        var three = await _concentrator.StartAsync(uri: "vmware-vspc?x=1&port=com3&port=com4");
        await one.SendAsync("\"one\"");
        await two.SendAsync("\"two\"");
        await three.SendAsync("\"three\"");
        await one.SettleAsync();
        await two.SettleAsync();
        await three.SettleAsync();
        Assert.Equal(3, _concentrator.Ports.Count);
        Assert.Equal("one", Text(null));
        Assert.Equal("two", Text("com2"));
        Assert.Equal("three", Text("com3"));
        Assert.Equal("vm-00000.com2", _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(label: "com2")).Title);
    }

    [Theory]
    [InlineData("vSPC.py?port=")]
    [InlineData("vSPC.py?")]
    [InlineData("vSPC.py?port")]
    [InlineData("vSPC.py?Port=com2")]
    [InlineData("vSPC.py?port=&port=com2")]
    public async Task Without_a_label_the_port_is_the_machines_only_one(string uri)
    {
        await _concentrator.StartAsync(uri: uri);
        Assert.Equal(Uuid, Assert.Single(_concentrator.Ports.All).Id.ToString());
    }

    [Fact]
    public async Task A_machine_that_restarts_finds_its_clients_waiting()
    {
        var before = await _concentrator.StartAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        await before.SendAsync("\"going down\"");
        before.Stream.CompleteWrites();
        await before.EndAsync();
        await client.ExpectNoticeAsync("disconnected; you stay attached");
        await client.TypeAsync("\"lost\"");
        var after = await _concentrator.StartAsync();
        await client.ExpectNoticeAsync("is connected");
        await after.SendAsync("\"up again\"");
        await client.ExpectAsync("\"going downup again\"");
        await client.TypeAsync("\"root\"");
        await after.ExpectAsync("\"root\"");
        Assert.Equal(4, _concentrator.Port.Snapshot().BytesDiscarded);
    }

    [Fact]
    public async Task A_predecessor_silent_for_long_is_replaced_at_once()
    {
        var old = await StartHereAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        _concentrator.Time.Advance(TimeSpan.FromSeconds(5));
        var machine = await StartHereAsync();
        Assert.Equal(LinkEnd.Superseded, await old.EndAsync());
        await client.TypeAsync("\"hello\"");
        await machine.ExpectAsync("\"hello\"");
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.DoesNotContain(client.Notices, n => n.Contains("disconnected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_machines_of_one_host_do_not_take_the_port_from_each_other_for_ever()
    {
        var first = await StartHereAsync();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(5));
        var second = await StartHereAsync();
        Assert.Equal(LinkEnd.Superseded, await first.EndAsync());

        // The first comes back, as hosts do; the second, silent as it is, lives.
        _concentrator.Time.Advance(TimeSpan.FromSeconds(5));
        var again = await BeginStartAsync();
        await second.ExpectAsync(AskName);
        await _concentrator.Time.AwaitedAsync(Grace);
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(3));
        await second.SendAsync(TellName("vm-00000"));
        await second.SettleAsync();
        _concentrator.Time.Advance(Grace);
        await again.SettleAsync();

        Assert.Equal(second.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal(again.Link.Address, _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2)).Snapshot().Source);
        Assert.Single(_concentrator.Events.Events, e => e.Id == 210);
    }

    [Fact]
    public async Task A_predecessor_that_talked_lately_is_replaced_when_it_stays_silent_for_a_moment()
    {
        var old = await StartHereAsync();
        var machine = await BeginStartAsync();
        await _concentrator.Time.PassAsync(Grace);
        await machine.SettleAsync();
        Assert.Equal(LinkEnd.Superseded, await old.EndAsync());
        Assert.Equal(1, _concentrator.Ports.Count);
    }

    [Fact]
    public async Task A_predecessor_that_ends_within_the_moment_makes_room_at_once()
    {
        var old = await StartHereAsync();
        var machine = await BeginStartAsync();
        old.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await old.EndAsync());
        await machine.SettleAsync();
        Assert.Equal(machine.Link.Address, _concentrator.Port.Snapshot().Source);
    }

    [Fact]
    public async Task Of_two_live_machines_with_one_uuid_the_second_gets_a_port_of_its_own_with_a_note()
    {
        var original = await StartHereAsync();
        var clone = await BeginStartAsync();
        await _concentrator.Time.AwaitedAsync(Grace);
        await TalkAsync(original, "alive");
        _concentrator.Time.Advance(Grace);
        await clone.SendAsync("\"me too\"");
        await clone.SettleAsync();
        await original.SettleAsync();
        Assert.Equal(["alive", "me too"], _concentrator.Ports.All.OrderBy(p => p.Id.Instance).Select(Links.LinkOpeningTests.Text));
        var second = _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2));
        Assert.Equal(Uuid + "#2", second.Id.ToString());
        Assert.Equal("vm-00000#2", second.Title);
        Assert.Contains("a clone?", Assert.Single(second.Snapshot().Notes), StringComparison.Ordinal);
        Assert.Single(_concentrator.Events.Events, e => e.Id == 210);
    }

    [Fact]
    public async Task A_clone_that_reconnects_gets_its_own_port_again()
    {
        var original = await StartHereAsync();
        var clone = await BeginStartAsync();
        await _concentrator.Time.AwaitedAsync(Grace);
        await TalkAsync(original, "alive");
        _concentrator.Time.Advance(Grace);
        await clone.SettleAsync();
        clone.Stream.CompleteWrites();
        await clone.EndAsync();

        var again = await BeginStartAsync();
        await _concentrator.Time.AwaitedAsync(Grace);
        await TalkAsync(original, "still alive");
        _concentrator.Time.Advance(Grace);
        await again.SettleAsync();
        Assert.Equal(2, _concentrator.Ports.Count);
        Assert.Equal(again.Link.Address, _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2)).Snapshot().Source);
    }

    [Fact]
    public async Task Two_attempts_of_one_machine_within_the_moment_are_not_taken_for_clones()
    {
        var old = await StartHereAsync();
        var first = await BeginStartAsync();
        var second = await BeginStartAsync();
        await _concentrator.Time.PassAsync(Grace);
        await _concentrator.Time.PassAsync(Grace);
        await _concentrator.Time.PassAsync(Grace);
        Assert.Equal(LinkEnd.Superseded, await old.EndAsync());

        // Either may have come first; the one that judged last has the port, and there is no second port.
        var loser = await Task.WhenAny(first.Run, second.Run).WaitAsync(Patience.Limit);
        var winner = loser == first.Run ? second : first;
        await winner.SettleAsync();
        Assert.Equal(1, _concentrator.Ports.Count);
        Assert.Equal(winner.Link.Address, _concentrator.Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_newcomer_that_is_ended_while_it_waits_takes_nothing()
    {
        var original = await StartHereAsync();
        var newcomer = await BeginStartAsync();
        newcomer.Link.End(LinkEnd.Stopping);
        await newcomer.EndAsync();
        await original.SendAsync("\"mine\"");
        await original.SettleAsync();
        Assert.Equal("mine", Text(null));
        Assert.Equal(1, _concentrator.Ports.Count);
        Assert.Equal(original.Link.Address, _concentrator.Port.Snapshot().Source);
    }

    [Fact]
    public async Task What_was_typed_for_a_dead_connection_does_not_reach_the_next_boot()
    {
        var old = _concentrator.Connect(capacity: 1024, from: _concentrator.Host());
        await old.StartAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        await client.TypeAsync(Links.LinkLimitTests.Numbered(200_000));
        _concentrator.Time.Advance(TimeSpan.FromSeconds(5));
        var machine = await StartHereAsync();
        await client.TypeAsync("\"new\"");
        await machine.ExpectAsync("\"new\"");
    }

    [Fact]
    public async Task One_who_waits_for_room_goes_on_when_the_machine_connects_anew()
    {
        var old = _concentrator.Connect(capacity: 1024, from: _concentrator.Host());
        await old.StartAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        var typing = client.TypeAsync(new byte[600_000]);
        Assert.False(typing.IsCompleted);
        _concentrator.Time.Advance(TimeSpan.FromSeconds(5));
        var machine = await BeginStartAsync();
        var reading = machine.Peer.ReadToEndAsync();
        await typing.WaitAsync(Patience.Limit);
        machine.Link.End(LinkEnd.Stopping);
        await reading;
    }

    [Fact]
    public async Task Only_so_many_clones_are_served()
    {
        var machines = new List<ScriptedMachine>();
        for (var i = 0; i < PortRegistry.MaxInstances; i++)
        {
            machines.Add(await BeginCloneAsync(machines));
            await machines[^1].SettleAsync();
        }

        Assert.Equal(PortRegistry.MaxInstances, _concentrator.Ports.Count);
        var last = await BeginCloneAsync(machines);
        await last.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.Refused, await last.EndAsync());
        Assert.Equal("too-many-clones", Assert.Single(_concentrator.Rejections.Latest()).Reason);
        foreach (var machine in machines)
            await machine.SettleAsync();
    }

    [Fact]
    public async Task A_live_machine_however_silent_is_asked_and_keeps_its_port_from_a_claim_of_another_address()
    {
        var owner = await StartHereAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        _concentrator.Time.Advance(TimeSpan.FromDays(1));
        var stranger = await BeginStartAsync(host: 7);
        await owner.ExpectAsync(AskName);
        await _concentrator.Time.AwaitedAsync(Grace);
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(3));
        await owner.SendAsync(TellName("vm-00000"));
        await owner.SettleAsync();
        _concentrator.Time.Advance(Grace);
        await stranger.SendAsync("\"stolen?\"");
        await stranger.SettleAsync();
        await client.TypeAsync("\"secret\"");
        await owner.ExpectAsync("\"secret\"");
        Assert.Equal(owner.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Empty(_concentrator.Port.Snapshot().Notes);
        Assert.Equal("", Text(null));
        var second = _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2));
        Assert.Equal(stranger.Link.Address, second.Snapshot().Source);
        Assert.Contains("a clone?", Assert.Single(second.Snapshot().Notes), StringComparison.Ordinal);
        Assert.Empty(client.Notices);
    }

    [Fact]
    public async Task A_machine_that_does_not_answer_is_taken_over_and_everybody_is_told()
    {
        var dead = await StartHereAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        _concentrator.Time.Advance(TimeSpan.FromDays(1));
        var restarted = await BeginStartAsync(host: 7);
        await _concentrator.Time.PassAsync(Grace);
        Assert.Equal(LinkEnd.Superseded, await dead.EndAsync());
        await restarted.SettleAsync();
        await client.ExpectNoticeAsync($"{restarted.Link.Address} claims to be vm-00000 and took over from {dead.Link.Address}");
        var snapshot = _concentrator.Port.Snapshot();
        Assert.Equal(restarted.Link.Address, snapshot.Source);
        Assert.StartsWith($"taken over by {restarted.Link.Address} from {dead.Link.Address}", Assert.Single(snapshot.Notes), StringComparison.Ordinal);
        Assert.Single(_concentrator.Events.Events, e => e.Id == 203);
    }

    [Fact]
    public async Task Many_claims_at_once_share_one_question_and_one_grace()
    {
        var owner = await StartHereAsync();
        _concentrator.Time.Advance(TimeSpan.FromDays(1));
        var strangers = new List<ScriptedMachine>();
        for (byte host = 1; host <= 10; host++)
            strangers.Add(await BeginStartAsync(host));
        await owner.ExpectAsync(AskName);
        await _concentrator.Time.AwaitedAsync(Grace);

        // Nothing but the answer to this comes after the one question.
        await TalkAsync(owner, "alive");
        foreach (var stranger in strangers)
            stranger.Link.End(LinkEnd.Stopping);
        _concentrator.Time.Advance(Grace);
        foreach (var stranger in strangers)
            await stranger.EndAsync();
        Assert.Equal(owner.Link.Address, _concentrator.Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_silent_machine_falls_to_one_of_many_claims_and_its_takeovers_are_remembered_to_a_bound()
    {
        await StartHereAsync();
        for (byte host = 1; host <= 12; host++)
        {
            _concentrator.Time.Advance(TimeSpan.FromDays(1));
            var next = await BeginStartAsync(host);
            await _concentrator.Time.PassAsync(Grace);
            await next.SettleAsync();
        }

        Assert.Equal(1, _concentrator.Ports.Count);
        var notes = _concentrator.Port.Snapshot().Notes;
        Assert.Equal(5, notes.Count);
        Assert.Contains("taken over by 198.51.100.12:", notes[^1], StringComparison.Ordinal);
        Assert.Equal(4, _concentrator.Events.Events.Count(e => e.Id == 203));
    }

    [Fact]
    public async Task There_are_only_so_many_ports_and_a_known_one_is_served_all_the_same()
    {
        _concentrator.Options.Vm.MaxPorts = 2;
        var known = await _concentrator.StartAsync();
        await _concentrator.StartAsync("ff23456789abcdeffedcba9800000000");
        known.Stream.CompleteWrites();
        await known.EndAsync();
        var refused = _concentrator.Connect();
        await refused.OpenAsync();
        await refused.SendAsync(DoProxy("vSPC.py") + TellUuid("ee23456789abcdeffedcba9800000000"));
        await refused.ExpectAsync(WillProxy);
        await refused.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.Refused, await refused.EndAsync());
        Assert.Equal("too-many-ports", Assert.Single(_concentrator.Rejections.Latest()).Reason);
        var again = await _concentrator.StartAsync();
        Assert.Equal(again.Link.Address, _concentrator.Port.Snapshot().Source);
        Assert.Equal(2, _concentrator.Ports.Count);
    }

    [Theory]
    [InlineData(false, false, false, 0)]
    [InlineData(true, false, false, 1)]
    [InlineData(false, true, false, 1)]
    [InlineData(false, false, true, 1)]
    public async Task A_port_that_never_had_a_name_a_byte_or_a_client_is_forgotten_soon(bool name, bool data, bool client, int left)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + (name ? TellName("web") : "") + TellUuid() + (data ? "41" : ""));
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        if (client)
            _concentrator.Attach(_concentrator.Port).End("left");
        _concentrator.Time.Advance(TimeSpan.FromHours(1));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(1, _concentrator.Ports.Count);

        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        _concentrator.Time.Advance(TimeSpan.FromMinutes(5));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(1, _concentrator.Ports.Count);
        _concentrator.Time.Advance(TimeSpan.FromTicks(1));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(left, _concentrator.Ports.Count);
    }

    [Fact]
    public async Task A_port_nobody_has_used_for_long_is_forgotten()
    {
        var expired = new List<Port>();
        _concentrator.Ports.Expired = expired.Add;
        var machine = await _concentrator.StartAsync();
        var port = _concentrator.Port;
        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        _concentrator.Time.Advance(TimeSpan.FromHours(24));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(1, _concentrator.Ports.Count);
        _concentrator.Time.Advance(TimeSpan.FromTicks(1));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(0, _concentrator.Ports.Count);
        Assert.Equal([port], expired);
        Assert.Contains("forgotten", port.Attach(new TestClient("late"), default, steal: true).Refusal, StringComparison.Ordinal);

        var again = await _concentrator.StartAsync();
        Assert.NotSame(port, _concentrator.Port);
        Assert.Equal(again.Link.Address, _concentrator.Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_port_with_a_link_a_client_or_a_machine_on_its_way_is_not_forgotten()
    {
        await _concentrator.StartAsync();
        var away = await _concentrator.StartAsync("ff23456789abcdeffedcba9800000000");
        await away.BeginAsync();
        away.Stream.CompleteWrites();
        await away.EndAsync();
        _concentrator.Attach(_concentrator.Ports.GetOrAdd(MemoryConcentrator.Id("ee23456789abcdeffedcba9800000000")));
        _concentrator.Time.Advance(TimeSpan.FromDays(2));
        _concentrator.Ports.TidyPorts();
        Assert.Equal(3, _concentrator.Ports.Count);
    }

    /// <summary>A machine of the host that most machines here are of.</summary>
    private Task<ScriptedMachine> StartHereAsync() => _concentrator.StartAsync(from: _concentrator.Host());

    private async Task<ScriptedMachine> BeginStartAsync(byte host = 200)
    {
        var machine = _concentrator.Connect(from: _concentrator.Host(host));
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + TellName("vm-00000") + TellUuid());
        await machine.ExpectAsync(WillProxy);
        return machine;
    }

    /// <summary>Time passes, and then the machine says something.</summary>
    private async Task TalkAsync(ScriptedMachine machine, string words)
    {
        _concentrator.Time.Advance(TimeSpan.FromTicks(1));
        await machine.Peer.SendTextAsync(words);
        await machine.SettleAsync();
    }

    /// <summary>A machine with the same UUID as others that show, each within its grace, that they are alive.</summary>
    private async Task<ScriptedMachine> BeginCloneAsync(List<ScriptedMachine> others)
    {
        var machine = await BeginStartAsync();
        for (var i = 0; i < others.Count; i++)
        {
            await _concentrator.Time.AwaitedAsync(Grace);
            foreach (var other in others)
                await TalkAsync(other, ".");
            _concentrator.Time.Advance(Grace);
        }

        return machine;
    }

    private string Text(string? label) =>
        Links.LinkOpeningTests.Text(_concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(label: label)));
}
