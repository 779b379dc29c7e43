using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Migration;

/// <summary>vMotion as hosts play it, well and badly.</summary>
public sealed class MigrationTests : IAsyncDisposable
{
    private const string NotNow = "FF FA E8 2B ";
    private const string UnknownPeer = "FF FA E8 03 2C FF F0 ";
    private const string Sequence = "44 DA 87 F1";

    private readonly MemoryConcentrator _concentrator = new(o => o.Migration.HoldBytes = 1000);

    private Port Port => _concentrator.Port;

    private PortState State => Port.Snapshot().State;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task A_machine_moves_and_its_clients_notice_nothing()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        await source.SendAsync("37 38");
        var key = await source.BeginAsync(Sequence);
        Assert.Equal(PortState.Migrating, State);
        await client.TypeAsync("\"held\"");
        var destination = _concentrator.Connect();
        await destination.SendAsync("FF FB 25");
        await destination.ExpectAsync("FF FE 25 | FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8");
        await destination.SendAsync("FF FD 00 | FF FD 03 | FF FD 01 | FF FB 00 | FF FB 03 | FF FB E8");
        await destination.ExpectAsync(Known2 + Questions);
        await destination.SendAsync(Known1 + $"FF FA E8 2C {key} FF F0 | FF FB 2C");
        await destination.ExpectAsync($"FF FA E8 2D {Sequence} FF F0 | FF FD 2C");
        await destination.SendAsync(TellUuid() + TellName("vm-00000") + $"FF FA E8 2E {Sequence} FF F0");
        await destination.ExpectAsync("\"held\"");
        source.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.Migrated, await source.EndAsync());
        await source.Peer.ExpectEndAsync();
        await destination.SendAsync("39");
        await client.ExpectAsync("37 38 39");
        await client.TypeAsync("\"live\"");
        await destination.ExpectAsync("\"live\"");
        var snapshot = Port.Snapshot();
        Assert.Equal((PortState.Connected, 1, destination.Link.Address), (snapshot.State, snapshot.Migrations, snapshot.Source));
        Assert.Empty(client.Notices);
        Assert.Equal(0, _concentrator.Ports.Migrations.Count);
        Assert.Equal(1, _concentrator.Figures["portside.migrations{result=completed}"]);
        Assert.Equal(1, _concentrator.Figures["portside.migration.answer"]);
    }

    [Fact]
    public async Task The_source_may_close_before_complete()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        source.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await source.EndAsync());
        Assert.Equal(PortState.Migrating, State);
        await client.TypeAsync("\"held\"");
        var destination = await ArriveAsync(key, settle: false);
        await destination.SendAsync("\"here\"");
        await destination.ExpectAsync("\"held\"");
        await client.ExpectAsync("\"here\"");
        Assert.Empty(client.Notices);
    }

    [Fact]
    public async Task Iacs_in_sequence_and_secret_are_doubled_and_the_key_is_still_known()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync("76 19 FF E9");
        Assert.Equal("76 19 FF FF E9 5E FF FF C3 E7 FF FF FF FF F0 FF FF", key.Replace("  ", " ", StringComparison.Ordinal).Trim());
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key, "76 19 FF E9");
        await destination.CompleteAsync("76 19 FF E9");
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_machine_moves_again_and_again_with_another_sequence()
    {
        var machine = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        for (var i = 1; i <= 5; i++)
        {
            var sequence = $"FF {i:X2} FF {i:X2}";
            var key = await machine.BeginAsync(sequence);
            await client.TypeAsync($"{i:X2}");
            var next = _concentrator.Connect();
            await next.PeerAsync(key, sequence);
            await next.SendAsync("FF FA E8 2E " + sequence.Replace("FF", "FF FF", StringComparison.Ordinal) + "FF F0");
            await next.ExpectAsync($"{i:X2}");
            machine = next;
        }

        Assert.Equal(5, Port.Snapshot().Migrations);
    }

    [Theory]
    [InlineData("44")]
    [InlineData("44 DA 87 F1 00 01 02 03 04 05 06 07")]
    public async Task A_sequence_may_have_any_sensible_length(string sequence)
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync(sequence);
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key, sequence);
        await destination.CompleteAsync(sequence);
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_sequence_may_be_as_long_as_allowed_and_not_one_byte_longer_nor_empty()
    {
        var source = await _concentrator.StartAsync();
        var longest = string.Join(' ', Enumerable.Repeat("AB", PortMigration.MaxSequenceLength));
        await source.BeginAsync(longest);
        await source.SendAsync($"FF FA E8 28 {longest} AC FF F0");
        await source.ExpectAsync($"{NotNow} {longest} FF F0");
        await source.SendAsync("FF FA E8 28 FF F0");
        await source.ExpectAsync($"{NotNow} FF F0");
    }

    [Fact]
    public async Task A_link_without_a_port_is_told_not_now()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync($"FF FA E8 28 {Sequence} FF F0");
        await machine.ExpectAsync($"{NotNow} {Sequence} FF F0");
        await machine.SendAsync(DoProxy("vSPC.py") + $"FF FA E8 28 {Sequence} FF F0");
        await machine.ExpectAsync($"{WillProxy} {NotNow} {Sequence} FF F0");
        await machine.SendAsync(TellUuid());
        await machine.BeginAsync();
        Assert.Equal(2, _concentrator.Figures["portside.migrations{result=not-now}"]);
    }

    [Fact]
    public async Task A_destination_that_begins_before_complete_is_told_not_now()
    {
        var source = await _concentrator.StartAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(await source.BeginAsync());
        await destination.SendAsync("FF FA E8 28 01 02 03 04 FF F0");
        await destination.ExpectAsync($"{NotNow} 01 02 03 04 FF F0");
        await destination.CompleteAsync();
        await destination.BeginAsync("01 02 03 04");
    }

    [Fact]
    public async Task After_not_now_everything_is_as_before()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        await source.SendAsync("FF FA E8 28 FF F0");
        await source.ExpectAsync($"{NotNow} FF F0");
        await client.TypeAsync("\"in\"");
        await source.ExpectAsync("\"in\"");
        await source.SendAsync("\"out\"");
        await client.ExpectAsync("\"out\"");
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task Aborted_before_anybody_came_the_machine_goes_on_where_it_was()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync("61 ED 26 A2");
        await client.TypeAsync("\"held\"");
        await source.SendAsync("FF FA E8 30 FF F0");
        await source.ExpectAsync("\"held\"");
        await source.SendAsync("7C");
        await client.ExpectAsync("7C");
        await ExpectKeyIsDeadAsync(key);
        Assert.Equal(1, _concentrator.Figures["portside.migrations{result=aborted}"]);
    }

    [Fact]
    public async Task Aborted_after_peer_the_destination_is_closed_and_what_it_said_forgotten()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.SendAsync("\"too early\"");
        await destination.SettleAsync();
        await source.SendAsync("FF FA E8 30 FF F0");
        await source.ExpectAsync("\"held\"");
        Assert.Equal(LinkEnd.MigrationAborted, await destination.EndAsync());
        await source.SendAsync("\"on\"");
        await client.ExpectAsync("\"on\"");
        await ExpectKeyIsDeadAsync(key);
    }

    [Fact]
    public async Task Abort_after_complete_means_nothing()
    {
        var source = await _concentrator.StartAsync();
        var destination = await ArriveAsync(await source.BeginAsync());
        await source.SendAsync("FF FA E8 30 FF F0");
        await source.SendAsync("FF FA E8 63 FF F0");
        await destination.SendAsync("FF FA E8 30 FF F0");
        await destination.SettleAsync();
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task Abort_from_any_link_but_the_source_is_ignored()
    {
        var source = await _concentrator.StartAsync();
        var other = await _concentrator.StartAsync("ff23456789abcdeffedcba9800000000");
        var key = await source.BeginAsync();
        await other.SendAsync("FF FA E8 30 FF F0");
        await other.SettleAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.SendAsync("FF FA E8 30 FF F0");
        await destination.SettleAsync();
        await destination.CompleteAsync();
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task Abort_without_begin_is_ignored()
    {
        var source = await _concentrator.StartAsync();
        await source.SendAsync("FF FA E8 30 FF F0");
        await source.SettleAsync();
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task Complete_from_any_link_but_the_destination_is_ignored()
    {
        var source = await _concentrator.StartAsync();
        var other = await _concentrator.StartAsync("ff23456789abcdeffedcba9800000000");
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        foreach (var wrong in new[] { source, other })
        {
            await wrong.SendAsync($"FF FA E8 2E {Sequence} FF F0");
            await wrong.SettleAsync();
        }

        Assert.Equal(PortState.Migrating, State);
        await destination.SendAsync("FF FA E8 2E 44 DA 87 F2 FF F0");
        await destination.SettleAsync();
        Assert.Equal(PortState.Migrating, State);
        await destination.CompleteAsync();
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task Complete_without_peer_is_ignored()
    {
        var source = await _concentrator.StartAsync();
        await source.BeginAsync();
        var destination = _concentrator.Connect();
        await destination.OpenAsync();
        await destination.SendAsync($"FF FA E8 2E {Sequence} FF F0");
        await destination.SettleAsync();
        Assert.Equal(source.Link.Address, Port.Snapshot().Source);
        Assert.Equal(PortState.Migrating, State);
    }

    [Theory]
    [InlineData("44 DA 87 F1 5E FF FF C3 E7 FF FF FF FF F0")]
    [InlineData("44 DA 87 F1 5E FF FF C3 E7 FF FF FF FF F0 FF FF 00")]
    [InlineData("44 DA 87 F1 5E FF FF C3 E7 FF FF FF FF F0 00")]
    [InlineData("44 DA 87 F0 5E FF FF C3 E7 FF FF FF FF F0 FF FF")]
    [InlineData("44 DA 87 F1")]
    [InlineData("")]
    public async Task A_forged_key_is_answered_as_unknown_and_changes_nothing(string forged)
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var forger = _concentrator.Connect();
        await forger.SendPeerAsync(forged);
        await forger.ExpectAsync(UnknownPeer);
        await forger.SettleAsync();
        Assert.Equal("migration-key", Assert.Single(_concentrator.Rejections.Latest()).Reason);
        var destination = await ArriveAsync(key);
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_key_is_good_once()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        await ArriveAsync(key);
        await ExpectKeyIsDeadAsync(key);
    }

    [Fact]
    public async Task A_link_that_has_a_port_or_asked_for_one_cannot_show_a_key()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var other = await _concentrator.StartAsync("ff23456789abcdeffedcba9800000000");
        await other.SendAsync($"FF FA E8 2C {key} FF F0");
        await other.ExpectAsync(UnknownPeer);
        await source.SendAsync($"FF FA E8 2C {key} FF F0");
        await source.ExpectAsync(UnknownPeer);
        var asking = _concentrator.Connect();
        await asking.OpenAsync();
        await asking.SendAsync(DoProxy("vSPC.py") + $"FF FA E8 2C {key} FF F0");
        await asking.ExpectAsync(WillProxy + UnknownPeer);
        await ArriveAsync(key);
    }

    [Fact]
    public async Task Another_machine_with_a_good_key_is_refused()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var thief = _concentrator.Connect();
        await thief.OpenAsync();
        await thief.SendAsync(TellUuid("ff23456789abcdeffedcba9800000000") + $"FF FA E8 2C {key} FF F0");
        await thief.ExpectAsync(UnknownPeer);

        var late = _concentrator.Connect();
        await late.PeerAsync(key);
        await late.SendAsync(TellUuid("ff23456789abcdeffedcba9800000000") + $"FF FA E8 2E {Sequence} FF F0");
        Assert.Equal(LinkEnd.IdentityChanged, await late.EndAsync());
        Assert.Equal(source.Link.Address, Port.Snapshot().Source);
        await ArriveAsync(key);
    }

    [Fact]
    public async Task A_destination_that_is_lost_leaves_the_key_to_the_next()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        var lost = _concentrator.Connect();
        await lost.PeerAsync(key);
        await lost.SendAsync("\"never\"");
        await lost.SettleAsync();
        lost.Stream.Abort();
        await lost.EndAsync();
        var destination = await ArriveAsync(key, settle: false);
        await destination.ExpectAsync("\"held\"");
        await destination.SendAsync("\"here\"");
        await client.ExpectAsync("\"here\"");
    }

    [Fact]
    public async Task A_source_that_talks_after_its_destination_was_lost_has_resumed()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var lost = _concentrator.Connect();
        await lost.PeerAsync(await source.BeginAsync());
        await client.TypeAsync("\"held\"");
        lost.Stream.Abort();
        await lost.EndAsync();
        await source.SendAsync("\"on\"");
        await source.ExpectAsync("\"held\"");
        await client.ExpectAsync("\"on\"");
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task A_second_destination_with_the_key_takes_the_place_of_the_first()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var first = _concentrator.Connect();
        await first.PeerAsync(key);
        var second = _concentrator.Connect();
        await second.PeerAsync(key);
        Assert.Equal(LinkEnd.MigrationAborted, await first.EndAsync());
        await second.CompleteAsync();
        Assert.Equal(second.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_source_that_talks_with_no_destination_in_sight_has_resumed()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        await source.SendAsync("\"on\"");
        await client.ExpectAsync("\"on\"");
        await source.ExpectAsync("\"held\"");
        Assert.Equal(PortState.Connected, State);
        await client.TypeAsync("\"live\"");
        await source.ExpectAsync("\"live\"");

        // The key stays good: the host may know better.
        var destination = await ArriveAsync(key);
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
    }

    [Fact]
    public async Task A_source_that_talks_with_a_destination_in_sight_is_heard_and_nothing_is_released()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.SendAsync("\"early\"");
        await destination.SettleAsync();
        await source.SendAsync("\"late \"");
        await source.SettleAsync();
        Assert.Equal(PortState.Migrating, State);
        await destination.SendAsync($"FF FA E8 2E {Sequence} FF F0");
        await destination.ExpectAsync("\"held\"");
        await client.ExpectAsync("\"late early\"");
    }

    [Fact]
    public async Task A_source_that_resumed_and_lost_a_late_destination_is_not_kept_waiting_again()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await source.SendAsync("\"login: \"");
        await client.ExpectAsync("\"login: \"");
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await client.TypeAsync("\"root\"");
        Assert.Equal(PortState.Migrating, State);
        destination.Stream.Abort();
        await destination.EndAsync();
        await source.ExpectAsync("\"root\"");
        Assert.Equal(PortState.Connected, State);
    }

    [Fact]
    public async Task A_source_that_resumed_and_left_is_gone_but_its_key_is_not()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await source.SendAsync("\"on\"");
        source.Stream.CompleteWrites();
        await source.EndAsync();
        await client.ExpectNoticeAsync("is disconnected");
        Assert.Equal(PortState.Disconnected, State);
        await client.TypeAsync("\"nobody\"");
        var destination = await ArriveAsync(key);
        await client.TypeAsync("\"here\"");
        await destination.ExpectAsync("\"here\"");
    }

    [Fact]
    public async Task A_second_begin_starts_over_with_a_new_key()
    {
        byte next = 0;
        await using var concentrator = new MemoryConcentrator(secrets: secret => secret.Fill(++next));
        var source = await concentrator.StartAsync();
        var client = concentrator.Attach(concentrator.Port);
        var first = await source.BeginAsync(secret: "01 01 01 01 01 01 01 01");
        await client.TypeAsync("\"held\"");
        var candidate = concentrator.Connect();
        await candidate.PeerAsync(first);
        var second = await source.BeginAsync("01 02 03 04", "02 02 02 02 02 02 02 02");
        Assert.Equal(LinkEnd.MigrationAborted, await candidate.EndAsync());
        var late = concentrator.Connect();
        await late.SendPeerAsync(first);
        await late.ExpectAsync(UnknownPeer);
        var destination = concentrator.Connect();
        await destination.PeerAsync(second, "01 02 03 04");
        await destination.SendAsync("FF FA E8 2E 01 02 03 04 FF F0");
        await destination.ExpectAsync("\"held\"");
        Assert.Equal(1, concentrator.Figures["portside.migrations{result=restarted}"]);
    }

    [Fact]
    public async Task Bytes_of_the_source_that_come_late_are_kept_until_the_destination_has_spoken()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var destination = await ArriveAsync(await source.BeginAsync());
        await source.SendAsync("\"late \"");
        await source.SettleAsync();
        await destination.SendAsync("\"here \"");
        await client.ExpectAsync("\"late here \"");
        await source.SendAsync("\"too late\"");
        await source.SettleAsync();
        await destination.SendAsync("\"still\"");
        await client.ExpectAsync("\"late here still\"");
        Assert.Equal(8, _concentrator.Figures["portside.migration.late"]);
    }

    [Fact]
    public async Task Bytes_of_the_source_after_early_ones_of_the_destination_are_too_late()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.SendAsync("\"early\"");
        await destination.CompleteAsync();
        await source.SendAsync("\"late\"");
        await source.SettleAsync();
        await client.ExpectAsync("\"early\"");
        Assert.Equal("early", Links.LinkOpeningTests.Text(Port));
    }

    [Fact]
    public async Task A_destination_may_say_as_much_before_complete_as_allowed()
    {
        var source = await _concentrator.StartAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(await source.BeginAsync());
        var early = Links.LinkLimitTests.Numbered(PortMigration.MaxEarlyBytes);
        await destination.Peer.SendAsync(early);
        await destination.CompleteAsync();
        Assert.Equal(System.Text.Encoding.Latin1.GetString(early), Links.LinkOpeningTests.Text(Port));
    }

    [Fact]
    public async Task A_destination_that_says_one_byte_more_is_closed_and_the_key_stays_good()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.Peer.SendAsync(Links.LinkLimitTests.Numbered(PortMigration.MaxEarlyBytes + 1));
        Assert.Equal(LinkEnd.TooMuchTooEarly, await destination.EndAsync());
        await ArriveAsync(key);
        Assert.Equal(0, Port.Recording.End);
    }

    [Fact]
    public async Task A_migration_that_takes_too_long_counts_as_aborted_where_the_source_lives()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        _concentrator.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        _concentrator.Ports.TidyMigrations();
        Assert.Equal(PortState.Migrating, State);
        _concentrator.Time.Advance(TimeSpan.FromTicks(1));
        _concentrator.Ports.TidyMigrations();
        await source.ExpectAsync("\"held\"");
        Assert.Equal(PortState.Connected, State);
        Assert.Equal(LinkEnd.MigrationAborted, await destination.EndAsync());
        await ExpectKeyIsDeadAsync(key);
        Assert.Equal(1, _concentrator.Figures["portside.migrations{result=expired}"]);
    }

    [Fact]
    public async Task A_migration_that_takes_too_long_leaves_a_port_without_machine_where_the_source_is_gone()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        source.Stream.CompleteWrites();
        await source.EndAsync();
        var typing = client.TypeAsync(new byte[1500]);
        Assert.False(typing.IsCompleted);
        _concentrator.Time.Advance(TimeSpan.FromMinutes(10));
        _concentrator.Ports.TidyMigrations();
        await typing.WaitAsync(Patience.Limit);
        await client.ExpectNoticeAsync("never arrived");
        Assert.Equal(PortState.Disconnected, State);
        Assert.Equal(1500, Port.Snapshot().BytesDiscarded);
        await ExpectKeyIsDeadAsync(key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fresh_start_at_the_source_while_in_transit_takes_the_port_and_gets_what_was_held_only_by_option(bool deliver)
    {
        await using var concentrator = new MemoryConcentrator(o => o.Migration.DeliverHeldToNewBoot = deliver);
        var source = await concentrator.StartAsync(from: concentrator.Host());
        var client = concentrator.Attach(concentrator.Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held \"");
        source.Stream.CompleteWrites();
        await source.EndAsync();
        var candidate = concentrator.Connect();
        await candidate.PeerAsync(key);
        var machine = concentrator.Connect(from: concentrator.Host());
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + TellUuid());
        await machine.ExpectAsync(WillProxy);
        Assert.Equal(LinkEnd.MigrationAborted, await candidate.EndAsync());
        await client.TypeAsync("\"new\"");
        await machine.ExpectAsync(deliver ? "\"held new\"" : "\"new\"");
        Assert.Equal(PortState.Connected, concentrator.Port.Snapshot().State);
        Assert.Equal(deliver ? 0 : 5, concentrator.Port.Snapshot().BytesDiscarded);
        await ExpectKeyIsDeadAsync(key, concentrator);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fresh_start_from_anywhere_else_does_not_come_between_a_machine_and_its_destination(bool sourceIsGone)
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held \"");
        if (sourceIsGone)
        {
            source.Stream.CompleteWrites();
            await source.EndAsync();
        }

        _concentrator.Time.Advance(TimeSpan.FromMinutes(1));
        var stranger = await _concentrator.StartAsync();
        await stranger.SendAsync("\"mine\"");
        await stranger.SettleAsync();
        Assert.Equal(PortState.Migrating, State);
        Assert.Equal(stranger.Link.Address, _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id().WithInstance(2)).Snapshot().Source);

        var destination = await ArriveAsync(key, settle: false);
        await destination.SendAsync("\"here\"");
        await destination.ExpectAsync("\"held \"");
        await client.ExpectAsync("\"here\"");
        Assert.Equal(destination.Link.Address, Port.Snapshot().Source);
        Assert.Empty(client.Notices);
    }

    [Fact]
    public async Task The_hold_buffer_takes_its_limit_and_then_clients_wait_in_order()
    {
        var source = await _concentrator.StartAsync();
        var ada = _concentrator.Attach(Port);
        var key = await source.BeginAsync();
        var bytes = Links.LinkLimitTests.Numbered(1003);
        Assert.Equal(999, Port.Write(ada, bytes.AsSpan(0, 999)));
        Assert.Equal(1, Port.Write(ada, bytes.AsSpan(999, 2)));
        Assert.Equal(0, Port.Write(ada, bytes.AsSpan(1000, 1)));
        var rest = ada.TypeAsync(bytes.AsMemory(1000));
        Assert.False(rest.IsCompleted);

        // Waiting costs nobody else anything: the machine's bytes still reach everyone, and another may leave.
        var other = _concentrator.Attach(Port, "bob", ClientMode.ReadOnly);
        other.End("left");
        Assert.False(rest.IsCompleted);
        var destination = await ArriveAsync(key, settle: false);
        Assert.Equal(bytes, await ReadEscapedAsync(destination, bytes));
        await rest.WaitAsync(Patience.Limit);
        Assert.Equal(0, Port.Snapshot().BytesDiscarded);
    }

    [Fact]
    public async Task Go_ahead_comes_after_input_already_taken_and_before_any_later()
    {
        // The source reads slowly: some of what was typed is with its connection when BEGIN comes, some is not.
        await using var concentrator = new MemoryConcentrator(o => o.Migration.HoldBytes = 200_000);
        var source = concentrator.Connect(capacity: 4096);
        await source.StartAsync();
        var client = concentrator.Attach(concentrator.Port);
        var typed = Enumerable.Range(0, 180_000).Select(i => (byte)(i % 250)).ToArray();
        await client.TypeAsync(typed);
        await source.SendAsync($"FF FA E8 28 {Sequence} FF F0");
        while (concentrator.Port.Snapshot().State != PortState.Migrating)
            await Task.Yield();
        await client.TypeAsync("\"later\"");

        var beforeGoAhead = (await source.Peer.ExpectEventuallyAsync($"FF FA E8 29 {Sequence}"))[..^8];
        Assert.Equal(typed[..beforeGoAhead.Length], beforeGoAhead);
        Assert.True(beforeGoAhead.Length < typed.Length);
        await source.ExpectAsync("5E FF FF C3 E7 FF FF FF FF F0 FF FF FF F0");
        await source.SettleAsync();
        var destination = concentrator.Connect();
        await destination.PeerAsync("44 DA 87 F1 5E FF FF C3 E7 FF FF FF FF F0 FF FF");
        await destination.SendAsync($"FF FA E8 2E {Sequence} FF F0");
        Assert.Equal(typed[beforeGoAhead.Length..], await destination.Peer.ReadAsync(typed.Length - beforeGoAhead.Length));
        await destination.ExpectAsync("\"later\"");
    }

    [Fact]
    public async Task A_source_that_stays_after_its_machine_moved_is_ended_after_a_while()
    {
        var source = await _concentrator.StartAsync();
        await ArriveAsync(await source.BeginAsync());
        source.Link.EndIfOverdue();
        await source.SettleAsync();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(31));
        source.Link.EndIfOverdue();
        Assert.Equal(LinkEnd.Migrated, await source.EndAsync());
    }

    [Fact]
    public async Task A_break_waits_in_its_place_while_the_machine_is_on_its_way()
    {
        var source = await _concentrator.StartAsync();
        var client = _concentrator.Attach(Port);
        Assert.True(Port.Break("ada"));
        await source.ExpectAsync("FF F3");
        var key = await source.BeginAsync();
        await client.TypeAsync("\"before\"");
        Assert.True(Port.Break("ada", (byte)'h'));
        await client.TypeAsync("\"after\"");
        var destination = await ArriveAsync(key, settle: false);
        await destination.ExpectAsync("\"before\" FF F3 \"hafter\"");
    }

    [Fact]
    public async Task A_clients_coming_and_going_does_not_disturb_a_move()
    {
        var source = await _concentrator.StartAsync();
        var key = await source.BeginAsync();
        var client = _concentrator.Attach(Port);
        await client.TypeAsync("\"a\"");
        client.End("left");
        var another = _concentrator.Attach(Port, "bob");
        await another.TypeAsync("\"b\"");
        var destination = await ArriveAsync(key, settle: false);
        await destination.ExpectAsync("\"ab\"");
        await destination.SendAsync("\"hello\"");
        await another.ExpectAsync("\"hello\"");
        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task The_ports_of_one_machine_move_by_their_own_keys()
    {
        byte next = 0;
        await using var concentrator = new MemoryConcentrator(secrets: secret => secret.Fill(++next));
        var one = await concentrator.StartAsync(uri: "vSPC.py?port=com1");
        var two = await concentrator.StartAsync(uri: "vSPC.py?port=com2");
        var keyOne = await one.BeginAsync(secret: "01 01 01 01 01 01 01 01");
        var keyTwo = await two.BeginAsync(secret: "02 02 02 02 02 02 02 02");
        var newTwo = concentrator.Connect();
        await newTwo.PeerAsync(keyTwo);
        var newOne = concentrator.Connect();
        await newOne.PeerAsync(keyOne);
        await newOne.CompleteAsync();
        await newTwo.CompleteAsync();
        Assert.Equal(newOne.Link.Address, concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(label: "com1")).Snapshot().Source);
        Assert.Equal(newTwo.Link.Address, concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(label: "com2")).Snapshot().Source);
    }

    [Fact]
    public async Task Secrets_are_random_and_wiped_when_the_migration_is_over()
    {
        var given = new List<string>();
        await using var concentrator = new MemoryConcentrator(secrets: secret =>
        {
            SecretSources.Random(secret);
            given.Add(Convert.ToHexString(secret));
        });
        var source = await concentrator.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await source.SendAsync("FF FA E8 28 01 FF F0 | FF FA E8 63 FF F0");
            var goAhead = HexScript.Format(await source.Peer.ExpectEventuallyAsync("FF F0 | FF FA E8 03 63 FF F0"));
            Assert.StartsWith("FF FA E8 29 01", goAhead, StringComparison.Ordinal);
        }

        Assert.Equal(50, given.Distinct().Count());
        var migration = Assert.Single(concentrator.Ports.Migrations.All);
        await source.SendAsync("FF FA E8 30 FF F0");
        await source.SettleAsync();
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0], migration.Key.ToArray());
        Assert.DoesNotContain(concentrator.Events.Events, e => given.Any(s => e.Text.Contains(s, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Moves_begun_and_broken_off_without_end_do_not_fill_the_log()
    {
        var machine = await _concentrator.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            await machine.SendAsync($"FF FA E8 28 {Sequence} FF F0 | FF FA E8 30 FF F0");
            await machine.SendAsync($"FF FA E8 28 {Sequence} FF F0 | \"on\" | FF FA E8 30 FF F0");
            await machine.SendAsync("FF FA E8 63 FF F0");
            await machine.Peer.ExpectEventuallyAsync("FF FA E8 03 63 FF F0");
        }

        // Of two hundred: 1, 2, 4, 8, 16, 32, 64 and 128; every second one runs on before its ABORT.
        int Told(int id) => _concentrator.Events.Events.Count(e => e.Id == id);
        Assert.Equal((8, 8, 7), (Told(400), Told(403), Told(405)));
        Assert.Contains(_concentrator.Events.Events, e => e.Id == 403 && e.Text.Contains("attempt 128", StringComparison.Ordinal));
        Assert.Equal(200, _concentrator.Figures["portside.migrations{result=aborted}"]);
    }

    private static async Task<byte[]> ReadEscapedAsync(ScriptedMachine machine, byte[] expected)
    {
        var escaped = expected.SelectMany(b => b == 0xFF ? new byte[] { b, b } : [b]).Count();
        var read = await machine.Peer.ReadAsync(escaped);
        return HexScript.Bytes(HexScript.Format(read).Replace("FF FF", "FF", StringComparison.Ordinal));
    }

    private async Task<ScriptedMachine> ArriveAsync(string key, bool settle = true)
    {
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        if (settle)
            await destination.CompleteAsync();
        else
            await destination.SendAsync($"FF FA E8 2E {Sequence} FF F0");
        return destination;
    }

    private async Task ExpectKeyIsDeadAsync(string key, MemoryConcentrator? concentrator = null)
    {
        concentrator ??= _concentrator;
        Assert.Equal(0, concentrator.Ports.Migrations.Count);
        var late = concentrator.Connect();
        await late.SendPeerAsync(key);
        await late.ExpectAsync(UnknownPeer);
        await late.SettleAsync();
    }
}
