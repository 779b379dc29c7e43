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

        Assert.Equal([1L, 3, 3, 7, 8, 10, 4], mistakes.Select(mistake => mistake.Origin.Line));
        Assert.Contains("did you mean hosts?", mistakes[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("{n}", mistakes[^1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hosts: []", "at least one host")]
    [InlineData("hosts: [a, b, A]", "two hosts are called 'a'")]
    [InlineData("hosts: [a, b]\naddresses: { a: 127.0.0.2, b: 127.0.0.2 }", "two hosts have the address 127.0.0.2")]
    [InlineData("hosts: [a, b]\naddresses: { c: 127.0.0.2 }", "there is no host 'c'")]
    [InlineData("addresses: { a: somewhere }", "an address such as")]
    [InlineData("machines: [{ name: \"web-{name}\", count: 2 }]", "write {n}")]
    [InlineData("machines: [{ name: a, tags: [prod] }]", "'prod' is not a tag: CATEGORY/NAME is")]
    public void What_would_make_one_of_many_or_none_is_a_mistake(string text, string mistake)
    {
        HostSeedFile.Read(_directory.Write("seed.yaml", text), out var mistakes);

        Assert.Contains(mistake, Assert.Single(mistakes).ToString(), StringComparison.Ordinal);
    }
}
