using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Telnet.ComPort;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Hosting;

/// <summary>A whole concentrator over real sockets.</summary>
public sealed class ConcentratorServerTests
{
    private const string Uuid = ScriptedMachine.Uuid;

    [Fact]
    public async Task Machines_and_people_meet()
    {
        await using var concentrator = new LiveConcentrator();
        await using var machine = await concentrator.StartMachineAsync();
        await using var person = await concentrator.DialAsync(Uuid);
        await ComeInAsync(person);
        await machine.SendAsync("\"login: \"");
        await person.ExpectAsync("\"login: \"");
        await person.SendAsync("\"root\" 0D");
        await machine.ExpectAsync("\"root\" 0D");
        Assert.Equal(1, concentrator.Server.LinkCount);
        Assert.Single(concentrator.Server.Clients());
    }

    [Fact]
    public async Task Telnet_and_telnets_share_an_address_and_the_certificate_is_the_one_shown()
    {
        await using var concentrator = new LiveConcentrator(o => o.Vm.Tls = TlsPolicy.Allow);
        await using var plain = await concentrator.StartMachineAsync();
        await using var secure = await concentrator.ConnectAsync();
        var shown = "";
        var tls = new SslStream(secure.Stream, leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            shown = certificate!.GetCertHashString();
            return shown.Length == 40;
        });
        await tls.AuthenticateAsClientAsync("concentrator").WaitAsync(Patience.Limit);
        secure.Replace(tls);
        await secure.ExpectAsync("FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8");
        await secure.SendAsync("FF FB E8" + ScriptedMachine.Known1 + ScriptedMachine.DoProxy("vSPC.py?port=tls") + ScriptedMachine.TellUuid());
        await secure.ExpectAsync(ScriptedMachine.Known2 + ScriptedMachine.Questions + ScriptedMachine.WillProxy);
        await LiveConcentrator.SettleAsync(secure);
        Assert.Equal(shown, concentrator.Server.Certificates!.Current.Sha1Thumbprint.Replace(":", "", StringComparison.Ordinal));
        Assert.NotNull(concentrator.Server.Ports.Select(Uuid + ".tls").Single().Snapshot().Tls);
        Assert.Null(concentrator.Server.Ports.Select(Uuid).Single().Snapshot().Tls);
    }

    [Fact]
    public async Task Machines_from_networks_that_are_not_allowed_are_turned_away_at_accept()
    {
        await using var concentrator = new LiveConcentrator(o => o.Vm.Allow = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("127.0.0.2/32")]);
        for (var i = 0; i < 3; i++)
        {
            await using var stranger = await concentrator.ConnectAsync();
            Assert.Empty(await stranger.ReadToEndAsync());
        }

        var rejection = Assert.Single(concentrator.Server.Rejections.Latest());
        Assert.Equal(("not-allowed", "127.0.0.1", 3), (rejection.Reason, rejection.Source, rejection.Count));
        Assert.Equal(2, concentrator.Events.Events.Count(e => e.Id == 121));

        // Read anew at each accept: a reload needs no restart.
        concentrator.Server.Options.Vm.Allow = [IPNetwork.Parse("127.0.0.0/8")];
        await using var machine = await concentrator.StartMachineAsync();
    }

    [Fact]
    public async Task A_refused_client_reads_why_and_a_clean_end_though_it_types_meanwhile()
    {
        await using var concentrator = new LiveConcentrator(o => o.Console.MaxClientsPerPort = 1);
        await using var machine = await concentrator.StartMachineAsync();
        await using var first = await concentrator.DialAsync(Uuid);
        await first.ExpectAsync(ScriptedPerson.Asked);
        await using var second = await concentrator.DialAsync(Uuid);
        await second.SendTextAsync("typed ahead\r\n");
        await second.ExpectTextEventuallyAsync("as many as allowed (console.maxClientsPerPort).]\r\n");
        await second.SendTextAsync("and typed on\r\n");

        // A reset would be an error here, and with many telnet programs the end of the words before they are shown.
        Assert.Empty(await second.ReadToEndAsync());
    }

    [Fact]
    public async Task Both_families_are_listened_on()
    {
        await using var concentrator = new LiveConcentrator(o => o.Vm.Listen = [new(IPAddress.Loopback, 0), new(IPAddress.IPv6Loopback, 0)]);
        await using var four = await LiveConcentrator.ConnectAsync(concentrator.Server.VmEndPoints[0]);
        await using var six = await LiveConcentrator.ConnectAsync(concentrator.Server.VmEndPoints[1]);
        foreach (var machine in new[] { four, six })
        {
            await machine.SendAsync("FF FB E8");
            await machine.ExpectAsync(ScriptedMachine.Opening);
        }
    }

    [Fact]
    public async Task A_machine_moves_and_its_source_is_closed_from_this_side_too()
    {
        await using var concentrator = new LiveConcentrator();
        await using var source = await concentrator.StartMachineAsync();
        await using var person = await concentrator.DialAsync(Uuid);
        await ComeInAsync(person);
        await source.SendAsync("FF FA E8 28 01 02 03 04 FF F0");
        await source.ExpectAsync("FF FA E8 29 01 02 03 04 5E FF FF C3 E7 FF FF FF FF F0 FF FF FF F0");
        await person.SendAsync("\"held\"");
        await using var destination = await concentrator.ConnectAsync();
        await destination.SendAsync("FF FB E8");
        await destination.ExpectAsync(ScriptedMachine.Opening);
        await destination.SendAsync(ScriptedMachine.Known1 + "FF FA E8 2C 01 02 03 04 5E FF FF C3 E7 FF FF FF FF F0 FF FF FF F0");
        await destination.ExpectAsync("FF FA E8 2D 01 02 03 04 FF F0");
        await destination.SendAsync("FF FA E8 2E 01 02 03 04 FF F0");
        await destination.ExpectAsync("\"held\"");
        await source.ExpectEndAsync();
        Assert.Equal(2, concentrator.Server.LinkCount);
        await source.Stream.DisposeAsync();
        await concentrator.Events.WaitForAsync(102);
        await destination.SendAsync("\"here\"");
        await person.ExpectAsync("\"here\"");
    }

    [Fact]
    public async Task Words_of_farewell_arrive_whatever_the_peer_still_sends()
    {
        await using var concentrator = new LiveConcentrator();
        await using var refused = await concentrator.ConnectAsync();
        await refused.SendAsync("FF FB E8" + ScriptedMachine.Known1 + ScriptedMachine.DoProxy("wrong") + ScriptedMachine.TellUuid());
        await refused.SendAsync(new byte[100_000]);
        await refused.ExpectAsync(ScriptedMachine.Opening + ScriptedMachine.WontProxy);
        await refused.ExpectEndAsync();

        await using var human = await concentrator.ConnectAsync();
        await human.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: concentrator\r\n\r\n"));
        Assert.Contains("This is where virtual machines connect", Encoding.ASCII.GetString(await human.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_deadline_of_a_silent_peer_is_kept_by_the_clock()
    {
        await using var concentrator = new LiveConcentrator();
        await using var silent = await concentrator.ConnectAsync();
        await concentrator.Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await silent.ExpectAsync("FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8");
        concentrator.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains("This is where virtual machines connect", Encoding.ASCII.GetString(await silent.ReadToEndAsync()), StringComparison.Ordinal);
        await concentrator.Events.WaitForAsync(102);
        Assert.Equal("not-a-machine", Assert.Single(concentrator.Server.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task As_many_links_as_allowed_are_served_and_one_more_is_closed()
    {
        await using var concentrator = new LiveConcentrator(o => o.Vm.MaxLinks = 2);
        await using var first = await concentrator.StartMachineAsync();
        await using var second = await concentrator.StartMachineAsync(uri: "vSPC.py?port=2");
        await using (var third = await concentrator.ConnectAsync())
            await third.ExpectEndAsync();
        Assert.Equal("too-many-links", Assert.Single(concentrator.Server.Rejections.Latest()).Reason);
        await LiveConcentrator.SettleAsync(first);
        await first.DisposeAsync();
        await concentrator.Events.WaitForAsync(102);
        while (concentrator.Server.LinkCount > 1)
            await Task.Yield();
        await using var fourth = await concentrator.StartMachineAsync();
        await LiveConcentrator.SettleAsync(second);
    }

    [Fact]
    public async Task As_many_clients_as_allowed_are_served_and_one_more_is_told_why_not()
    {
        await using var concentrator = new LiveConcentrator(o => o.Console.MaxClients = 1);
        await using var machine = await concentrator.StartMachineAsync();
        await using var first = await concentrator.DialAsync(Uuid);
        await ComeInAsync(first);
        await using (var second = await concentrator.DialAsync(Uuid))
        {
            Assert.Equal(
                "\r\n[There are 1 clients, as many as allowed (console.maxClients).]\r\n",
                Encoding.ASCII.GetString(await second.ReadToEndAsync()));
        }

        await machine.SendAsync("\"x\"");
        await first.ExpectAsync("\"x\"");
    }

    [Fact]
    public async Task What_a_port_said_before_a_restart_is_not_denied_after_it()
    {
        await using var concentrator = new LiveConcentrator(o => o.Log.Enabled = true);
        var machine = await concentrator.StartMachineAsync();
        await machine.SendAsync("\"login: \"");
        await LiveConcentrator.SettleAsync(machine);
        await concentrator.RestartAsync();
        var port = concentrator.Server.Ports.Select(Uuid).Single();
        Assert.NotNull(port.Snapshot().LastByteAt);
        Assert.Contains(
            "it has not sent anything since this concentrator started; its log holds 7 bytes, the last of ",
            PortFacts.Silence(port, concentrator.Time.GetUtcNow()),
            StringComparison.Ordinal);
        await machine.DisposeAsync();
    }

    [Fact]
    public async Task A_port_keeps_its_name_and_telnet_port_across_a_restart()
    {
        await using var concentrator = new LiveConcentrator();
        var one = await concentrator.StartMachineAsync(uri: "vSPC.py?port=1");
        var two = await concentrator.StartMachineAsync(uri: "vSPC.py?port=2");
        var before = concentrator.Server.Ports.All.ToDictionary(p => p.Id, p => p.TelnetPort);
        await concentrator.RestartAsync();
        await one.DisposeAsync();
        await two.DisposeAsync();
        Assert.Equal(before, concentrator.Server.Ports.All.ToDictionary(p => p.Id, p => p.TelnetPort));
        Assert.All(concentrator.Server.Ports.All, p => Assert.Equal("vm-00000", p.Name));
        await using var person = await concentrator.DialAsync(Uuid + ".2");
        Assert.Contains("vm-00000.2 is disconnected", await ComeInAsync(person), StringComparison.Ordinal);
        await using var again = await concentrator.StartMachineAsync(uri: "vSPC.py?port=2");
        await person.ExpectTextEventuallyAsync("[vm-00000.2 is connected.]\r\n");
        await again.SendAsync("\"up\"");
        await person.ExpectAsync("\"up\"");
    }

    [Fact]
    public async Task A_line_passes_sockets_both_ways_and_its_settings_a_restart()
    {
        await using var concentrator = new LiveConcentrator();
        var machine = await concentrator.StartMachineAsync();
        await machine.SendAsync("FF FB 2C FF FA 2C 00 \"Portside bridge\" FF F0 FF FA 2C 01 00 01 C2 00 FF F0 FF FA 2C 03 03 FF F0");
        await machine.ExpectAsync("FF FD 2C FF FA 2C 6B B0 FF F0 FF FA 2C 65 00 01 C2 00 FF F0 FF FA 2C 67 03 FF F0");
        await using (var program = await concentrator.DialAsync(Uuid))
        {
            await program.ExpectAsync(ScriptedPerson.Asked);
            await program.SendAsync("FF FD 00 | FF FB 00 | FF FB 2C");
            await program.ExpectAsync("FF FA 2C 6B B0 FF F0");
            await program.SendAsync("\"a\" FF F3 \"b\"");
            await machine.ExpectAsync("\"a\" FF F3 \"b\"");
            await program.SendAsync("FF FA 2C 02 07 FF F0");
            await program.ExpectAsync("FF FA 2C 66 07 FF F0");
            await machine.ExpectAsync("FF FA 2C 66 07 FF F0");
        }

        await concentrator.RestartAsync();
        await machine.DisposeAsync();
        var line = concentrator.Server.Ports.Select(Uuid).Single().Snapshot().Line;
        Assert.Equal((115_200u, ComPortParity.Even), (line.BaudRate, line.Parity));
    }

    [Fact]
    public async Task A_port_unused_for_long_is_forgotten_with_its_telnet_port()
    {
        await using var concentrator = new LiveConcentrator();
        await (await concentrator.StartMachineAsync()).DisposeAsync();
        await concentrator.Events.WaitForAsync(201);
        var port = Assert.Single(concentrator.Server.Ports.All);
        Assert.NotNull(port.TelnetPort);
        concentrator.Time.Advance(TimeSpan.FromHours(25));
        await concentrator.Events.WaitForAsync(211);
        while (port.TelnetPort is not null)
            await Task.Yield();
        Assert.Equal(0, concentrator.Server.Ports.Count);
        await concentrator.RestartAsync();
        Assert.Equal(0, concentrator.Server.Ports.Count);
    }

    [Fact]
    public async Task Stopping_waits_for_nobody()
    {
        var concentrator = new LiveConcentrator(o => o.Migration.HoldBytes = 1000);
        var machine = await concentrator.StartMachineAsync();
        await machine.SendAsync("FF FA E8 28 01 FF F0");
        await machine.ReadAsync(3);
        var person = await concentrator.DialAsync(Uuid);
        await ComeInAsync(person);

        // It waits for room that the machine on its way will never make, and does not read either.
        await person.SendAsync(new byte[10_000]);
        var waiting = concentrator.Server.Clients().Single();
        while (waiting.Port!.Write(waiting, [0]) > 0)
            await Task.Yield();
        var silent = await concentrator.ConnectAsync();
        var starting = await concentrator.ConnectAsync();
        await starting.SendAsync("FF FB E8" + ScriptedMachine.Known1 + ScriptedMachine.DoProxy("vSPC.py") + ScriptedMachine.TellUuid());
        await starting.ExpectAsync(ScriptedMachine.Opening + ScriptedMachine.WillProxy);
        await concentrator.Time.AwaitedAsync(TimeSpan.FromSeconds(1));
        await concentrator.DisposeAsync();
        await silent.ExpectEndAsync();

        // It may have had its port for a moment, and then also what was typed in that moment.
        await starting.ReadToEndAsync();
        Assert.Contains("[the concentrator stops]", Encoding.ASCII.GetString(await person.ReadToEndAsync()), StringComparison.Ordinal);
        foreach (var peer in new[] { machine, person, silent, starting })
            await peer.DisposeAsync();
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_and_a_failed_start_can_be_undone()
    {
        await using var concentrator = new LiveConcentrator();
        using var directory = new TemporaryDirectory();
        using var meters = new Meters();
        var options = new ConcentratorOptions { StateDirectory = directory.Path };
        options.Vm.Listen = [new(IPAddress.Loopback, 0), concentrator.Vm];
        options.Vm.Tls = TlsPolicy.Off;
        options.Log.Enabled = false;
        await using var second = new Concentrator.Hosting.ConcentratorServer(
            options, new Microsoft.Extensions.Logging.LoggerFactory(), meters, TimeProvider.System);
        var error = Assert.Throws<ListenException>(second.Start);
        Assert.Contains(concentrator.Vm.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_service_names_are_taken_without_dropping_a_link()
    {
        await using var concentrator = new LiveConcentrator();
        await using var machine = await concentrator.StartMachineAsync();
        Assert.True(concentrator.Server.Reload(["lab-a"]));
        await using var named = await concentrator.StartMachineAsync(uri: "LAB-A?port=2");
        await LiveConcentrator.SettleAsync(machine);
    }

    [Fact]
    public async Task A_reset_in_the_middle_leaves_a_port_without_machine()
    {
        await using var concentrator = new LiveConcentrator();
        var machine = await concentrator.StartMachineAsync();
        await using var person = await concentrator.DialAsync(Uuid);
        await ComeInAsync(person);
        var socket = ((NetworkStream)machine.Stream).Socket;
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        await person.ExpectTextEventuallyAsync("you stay attached and will see it come back.]\r\n");
        Assert.Equal(PortState.Disconnected, concentrator.Server.Ports.Select(Uuid).Single().Snapshot().State);
        var ended = await concentrator.Events.WaitForAsync(102);
        Assert.Contains(nameof(LinkEnd.ConnectionLost), ended.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stalled_person_delays_neither_machine_nor_another_client_nor_the_log()
    {
        await using var concentrator = new LiveConcentrator(o =>
        {
            (o.Console.ReplayBytes, o.Console.LagBytes) = (65_536, 65_536);
            o.Log.Enabled = true;
        });
        await using var machine = await concentrator.StartMachineAsync();
        await using var stalled = await concentrator.DialAsync(Uuid);
        await ComeInAsync(stalled);
        var port = concentrator.Server.Ports.Select(Uuid).Single();
        var other = new TestClient("other");
        Assert.True(port.Attach(other, ClientMode.ReadOnly, steal: false).Granted);
        var sent = Links.LinkLimitTests.Numbered(16 * 1024 * 1024);
        for (var at = 0; at < sent.Length; at += 65_536)
        {
            await machine.SendAsync(sent.AsMemory(at, 65_536));
            await other.ReceiveAsync(Math.Max(0, at - 32_768));
        }

        Assert.Equal(sent, await other.ReceiveAsync(sent.Length));
        await port.Log!.FlushAsync(CancellationToken.None).WaitAsync(Patience.Limit);
        await using var log = port.Log.OpenRead(new Concentrator.Recording.LogRange());
        using var logged = new MemoryStream();
        await log.CopyToAsync(logged).WaitAsync(Patience.Limit);
        Assert.True(sent.AsSpan().SequenceEqual(logged.ToArray()));
        Assert.InRange(concentrator.Server.Clients().Single(c => c.Via == "telnet").MissedBytes, 0, sent.Length - 65_536);
        other.End("left");
    }

    private static async Task<string> ComeInAsync(ScriptedPeer person)
    {
        await person.ExpectAsync(ScriptedPerson.Asked);
        await person.SendAsync("FF FD 01 | FF FD 03 | FF FB 03 | FF FD 00 | FF FB 00 | FF FC 1F | FF FC 2C");
        return await person.ExpectTextEventuallyAsync("^] ?]\r\n");
    }
}
