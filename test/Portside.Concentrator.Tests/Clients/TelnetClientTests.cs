using System.Text;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>The telnet port of a port, as people and programs meet it.</summary>
public sealed class TelnetClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly MemoryConcentrator _concentrator = new(o =>
    {
        o.Console.ReplayBytes = 1024;
        o.Console.LagBytes = 4096;
        o.Migration.HoldBytes = 1000;
    });

    private Port Port => _concentrator.Port;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task A_person_gets_recent_output_then_a_banner_then_what_comes()
    {
        var machine = await _concentrator.StartAsync();
        _concentrator.Attach(Port, "bob", ClientMode.ReadOnly);
        await machine.SendAsync("\"Booting\" FF FF 0D 0A");
        await machine.SettleAsync();
        var person = _concentrator.Dial(Port);
        var banner = await person.ComeInAsync();
        Assert.Equal(
            "Booting\ufffd\ufffd\r\n"
            + "\r\n[----- above: the last 10 bytes it said -----]"
            + "\r\n[vm-00000 is connected from 192.0.2.1:40001; you are read-write]\r\n"
            + "[also here: bob, read-only since 03:04:05Z]\r\n"
            + "[leave: Enter ~ .; menu: Enter ~ ?; with telnet -E also ^] q and ^] ?]\r\n",
            banner);
        await machine.SendAsync("\"login: \"");
        await person.Peer.ExpectAsync("\"login: \"");
        await person.Peer.SendAsync("\"root\" 0D");
        await machine.ExpectAsync("\"root\" 0D");
    }

    [Fact]
    public async Task Recent_output_has_a_limit()
    {
        var machine = await _concentrator.StartAsync();
        var bytes = Links.LinkLimitTests.Numbered(3000);
        await machine.Peer.SendAsync(bytes);
        await machine.SettleAsync();
        var person = _concentrator.Dial(Port);
        Assert.Contains("\n[----- above: the last 1,024 bytes it said -----]", await person.ComeInAsync(), StringComparison.Ordinal);
        await person.SettleAsync();
    }

    [Fact]
    public async Task A_program_that_answers_no_option_gets_the_machines_bytes_and_nothing_else()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("\"before\"");
        await machine.SettleAsync();
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);
        await machine.SendAsync("\"during \"");
        await machine.SettleAsync();
        await _concentrator.Time.PassAsync(Answer);
        await program.Peer.ExpectAsync("\"during \"");
        await machine.SendAsync("0D 00 0D 0A 0D 41 00 FF FF");
        await program.Peer.ExpectAsync("0D 00 0D 0A 0D 41 00 FF FF");
        _concentrator.Time.Advance(TimeSpan.FromMinutes(1));
        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        var again = await _concentrator.StartAsync();
        await again.SendAsync("\"after\"");
        await program.Peer.ExpectAsync("\"after\"");
    }

    [Fact]
    public async Task A_program_that_speaks_first_is_one_at_once_and_its_bytes_pass_as_they_are()
    {
        var machine = await _concentrator.StartAsync();
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);
        await program.Peer.SendAsync("\"$qSupported#37\" 0D 00 0D 0A 1D \"~.\" 0D \"~.\" 1D FF FF");
        await machine.ExpectAsync("\"$qSupported#37\" 0D 00 0D 0A 1D \"~.\" 0D \"~.\" 1D FF FF");
        await machine.SendAsync("\"+\"");
        await program.Peer.ExpectAsync("\"+\"");
        program.Client.Notice("not for programs");
        await machine.SendAsync("\"$\"");
        await program.Peer.ExpectAsync("\"$\"");
    }

    [Fact]
    public async Task A_program_is_ended_without_words()
    {
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);
        await _concentrator.Time.PassAsync(Answer);
        program.Client.End("kicked");
        await program.Peer.ExpectEndAsync();
        await program.Run.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task An_empty_screen_is_explained_after_some_silence()
    {
        await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await _concentrator.Time.PassAsync(Silence);
        await person.Peer.ExpectTextAsync(
            "\r\n[vm-00000 is connected from 192.0.2.1:40001; it has not sent a single byte since this concentrator started. "
            + "Press Enter; if nothing comes, the guest may lack a console there (Linux: console=ttyS0 and a getty).]\r\n");
    }

    [Fact]
    public async Task The_silence_of_a_port_without_machine_is_explained()
    {
        var person = _concentrator.Dial(Port);
        Assert.Contains("is disconnected; you are read-write", await person.ComeInAsync(), StringComparison.Ordinal);
        await _concentrator.Time.PassAsync(Silence);
        await person.Peer.ExpectTextEventuallyAsync("The machine may be off, or its port not connected.]\r\n");
    }

    [Fact]
    public async Task A_person_who_types_for_a_machine_that_is_not_there_is_told_so_once_in_a_while()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        await person.Peer.ExpectTextAsync("\r\n[vm-00000 is disconnected; you stay attached and will see it come back.]\r\n");
        await person.Peer.SendAsync("\"ls\"");
        await person.Peer.ExpectTextAsync("\r\n[vm-00000 is disconnected: what you type is dropped]\r\n");
        await person.Peer.SendAsync("\" -l\"");
        await person.SettleAsync();
        var again = await _concentrator.StartAsync();
        await person.Peer.ExpectTextAsync("\r\n[vm-00000 is connected.]\r\n");
        again.Stream.CompleteWrites();
        await again.EndAsync();
        await person.Peer.ExpectTextAsync("\r\n[vm-00000 is disconnected; you stay attached and will see it come back.]\r\n");
        await person.Peer.SendAsync("0D");
        await person.Peer.ExpectTextAsync("\r\n[vm-00000 is disconnected: what you type is dropped]\r\n");
    }

    [Fact]
    public async Task A_screen_that_shows_something_is_not_explained()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("\"$ \"");
        await machine.SettleAsync();
        var person = _concentrator.Dial(Port);
        Assert.StartsWith("$ \r\n[", await person.ComeInAsync(), StringComparison.Ordinal);
        await _concentrator.Time.PassAsync(Silence);
        await machine.SendAsync("\"x\"");
        await person.Peer.ExpectAsync("\"x\"");
    }

    [Fact]
    public async Task Without_binary_carriage_returns_follow_the_rfc_both_ways()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync(binary: false);
        await person.Peer.SendAsync("\"a\" 0D 00 \"b\" 0D 0A \"c\" 0D");
        await machine.ExpectAsync("\"a\" 0D \"b\" 0D \"c\" 0D");
        await person.Peer.SendAsync("0A \"d\" 0A 00");
        await machine.ExpectAsync("\"d\" 0A 00");
        await machine.SendAsync("\"a\" 0D 0A \"b\" 0D \"c\" 0D");
        await person.Peer.ExpectAsync("\"a\" 0D 0A \"b\" 0D 00 \"c\" 0D");
        await machine.SendAsync("0D");
        await person.Peer.ExpectAsync("00 0D");
        await machine.SendAsync("0A FF FF");
        await person.Peer.ExpectAsync("0A FF FF");
    }

    [Fact]
    public async Task With_binary_everything_passes_as_it_is_both_ways()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("\"a\" 0D 00 \"b\" 0D 0A \"c\" 0D FF FF 00");
        await machine.ExpectAsync("\"a\" 0D 00 \"b\" 0D 0A \"c\" 0D FF FF 00");
        await machine.SendAsync("\"a\" 0D 0A \"b\" 0D \"c\" 0D 00 FF FF");
        await person.Peer.ExpectAsync("\"a\" 0D 0A \"b\" 0D \"c\" 0D 00 FF FF");
    }

    [Fact]
    public async Task Binary_may_be_on_in_one_direction_only()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.Peer.ExpectAsync(ScriptedPerson.Asked);
        await person.Peer.SendAsync("FF FD 00 | FF FC 00 | FF FC 2C");
        await person.Peer.ExpectTextEventuallyAsync("^] ?]\r\n");
        await person.Peer.SendAsync("0D 00 \"x\"");
        await machine.ExpectAsync("0D \"x\"");
        await machine.SendAsync("0D \"x\"");
        await person.Peer.ExpectAsync("0D \"x\"");
    }

    [Fact]
    public async Task Options_are_agreed_to_once_and_others_refused()
    {
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("FF FD 01 | FF FB 00 | FF FB 18 | FF FB 01 | FF FB 22 | FF FD 1F | FF FB E8");
        await person.Peer.ExpectAsync("FF FD 18 | FF FE 01 | FF FE 22 | FF FC 1F | FF FE E8");
        await person.SettleAsync();
    }

    [Fact]
    public async Task A_machine_sent_to_a_console_by_mistake_is_noticed()
    {
        var machine = _concentrator.Dial(Port);
        await machine.Peer.ExpectAsync(ScriptedPerson.Asked);
        await machine.Peer.SendAsync("FF FB 25 | FF FB E8");
        await machine.Peer.ExpectAsync("FF FE 25 | FF FE E8");
        var logged = await _concentrator.Events.WaitForAsync(321);
        Assert.Contains("belongs to the address where machines connect", logged.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminals_size_is_known()
    {
        var person = _concentrator.Dial(Port);
        await person.Peer.ExpectAsync(ScriptedPerson.Asked);
        await person.Peer.SendAsync("FF FB 1F | FF FA 1F 00 50 00 18 FF F0");
        await person.SettleAsync();
        Assert.Equal((80, 24), (person.Client.Columns, person.Client.Rows));
        await person.Peer.SendAsync("FF FA 1F 00 FF FF 01 00 FF F0");
        await person.SettleAsync();
        Assert.Equal((255, 256), (person.Client.Columns, person.Client.Rows));
        await person.Peer.SendAsync("FF FA 1F 00 50 FF F0 | FF FA 1F FF F0");
        await person.SettleAsync();
        Assert.Equal((255, 256), (person.Client.Columns, person.Client.Rows));
    }

    [Fact]
    public async Task A_break_reaches_the_machine_but_not_from_a_reader()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("FF F3 \"x\"");
        await machine.ExpectAsync("FF F3 \"x\"");
        await person.Peer.SendAsync("1D \"r\"");
        await person.Peer.ExpectTextEventuallyAsync("you are read-only now]\r\n");
        await person.Peer.SendAsync("FF F3 \"x\"");
        await person.SettleAsync();
        await person.Peer.SendAsync("1D \"b\"");
        await person.Peer.ExpectTextEventuallyAsync("you may only read]\r\n");
        await machine.SettleAsync();
    }

    [Theory]
    [InlineData("1D \"q\"")]
    [InlineData("1D \".\"")]
    public async Task The_menu_leaves(string keys)
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("\"x\"" + keys + "\"never\"");
        Assert.Equal("\r\n[portside> left]\r\n", Encoding.ASCII.GetString(await person.Peer.ReadToEndAsync()));
        await person.Run.WaitAsync(Patience.Limit);
        await machine.ExpectAsync("\"x\"");
        await machine.SettleAsync();
        Assert.Empty(Port.Snapshot().Clients);
    }

    [Theory]
    [InlineData("\"~.\"")]
    [InlineData("\"ls\" 0D \"~.\"")]
    public async Task Enter_tilde_dot_leaves(string keys)
    {
        await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync(keys);
        await person.Peer.ExpectEndAsync();
        await person.Run.WaitAsync(Patience.Limit);
        Assert.Empty(Port.Snapshot().Clients);
    }

    [Fact]
    public async Task The_menu_tells_and_does_what_it_says()
    {
        var machine = await _concentrator.StartAsync();
        _concentrator.Attach(Port, "bob", ClientMode.ReadOnly);
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("1D");
        await person.Peer.ExpectTextAsync("\r\n[portside> ");
        await person.Peer.SendAsync("\"w\"");
        await person.Peer.ExpectTextAsync(
            "here]\r\n[bob (192.0.2.200:bob, test), read-only since 03:04:05Z]\r\n"
            + "[127.0.0.1:50001 (127.0.0.1:50001, telnet), read-write since 03:04:05Z, you]\r\n");
        await person.Peer.SendAsync("1D \"i\"");
        await person.Peer.ExpectTextEventuallyAsync("it has not sent a single byte");
        await person.Peer.ExpectTextEventuallyAsync("]\r\n");
        await person.Peer.SendAsync("1D \"b\"");
        await person.Peer.ExpectTextAsync("\r\n[portside> break sent]\r\n");
        await machine.ExpectAsync("FF F3");
        await person.Peer.SendAsync("1D \"e\" 1D 1D");
        await person.Peer.ExpectTextAsync("\r\n[portside> escape sent]\r\n\r\n[portside> escape sent]\r\n");
        await machine.ExpectAsync("1D 1D");
        await person.Peer.SendAsync("1D \"?\"");
        Assert.Contains("b  send a break", await person.Peer.ExpectTextEventuallyAsync("go on]\r\n"), StringComparison.Ordinal);
        await person.Peer.SendAsync("1D \"x\"");
        await person.Peer.ExpectTextAsync("\r\n[portside> go on]\r\n");
        await person.Peer.SendAsync("1D \"r\" \"never\"");
        await person.Peer.ExpectTextAsync("\r\n[portside> you are read-only now]\r\n\r\n[you are read-only: what you type is dropped]\r\n");
        await person.Peer.SendAsync("1D \"r\" \"again\"");
        await person.Peer.ExpectTextAsync("\r\n[portside> you are read-write now]\r\n");
        await machine.ExpectAsync("\"again\"");
        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        await person.Peer.ExpectTextEventuallyAsync("you stay attached and will see it come back.]\r\n");
        await person.Peer.SendAsync("1D \"b\"");
        await person.Peer.ExpectTextAsync("\r\n[portside> no machine is connected]\r\n");
    }

    [Fact]
    public async Task Writing_again_is_refused_by_name_while_another_writes_alone()
    {
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        var bob = new TestClient("bob");
        Assert.True(Port.Attach(bob, ClientMode.ExclusiveWrite, steal: true).Granted);
        await person.Peer.ExpectTextEventuallyAsync("[bob took over; you are read-only now]\r\n");
        await person.Peer.SendAsync("1D \"r\"");
        await person.Peer.ExpectTextEventuallyAsync("is held by bob (192.0.2.200:bob), exclusive-write since");
        bob.End("left");
    }

    [Fact]
    public async Task Another_escape_shows_in_the_banner_and_works()
    {
        await using var concentrator = new MemoryConcentrator(o => (o.Console.Escape, o.Console.TildeEscape) = (0x05, false));
        var machine = await concentrator.StartAsync();
        var person = concentrator.Dial(concentrator.Port);
        await person.Peer.ExpectAsync(ScriptedPerson.Asked);
        await person.Peer.SendAsync("FF FD 00 | FF FB 00 | FF FC 2C");
        await person.Peer.ExpectTextEventuallyAsync("[leave: ^E q; menu: ^E ?]\r\n");
        await person.Peer.SendAsync("\"~.\" 1D \"q\" 05 05 05 \"q\"");
        await machine.ExpectAsync("\"~.\" 1D \"q\" 05");
        await person.Peer.ReadToEndAsync();
    }

    [Fact]
    public async Task Who_is_refused_is_told_by_whom_and_let_go()
    {
        await _concentrator.StartAsync();
        _concentrator.Attach(Port, "bob", ClientMode.Exclusive);
        var person = _concentrator.Dial(Port);
        var words = Encoding.ASCII.GetString(await person.Peer.ReadToEndAsync());
        Assert.Equal(
            "\r\n[vm-00000 is held by bob (192.0.2.200:bob), exclusive since 2026-01-02 03:04:05Z; "
            + "read-write is not possible beside it.]\r\n",
            words);
        await person.Run.WaitAsync(Patience.Limit);
        Assert.Single(Port.Snapshot().Clients);
    }

    [Fact]
    public async Task Who_is_pushed_out_is_told_by_whom_and_closed()
    {
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        var bob = new TestClient("bob");
        Assert.True(Port.Attach(bob, ClientMode.Exclusive, steal: true).Granted);
        var words = Encoding.ASCII.GetString(await person.Peer.ReadToEndAsync());
        Assert.Equal($"\r\n[bob took over {Port.Title}.]\r\n", words);
        await person.Run.WaitAsync(Patience.Limit);
        bob.End("left");
    }

    [Fact]
    public async Task A_person_who_leaves_at_once_is_gone_at_once()
    {
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        person.Stream.CompleteWrites();
        await person.Run.WaitAsync(Patience.Limit);
        Assert.Empty(Port.Snapshot().Clients);
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_nothing_behind()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        person.Stream.Abort();
        await person.Run.WaitAsync(Patience.Limit);
        Assert.Empty(Port.Snapshot().Clients);
        await machine.SendAsync("\"x\"");
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_reboot_is_seen_from_the_same_seat()
    {
        var before = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        before.Stream.CompleteWrites();
        await before.EndAsync();
        await person.Peer.ExpectTextEventuallyAsync("[vm-00000 is disconnected; you stay attached and will see it come back.]\r\n");
        await person.Peer.SendAsync("\"lost\"");
        await person.SettleAsync();
        var after = await _concentrator.StartAsync();
        await person.Peer.ExpectTextEventuallyAsync("[vm-00000 is connected.]\r\n");
        await after.SendAsync("\"BIOS\"");
        await person.Peer.ExpectAsync("\"BIOS\"");
        await person.Peer.SendAsync("\"x\"");
        await after.ExpectAsync("\"x\"");
    }

    [Fact]
    public async Task What_a_slow_person_missed_is_marked_where_it_is_missing()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port, capacity: 256);
        await person.ComeInAsync();
        var sent = new List<byte>();
        for (var i = 0; i < 40; i++)
        {
            var part = Enumerable.Range(i * 1000, 1000).Select(n => (byte)('a' + (n * 7 % 26))).ToArray();
            sent.AddRange(part);
            await machine.Peer.SendAsync(part);
            await machine.SettleAsync();
        }

        var before = await person.Peer.ExpectTextEventuallyAsync("\r\n[portside: ");
        var missed = await person.Peer.ExpectTextEventuallyAsync(" bytes missed here]\r\n");
        before = before[..^13];
        var count = int.Parse(missed.AsSpan(0, missed.IndexOf(' ', StringComparison.Ordinal)), provider: null);
        var after = await person.Peer.ReadAsync(sent.Count - before.Length - count);
        Assert.Equal(Encoding.ASCII.GetString([.. sent.Take(before.Length)]), before);
        Assert.Equal(sent.Skip(before.Length + count), after);
        Assert.Equal(count, person.Client.MissedBytes);
        Assert.Equal(4096, after.Length);
        await person.SettleAsync();
    }

    [Fact]
    public async Task A_stalled_person_is_ended_in_a_moment()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port, capacity: 256);
        await person.ComeInAsync();
        await machine.Peer.SendAsync(Links.LinkLimitTests.Numbered(4000));
        await machine.SettleAsync();
        person.Client.End("kicked");
        Assert.Empty(Port.Snapshot().Clients);
        await _concentrator.Time.PassAsync(TimeSpan.FromSeconds(1));
        await person.Run.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task A_slow_but_willing_person_hears_why_it_is_ended()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port, capacity: 256);
        await person.ComeInAsync();
        for (var i = 0; i < 3; i++)
        {
            await machine.Peer.SendAsync(Links.LinkLimitTests.Numbered(1000));
            await machine.SettleAsync();
        }

        person.Client.End("an administrator ended your connection");
        var rest = Encoding.Latin1.GetString(await person.Peer.ReadToEndAsync());
        Assert.EndsWith("\r\n[an administrator ended your connection]\r\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_is_ended_while_its_machine_takes_nothing_is_ended_all_the_same()
    {
        var machine = await _concentrator.StartAsync();
        await machine.BeginAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync(new byte[5000]);
        while (Port.Write(person.Client, [0]) > 0)
            await Task.Yield();
        person.Client.End("kicked");
        Assert.EndsWith("[kicked]\r\n", Encoding.ASCII.GetString(await person.Peer.ReadToEndAsync()), StringComparison.Ordinal);
        await person.Run.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task A_client_that_floods_is_not_read_but_its_machine_is()
    {
        var machine = _concentrator.Connect(capacity: 64);
        await machine.StartAsync();
        var flooder = _concentrator.Dial(Port, capacity: 100);
        await flooder.ComeInAsync();
        var flood = flooder.Peer.SendAsync(new byte[100_000]);
        while (Port.Write(flooder.Client, [0]) > 0)
            await Task.Yield();
        Assert.False(flood.IsCompleted);
        await machine.SendAsync("\"alive\"");
        await flooder.Peer.ExpectTextEventuallyAsync("alive");
        flooder.Stream.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => flood.WaitAsync(Patience.Limit));

        // Nobody reads what it typed, so that its end shows when it cannot be told what the machine says.
        await machine.SendAsync("\"x\"");
        await flooder.Run.WaitAsync(Patience.Limit);
        Assert.Empty(Port.Snapshot().Clients);
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answers_is_closed()
    {
        var person = _concentrator.Dial(Port, capacity: 256);
        await person.ComeInAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await person.Peer.SendAsync("FF FB 63 | FF FB 64 | FF FB 65 | FF FB 66").WaitAsync(Patience.Limit);
        });
        await person.Run.WaitAsync(Patience.Limit);
        Assert.Empty(Port.Snapshot().Clients);
    }

    [Fact]
    public async Task A_subnegotiation_without_end_closes_only_that_client()
    {
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        var other = _concentrator.Dial(Port);
        await other.ComeInAsync();
        await person.Peer.SendAsync("FF FA 1F");
        await person.Peer.SendAsync(Enumerable.Repeat((byte)'x', 1025).ToArray());
        await person.Peer.ReadToEndAsync();
        await person.Run.WaitAsync(Patience.Limit);
        await other.SettleAsync();
    }

    [Fact]
    public async Task Random_bytes_cost_nobody_anything()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var machine = await _concentrator.StartAsync();
        var draining = machine.Peer.ReadToEndAsync();
        for (var i = 0; i < 100; i++)
        {
            var person = _concentrator.Dial(Port);
            if (i % 2 == 0)
                await person.ComeInAsync();
            var bytes = new byte[random.Next(1, 900)];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length; at++)
            {
                if (bytes[at] % 7 == 0)
                    bytes[at] = 0xFF;
            }

            await person.Peer.SendAsync(bytes);
            person.Stream.CompleteWrites();
            var reading = person.Peer.ReadToEndAsync();
            await person.Run.WaitAsync(Patience.Limit);
            await reading;
        }

        machine.Link.End(Portside.Concentrator.Links.LinkEnd.Stopping);
        await draining;
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }
}
