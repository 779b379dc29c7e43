using Portside.Host.Machines;
using Portside.Seeding;

namespace Portside.Tests.Seeding;

/// <summary>Seed files: what they say, and every mistake with its place.</summary>
public sealed class HostSeedFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_read_whole()
    {
        var seed = HostSeedFile.Read(
            _directory.Write("seed.yaml", """
                hosts: [esx1.example, esx2.example]
                cluster: C1
                folders: [web/frontends]
                machines:
                  - name: web-{n:00}
                    count: 20
                    folder: web/frontends
                    guest: shell
                    powerOn: yes
                    tags: [stage/prod, "team/web/front"]
                    extraConfig: { serial0.vmotionLimit: 7000 }
                    serialPorts:
                      - proxy: telnet://127.0.0.1:13370
                      - file: "[datastore1] {name}/serial.log"
                        startConnected: false
                      - service: tcp://:7001
                        direction: server
                """),
            out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(["esx1.example", "esx2.example"], seed.Hosts!);
        Assert.Equal("C1", seed.Cluster);
        var machine = Assert.Single(seed.Machines);
        Assert.Equal((20, "web/frontends", "shell", true), (machine.Count, machine.Folder, machine.Guest, machine.PowerOn));
        Assert.Equal("7000", Assert.Single(machine.ExtraConfig).Value);
        Assert.Equal(["stage/prod", "team/web/front"], machine.Tags);
        Assert.Equal(new NetworkBacking("portside", "server", "telnet://127.0.0.1:13370"), machine.SerialPorts[0].Backing);
        Assert.False(machine.SerialPorts[1].StartConnected);
        Assert.Equal(new NetworkBacking("tcp://:7001", "server"), machine.SerialPorts[2].Backing);
    }

    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        HostSeedFile.Read(
            _directory.Write("seed.yaml", """
                host: [a]
                machines:
                  - count: 2000000
                  - name: twice
                    count: 2
                    serialPorts:
                      - proxy: http://127.0.0.1
                      - file: a
                        pipe: b
                      - nonsense
                """),
            out var mistakes);

        Assert.Equal([1L, 3, 3, 4, 7, 8, 10], mistakes.Select(mistake => mistake.Origin.Line));
        Assert.Contains("did you mean hosts?", mistakes[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("{n}", mistakes[3].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hosts: []", "at least one host")]
    [InlineData("hosts: [a, b, A]", "two hosts are called 'a'")]
    [InlineData("hosts: [a, b]\naddresses: { a: 127.0.0.2, b: 127.0.0.2 }", "two hosts have the address 127.0.0.2")]
    [InlineData("hosts: [a, b]\naddresses: { c: 127.0.0.2 }", "there is no host 'c'")]
    [InlineData("addresses: { a: somewhere }", "an address such as")]
    [InlineData("machines: [{ name: \"web-{name}\", count: 2 }]", "write {n}")]
    [InlineData("machines: [{ name: a, tags: [prod] }]", "'prod' is not a tag: CATEGORY/NAME is")]
    [InlineData("hosts: [b, \"a/b\"]", "'a/b' is not a name")]
    [InlineData("folders: [//]", "'//' is not a path of folders")]
    [InlineData("folders: [web/frontends/]", "'web/frontends/' is not a path of folders")]
    [InlineData("addresses: { a: 192.0.2.77 }", "this computer does not have the address 192.0.2.77")]
    [InlineData("machines: [{ name: a }, { name: A }]", "seed.yaml:1:33: a machine 'A' is in this folder already, by line 1")]
    [InlineData("machines: [{ name: \"a{n}\", count: 3, folder: f }, { name: a2, folder: F }, { name: a2 }]", "a machine 'a2' is in this folder already")]
    [InlineData("folders: [f/web]\nmachines: [{ name: web, folder: f }]", "seed.yaml:2:20: a folder is called 'web' where")]
    [InlineData("machines: [{ name: web/a }]", "'web/a' is not a name")]
    [InlineData("machines: [{ name: a, folder: a//b }]", "'a//b' is not a path of folders")]
    [InlineData("machines: [{ name: \"a{n}\", count: 2, uuid: 564d1c2e-0000-0000-0000-000000000001 }]", "2 machines cannot have one uuid")]
    [InlineData("machines: [{ name: a, uuid: 564d1c2e-0000-0000-0000-000000000001 }, { name: b, uuid: 564d1c2e-0000-0000-0000-000000000001 }]", "a machine has this uuid already, by line 1")]
    [InlineData("machines: [{ name: a, extraConfig: { serial0.vmotionLimit: soon } }]", "'soon' is not a whole number above 0, of milliseconds")]
    [InlineData("machines: [{ name: a, extraConfig: { serial3.keepIdle: 0 } }]", "'0' is not a whole number above 0, of seconds")]
    [InlineData("machines: [{ name: a, extraConfig: { portside.fault.nokind: 3 } }]", "there are abort-after-begin, ")]
    [InlineData("machines: [{ name: a, extraConfig: { portside.fault.late-complete: banana } }]", "'banana' makes no sense")]
    [InlineData("machines: [{ name: a, extraConfig: { portside.guest.serial1: nonne } }]", "'nonne' is not a guest")]
    [InlineData("machines: [{ name: a, extraConfig: { a: 1, A: 2 } }]", "'A' is here twice")]
    [InlineData("machines: [{ name: a, guest: \"script:[datastore1] x.yaml\" }]", "without --state DIR its datastore is empty")]
    [InlineData("machines: [{ name: a, serialPorts: [{ file: \"[other] a\" }] }]", "'[other] a' is in no datastore of this host; there is [datastore1]")]
    [InlineData("machines: [{ name: a, serialPorts: [{ file: \"[datastore1] a\" }] }]\ndatastore: ds", "there is [ds]")]
    [InlineData("machines: [{ name: a, serialPorts: [{ pipe: /tmp/a }] }]", "seed.yaml:1:45: pipe: ports have this computer's sockets and devices only with --allow-local-ends")]
    [InlineData("machines: [{ name: a, serialPorts: [{ device: /dev/ttyS0 }] }]", "device: ports have")]
    [InlineData("machines: [{ name: a, serialPorts: [{ proxy: \"http://h:1\" }] }]", "only telnet:// and telnets:// are")]
    public void What_would_make_one_of_many_or_none_is_a_mistake(string text, string mistake)
    {
        HostSeedFile.Read(_directory.Write("seed.yaml", text), out var mistakes);

        Assert.Contains(mistake, Assert.Single(mistakes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_come_in_the_order_of_the_file_and_names_are_listed_once()
    {
        HostSeedFile.Read(
            _directory.Write("seed.yaml", """
                machines:
                  - { name: x, host: c }
                hosts: [a, a]
                """),
            out var mistakes);

        Assert.Equal([2L, 3], mistakes.Select(mistake => mistake.Origin.Line));
        Assert.EndsWith("host: there is no host 'c'; there is a", mistakes[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_ports_than_a_machine_can_have_are_a_mistake()
    {
        var ports = string.Join(", ", Enumerable.Repeat("{ service: portside, proxy: \"telnet://h:1\" }", 33));

        HostSeedFile.Read(_directory.Write("seed.yaml", $"machines: [{{ name: a, serialPorts: [{ports}] }}]"), out var mistakes);

        Assert.Contains("at most 32 serial ports, and here are 33", Assert.Single(mistakes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_command_allows_and_the_datastore_has_is_no_mistake()
    {
        var file = _directory.Write("seed.yaml", """
            machines:
              - name: a{n}
                count: 2
                guest: "script:[datastore1] {name}.yaml"
                host: h1
                serialPorts: [{ pipe: /tmp/a }, { device: /dev/ttyS0 }, { file: "[datastore1] {name}/log" }]
            """);
        var ground = new SeedGround { AllowLocalEnds = true, Hosts = ["h1"], Datastore = Path.GetDirectoryName(file) };
        _directory.Write("a1.yaml", "steps: [{ send: hello }]");

        HostSeedFile.Read(file, out var mistakes, ground);
        Assert.Contains("There is no script '[datastore1] a2.yaml'", Assert.Single(mistakes).ToString(), StringComparison.Ordinal);

        _directory.Write("a2.yaml", "steps: [{ send: hello }]");
        HostSeedFile.Read(file, out mistakes, ground);
        Assert.Empty(mistakes);
    }

    [Theory]
    [InlineData("hosts: [a, b]", "a host by itself is one")]
    [InlineData("folders: [web]", "has no folders")]
    [InlineData("machines: [{ name: a, folder: web }]", "has no folders")]
    [InlineData("machines: [{ name: a, tags: [stage/prod] }]", "has no tags")]
    [InlineData("machines: [{ name: a, host: b }]", "there is localhost.localdomain")]
    public void What_a_host_by_itself_has_not_is_a_mistake(string text, string mistake)
    {
        HostSeedFile.Read(_directory.Write("seed.yaml", text), out var mistakes, new SeedGround { IsVCenter = false, Hosts = ["localhost.localdomain"] });

        Assert.Contains(mistake, Assert.Single(mistakes).ToString(), StringComparison.Ordinal);
    }
}
