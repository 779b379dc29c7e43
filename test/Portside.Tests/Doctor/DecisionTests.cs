using System.Net;
using Portside.Api.Contracts;
using Portside.Doctor;
using Portside.Doctor.Checks;
using Portside.SerialPorts;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.Tests.Doctor;

/// <summary>What checks decide, by what they are given.</summary>
public sealed class DecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly ServerDescription Server = new() { Version = "1.2.3", StateDirectory = "/state", LogDirectory = "/logs", VmAddresses = ["0.0.0.0:13370"], MaxLinks = 100, MaxSockets = 1000, ConsoleTelnet = "127.0.0.1:50000-50099" };

    [Theory]
    [InlineData(-1, false, "expired")]
    [InlineData(29, false, "expires in 29 days")]
    [InlineData(31, true, "31 days")]
    public void A_certificate_is_to_be_renewed_a_month_before(int days, bool isOk, string words)
    {
        var finding = ExpiryCheck.Decide(Now.AddDays(days).AddHours(1), Now);
        Assert.Equal(isOk ? CheckState.Ok : CheckState.Broken, finding.State);
        Assert.Contains(words, finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_is_full_before_nothing_is_left()
    {
        Assert.Equal(CheckState.Ok, DiskCheck.Decide(Server with { LogFreeBytes = 1L << 30, StateFreeBytes = 1L << 30 }).State);
        Assert.Contains("/logs", DiskCheck.Decide(Server with { LogFreeBytes = 1L << 20, StateFreeBytes = 1L << 30 }).Evidence, StringComparison.Ordinal);
        Assert.Contains("/state", DiskCheck.Decide(Server with { LogFreeBytes = 1L << 30, StateFreeBytes = 1L << 20 }).Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckState.Broken, DiskCheck.Decide(Server with { LogDegraded = true, LogFreeBytes = 1L << 30, StateFreeBytes = 1L << 30 }).State);
    }

    [Fact]
    public void Open_files_matter_for_the_ports_there_are()
    {
        Assert.Equal(CheckState.Ok, FilesCheck.Decide(Server).State);
        Assert.Equal(CheckState.Ok, FilesCheck.Decide(Server with { MaxSockets = 100, Ports = 50 }).State);
        Assert.Equal(CheckState.Broken, FilesCheck.Decide(Server with { MaxSockets = 100, Ports = 51 }).State);
    }

    [Fact]
    public void A_clock_that_is_off_is_found_with_whose_it_is_not()
    {
        Assert.Equal(CheckState.Ok, ClockCheck.Decide(Now, [("vSphere", Now.AddSeconds(-20))]).State);
        Assert.Contains("60 s ahead of that of vSphere", ClockCheck.Decide(Now, [("vSphere", Now.AddSeconds(-60))]).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_at_a_port_for_people_is_worse_than_one_that_is_turned_away_and_old_news_are_none()
    {
        RejectedDescription away = new() { At = Now.AddMinutes(-5), Source = "10.0.0.1", Reason = "service-uri", Detail = "No such service.", ServiceUri = "typo" };
        RejectedDescription astray = new() { At = Now.AddMinutes(-9), Source = "10.0.0.2", Reason = "console-port", Detail = "A machine." };
        Assert.Contains("10.0.0.2", PeersCheck.Decide([away, astray], [], Server, Now).Evidence, StringComparison.Ordinal);
        Assert.Contains("typo", PeersCheck.Decide([away], [], Server, Now).Evidence, StringComparison.Ordinal);
        Assert.Equal(Finding.Ok("no machine was turned away within the hour"), PeersCheck.Decide([away, astray], [], Server, Now.AddHours(2)));
        Assert.Equal(CheckState.Ok, PeersCheck.Decide([away with { Reason = "not-a-machine" }], [], Server, Now).State);
    }

    [Fact]
    public void A_refusal_is_mended_when_nothing_like_it_came_for_a_while()
    {
        RejectedDescription away = new() { At = Now.AddMinutes(-9), Source = "10.0.0.1", Reason = "service-uri", Detail = "No such service.", ServiceUri = "typo" };
        Assert.Equal(CheckState.Broken, PeersCheck.Decide([away], [], Server, Now).State);
        Assert.Equal(
            Finding.Ok("1 kind of connections was turned away within the hour, the latest 10m ago from 10.0.0.1 with 'typo': No such service; none since then"),
            PeersCheck.Decide([away], [], Server, Now.AddMinutes(1)));
    }

    [Theory]
    [InlineData("10.0.0.1:4000", -4, true)]
    [InlineData("10.0.0.1:4000", -6, false)]
    [InlineData("10.0.0.2:4000", -4, false)]
    [InlineData("[fe80::1]:4000", -4, false)]
    public void A_refusal_is_mended_when_its_address_was_accepted_since(string source, int connected, bool isMended)
    {
        RejectedDescription away = new() { At = Now.AddMinutes(-5), Source = "10.0.0.1", Reason = "tls-required", Detail = "TLS is required." };
        PortDescription port = new() { Id = "p", Uuid = "u", State = "connected", Source = source, ConnectedSince = Now.AddMinutes(connected) };
        var finding = PeersCheck.Decide([away], [port], Server, Now);
        Assert.Equal(isMended ? CheckState.Ok : CheckState.Broken, finding.State);
        Assert.Equal(isMended, finding.Evidence.EndsWith("its address has been accepted since", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, null, "Unknown")]
    [InlineData(true, true, "Ok")]
    [InlineData(true, null, "Ok")]
    [InlineData(true, false, "Broken")]
    [InlineData(false, false, "Broken")]
    [InlineData(false, true, "Ok")]
    public void A_guest_is_judged_by_what_it_said_and_answered(bool spoke, bool? answered, string state) =>
        Assert.Equal(Enum.Parse<CheckState>(state), GuestCheck.Decide(spoke, spoke, answered, GuestAdvice.For("ubuntu64Guest", 0)).State);

    [Theory]
    [InlineData("ubuntu64Guest", 0, "update-grub", "ttyS0")]
    [InlineData("rhel9_64Guest", 1, "grubby", "ttyS1")]
    [InlineData("sles15_64Guest", 0, "grub2-mkconfig", "ttyS0")]
    [InlineData("freebsd13_64Guest", 0, "boot_multicons", "ttyu0")]
    [InlineData("windows2019srv_64Guest", 1, "EMSPORT:2", "COM2")]
    [InlineData(null, 0, "serial-getty@ttyS0", "ttyS0")]
    public void Advice_is_for_the_system_and_the_port(string? guest, int number, string command, string device)
    {
        var advice = GuestAdvice.For(guest, number);
        Assert.Contains(command, advice.SpeakCommand, StringComparison.Ordinal);
        Assert.Equal(device, advice.Device);
    }

    [Fact]
    public void A_firewall_that_is_off_at_several_hosts_is_one_command()
    {
        var off = new HostFirewall(false, true, []);
        var finding = FirewallCheck.Decide([.. Firewall("a", new HostFirewall(true, true, []), Elsewhere), .. Firewall("b", off, Elsewhere), .. Firewall("c", off, Elsewhere)]);
        Assert.Equal("for h in b c; do govc host.esxcli -host \"$h\" -- network firewall ruleset set -r vSPC -e true; done", finding.Repair);
        Assert.Equal("b, c: rule set vSPC is off: a machine that moves there loses its console", finding.Evidence);
        Assert.Equal(CheckState.Ok, FirewallCheck.Decide([.. Firewall("b", off)]).State);
        Assert.Equal(CheckState.Unknown, FirewallCheck.Decide([.. Firewall("a", null, Elsewhere)]).State);
    }

    [Fact]
    public void A_host_that_cannot_be_asked_hides_no_break_at_another()
    {
        var finding = FirewallCheck.Decide([.. Firewall("a", null, Elsewhere), .. Firewall("b", new HostFirewall(false, true, []), Elsewhere)]);
        Assert.Equal((CheckState.Broken, "b: rule set vSPC is off"), (finding.State, finding.Evidence));
        Assert.Equal(CheckState.Broken, HostFindings.Of([HostVerdicts.Licence(new(Host("a"), null, "no answer")), HostVerdicts.Licence(new(Host("b"), new(false, "Standard"), null))]).State);
    }

    [Fact]
    public async Task Each_host_is_asked_though_one_does_not_answer()
    {
        var answers = await HostAnswer<HostLicence>.OfAsync([Host("a"), Host("b")], host => host.Name == "a"
            ? Task.FromException<HostLicence>(new VSphereTransportException("no answer", "try again"))
            : Task.FromResult(new HostLicence(true, "Plus")));
        Assert.Equal([(null, "no answer: try again"), (new HostLicence(true, "Plus"), null)], answers.Select(answer => (answer.Answer, answer.Problem)));
        await Assert.ThrowsAsync<VSphereLoginException>(() => HostAnswer<HostLicence>.OfAsync([Host("a")], _ => throw new VSphereLoginException("refused")));
    }

    [Fact]
    public void A_firewall_that_lets_out_to_other_addresses_alone_is_closed()
    {
        HostFirewall limited = new(true, true, ["10.0.0.0/24"]);
        ProxyPlace inside = new("inside", [IPAddress.Parse("10.0.0.7")]), outside = new("outside", [IPAddress.Parse("10.0.1.7")]);
        Assert.True(Assert.Single(Firewall("a", limited, inside)).IsRight);
        Assert.Null(Assert.Single(Firewall("a", limited, inside, Elsewhere)).IsRight);
        var closed = Assert.Single(Firewall("a", limited, inside, outside));
        Assert.Equal(
            new CheckResult("firewall", "a", "failed", "rule set vSPC is on, for 10.0.0.0/24 only, and the concentrator outside is at 10.0.1.7", "govc host.esxcli -host a -- network firewall ruleset allowedip add -r vSPC -i 10.0.1.7"),
            closed.ToResult());

        // Both verbs say the same of it.
        Assert.Equal((CheckState.Broken, closed.ToResult().Next), (FirewallCheck.Decide([closed]).State, FirewallCheck.Decide([closed]).Repair));
    }

    [Fact]
    public void Both_rule_sets_matter_where_some_ports_have_a_concentrator_and_some_have_none()
    {
        var verdicts = HostVerdicts.Firewall(new(Host("a"), new HostFirewall(true, false, []), null), [Elsewhere], usesNone: true).ToList();
        Assert.Equal([true, false], verdicts.Select(verdict => verdict.IsRight));
        Assert.Equal("govc host.esxcli -host a -- network firewall ruleset set -r remoteSerialPort -e true", verdicts[1].ToResult().Next);
    }

    [Fact]
    public void A_licence_that_nobody_names_is_no_break()
    {
        var silent = HostVerdicts.Licence(new(Host("a"), new(null, "the server names no licence of this host"), null));
        Assert.Equal(CheckState.Unknown, HostFindings.Of([silent]).State);
        var finding = HostFindings.Of([HostVerdicts.Licence(new(Host("a"), new(true, "Plus"), null)), HostVerdicts.Licence(new(Host("b"), new(false, "Standard"), null))]);
        Assert.Equal((CheckState.Broken, "govc license.assign -host b LICENCE-KEY"), (finding.State, finding.Repair));
    }

    [Fact]
    public void A_host_without_the_option_is_a_break_where_the_machine_is_and_a_limit_elsewhere()
    {
        HostVerdict Option(string host, bool? isOffered, params string[] directions) =>
            HostVerdicts.Option(new(Host(host), new(Host(host), isOffered, directions, "serial ports take no network backing there"), null), "vmx-19", ["server"], "web");
        var (with, without) = (Option("a", true, "client", "server"), Option("b", false));
        Assert.Equal("govc vm.upgrade -vm web", OptionCheck.Decide([without], "b", "web").Repair);
        Assert.Equal("govc vm.migrate -host a web", OptionCheck.Decide([without, with], "b", "web").Repair);
        var movable = OptionCheck.Decide([with, without], "a", "web");
        Assert.Equal(CheckState.Ok, movable.State);
        Assert.EndsWith("but not by b: it cannot move there", movable.Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckState.Broken, OptionCheck.Decide([Option("a", true, "client")], "a", "web").State);
        Assert.Equal(CheckState.Unknown, OptionCheck.Decide([Option("a", null)], "a", "web").State);
    }

    [Fact]
    public void Repairs_are_single_commands()
    {
        RejectedDescription astray = new() { At = Now, Source = "10.0.0.2", Reason = "console-port", Detail = "A machine." };
        string?[] repairs =
        [
            ExpiryCheck.Decide(Now, Now).Repair,
            PeersCheck.Decide([astray], [], Server, Now).Repair,
            PeersCheck.Decide([astray with { Reason = "service-uri" }], [], Server, Now).Repair,
            ClockCheck.Decide(Now, [("vSphere", Now.AddMinutes(1))]).Repair,
            IdentityCheck.Decide([], Server with { Guard = "enforce" }, Now).Repair,
            IdentityCheck.Decide([new() { Id = "q1", State = "quarantined", Port = "p", Uuid = "u", Source = "10.0.0.1", Reason = "other-host", Detail = "d" }], Server with { Guard = "enforce" }, Now).Repair,
        ];
        Assert.All(repairs, repair => Assert.DoesNotMatch("[;,]", repair!));
        Assert.Equal("portside quarantine ls", repairs[^1]);
    }

    [Fact]
    public void A_guest_that_spoke_before_its_connection_only_is_not_known_to_speak()
    {
        PortDescription port = new() { Id = "p", Uuid = "u", State = "connected", BytesFromMachine = 5, ConnectedSince = Now.AddMinutes(-3), LastByteAt = Now.AddMinutes(-4) };
        Assert.Equal(
            Finding.Unknown("nothing since this connection began, 3m ago, by a start, a vMotion or the concentrator's restart; the last byte before it 4m ago"), OutputCheck.Decide(port, Now));
        Assert.Equal(Finding.Unknown("not a byte so far; connected 3m ago"), OutputCheck.Decide(port with { LastByteAt = null, BytesFromMachine = 0 }, Now));
        Assert.Equal(Finding.Ok("5 B since the concentrator started; the last byte just now"), OutputCheck.Decide(port with { LastByteAt = Now }, Now));

        var advice = GuestAdvice.For("ubuntu64Guest", 0);
        var silent = GuestCheck.Decide(speaks: false, spoke: true, answered: null, advice);
        Assert.Equal(CheckState.Unknown, silent.State);
        Assert.StartsWith("it said nothing since this connection began", silent.Evidence, StringComparison.Ordinal);
        var broken = GuestCheck.Decide(speaks: false, spoke: true, answered: false, advice);
        Assert.Equal((CheckState.Broken, advice.ListenCommand), (broken.State, broken.Repair));
        Assert.Contains("serial-getty@ttyS0", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("console=ttyS0", broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_let_in_is_left_to_a_person_and_who_only_waits_is_no_break()
    {
        QuarantinedDescription held = new() { Id = "q1", Since = Now.AddSeconds(-5), State = "quarantined", Port = "p", Uuid = "u", Source = "10.0.0.1:1", Reason = "other-host", Detail = "d" };
        var server = Server with { Guard = "enforce", VSphere = new() { Url = "https://vcenter.example/sdk", State = "following", Machines = 1 } };
        var broken = IdentityCheck.Decide([held], server, Now);
        Assert.Equal("portside quarantine ls", broken.Repair);
        Assert.StartsWith("1 connection is quarantined", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("'portside quarantine admit q1' lets it in, 'portside quarantine drop q1' closes it", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal(
            Finding.Ok("vsphere.guard is enforce, 1 machine is known, nobody is quarantined; 1 connection waits for vSphere to agree, vsphere.guardWait at most, the first, q1, for 5s"),
            IdentityCheck.Decide([held with { State = "waiting" }], server, Now));

        // A password that is refused is mended where it is kept, and not by another login.
        var refused = server with { VSphere = new() { Url = "https://vcenter.example/sdk", State = "refused", Next = "the password's place" } };
        Assert.Equal("the password's place", IdentityCheck.Decide([], refused, Now).Repair);
    }

    [Fact]
    public void A_port_that_does_not_connect_at_the_start_may_be_meant_so()
    {
        var finding = ConnectionCheck.Decide(isConnected: false, startsConnected: false, "untried", canAsk: true, "web --port 9001");
        Assert.Equal((CheckState.Broken, "portside port connect web --port 9001"), (finding.State, finding.Repair));
        Assert.Contains("it is set not to connect at power-on", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal("the device is disconnected", ConnectionCheck.Decide(false, true, "untried", true, "web").Evidence);
    }

    [Theory]
    [InlineData("disconnected", "govc host.reconnect -host esx1")]
    [InlineData("notResponding", "govc host.reconnect -host esx1")]
    [InlineData("orphaned", "govc vm.info web")]
    public void A_host_that_vCenter_lost_is_to_be_connected_again(string state, string repair)
    {
        InventoryMachine machine = new() { Reference = new("VirtualMachine", "vm-1"), Name = "web", Path = "/web", ConnectionState = state, PowerState = "poweredOn", HostName = "esx1" };
        Assert.Equal((CheckState.Broken, repair), (PowerCheck.Decide(machine, "web", "ensure").State, PowerCheck.Decide(machine, "web", "ensure").Repair));
    }

    [Fact]
    public void A_refusal_is_a_machines_own_by_what_it_asked_for_or_whence_it_came()
    {
        RejectedDescription[] all =
        [
            new() { Source = "10.0.0.9", Reason = "tls-failed", Detail = "." },
            new() { Source = "10.0.0.1", Reason = "service-uri", Detail = ".", ServiceUri = "typo", Direction = "server" },
        ];
        Assert.Same(all[1], RejectionMatch.Find("typo", "server", all, ["10.0.0.1"]));
        Assert.Same(all[0], RejectionMatch.Find("vSPC.py", "server", all, ["10.0.0.9"]));
        Assert.Null(RejectionMatch.Find("vSPC.py", "server", all, ["10.0.0.3"]));

        // What the concentrator offers to nobody it refuses to everybody; what it refuses to one host says nothing of another's machines.
        Assert.Same(all[1], RejectionMatch.Find("typo", "server", all, ["10.0.0.3"]));
        RejectedDescription foreign = new() { Source = "10.0.0.1", Reason = "tls-required", Detail = ".", ServiceUri = "vSPC.py", Direction = "server" };
        Assert.Null(RejectionMatch.Find("vSPC.py", "server", [foreign], ["10.0.0.3"]));
        Assert.Same(foreign, RejectionMatch.Find("vSPC.py", "server", [foreign], []));
        Assert.Null(RejectionMatch.Find(null, null, [foreign, .. all], []));
    }

    [Theory]
    [InlineData(50000, true)]
    [InlineData(50099, true)]
    [InlineData(50100, false)]
    public void A_port_for_people_is_known_by_its_range(int port, bool isConsole) => Assert.Equal(isConsole, ProxyCheck.IsConsole(Server.ConsoleTelnet, port));

    [Fact]
    public void The_least_certain_of_several_ports_counts_unless_one_is_broken()
    {
        Assert.Equal(CheckState.Unknown, Finding.OfAll([("a", Finding.Ok("x")), ("b", Finding.Unknown("y"))]).State);
        var broken = Finding.OfAll([("a", Finding.Ok("x")), ("b", Finding.Broken("y", "z"))]);
        Assert.Equal(("b: y", "z"), (broken.Evidence, broken.Repair));
    }

    private static ProxyPlace Elsewhere { get; } = new("consoles.example", []);

    private static InventoryHost Host(string name) => new(new("HostSystem", name), name, null, null);

    private static IEnumerable<HostVerdict> Firewall(string host, HostFirewall? firewall, params ProxyPlace[] proxies) =>
        HostVerdicts.Firewall(new(Host(host), firewall, firewall is null ? "no answer" : null), proxies, usesNone: proxies.Length == 0);
}
