using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>Links that end in any moment: no port is left with a dead one, and nothing else suffers.</summary>
public sealed class LinkBreakTests
{
    private const string Begin = "FF FA E8 28 01 02 FF F0 ";
    private const string Key = "01 02 5E FF FF C3 E7 FF FF FF FF F0 FF FF ";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_machine_may_break_off_after_any_byte(bool reset)
    {
        var all = HexScript.Bytes("FF FB 25 | FF FB E8" + Known1 + DoProxy("vSPC.py") + TellUuid() + TellName("vm") + "41 FF FF 42" + Begin + "43");
        for (var count = 0; count <= all.Length; count++)
        {
            await using var concentrator = new MemoryConcentrator();
            var machine = concentrator.Connect(from: concentrator.Host());
            await machine.Peer.SendAsync(all.AsMemory(0, count));
            await BreakAsync(machine, reset);
            var ports = concentrator.Ports.All.ToArray();
            Assert.All(ports, p => Assert.NotEqual(PortState.Connected, p.Snapshot().State));

            // Whatever state it left behind, the machine can come back.
            var again = await concentrator.StartAsync(from: concentrator.Host());
            Assert.Equal(again.Link.Address, concentrator.Port.Snapshot().Source);
            Assert.Equal(1, concentrator.Ports.Count);
            Assert.Equal(0, concentrator.Ports.Migrations.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_destination_may_break_off_after_any_byte(bool reset)
    {
        var all = HexScript.Bytes("FF FB E8" + Known1 + $"FF FA E8 2C {Key} FF F0" + TellUuid() + "41" + "FF FA E8 2E 01 02 FF F0" + "42");
        for (var count = 0; count <= all.Length; count++)
        {
            await using var concentrator = new MemoryConcentrator();
            var source = await concentrator.StartAsync();
            await source.SendAsync(Begin);
            await source.ExpectAsync($"FF FA E8 29 {Key} FF F0");
            var destination = concentrator.Connect();
            await destination.Peer.SendAsync(all.AsMemory(0, count));
            await BreakAsync(destination, reset);
            var snapshot = concentrator.Port.Snapshot();
            if (snapshot.Migrations == 1)
            {
                Assert.Equal(PortState.Disconnected, snapshot.State);
                continue;
            }

            // It did not arrive: another one may, or the source goes on.
            Assert.Equal((PortState.Migrating, source.Link.Address), (snapshot.State, snapshot.Source));
            Assert.Equal(0, concentrator.Port.Recording.End);
            await source.SendAsync("\"on\"");
            await source.SettleAsync();
            Assert.Equal(PortState.Connected, concentrator.Port.Snapshot().State);
        }
    }

    [Fact]
    public async Task However_many_connect_and_break_at_once_no_dead_link_keeps_a_port()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // Secrets of their own: clones that begin at once would share a key otherwise, and only one of the moves would ever end.
        await using var concentrator = new MemoryConcentrator(secrets: System.Security.Cryptography.RandomNumberGenerator.Fill);
        var client = concentrator.Attach(concentrator.Port);
        var machines = new List<ScriptedMachine>();
        for (var round = 0; round < 150; round++)
        {
            var machine = concentrator.Connect(from: concentrator.Host((byte)random.Next(1, 4)));
            machines.Add(machine);
            await machine.SendAsync("FF FB E8" + Known1 + DoProxy("vSPC.py") + TellUuid() + "\"hello\"" + (random.Next(3) == 0 ? Begin : ""));
            client.Port!.Write(client, [1, 2, 3]);
            if (random.Next(2) == 0)
                machines[random.Next(machines.Count)].Stream.Abort();
            if (random.Next(3) == 0)
                concentrator.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 7)));
            if (random.Next(8) == 0)
                concentrator.Ports.TidyMigrations();
        }

        foreach (var machine in machines)
        {
            // Those that still wait to see who is alive do not read, and so do not see their own end.
            machine.Stream.Abort();
            machine.Link.End(LinkEnd.ConnectionLost);
            await machine.EndAsync();
        }

        Assert.All(concentrator.Ports.All, p => Assert.Null(p.Snapshot().Source));

        // One that is believed to be on its way is not given to whoever comes from anywhere.
        concentrator.Time.Advance(concentrator.Options.Migration.Timeout);
        concentrator.Ports.TidyMigrations();
        var last = await concentrator.StartAsync();
        Assert.Equal(last.Link.Address, concentrator.Port.Snapshot().Source);
        await client.TypeAsync("\"x\"");
        await last.ExpectAsync("\"x\"");
        Assert.Equal(1, concentrator.Figures["portside.links"]);
    }

    private static async Task BreakAsync(ScriptedMachine machine, bool reset)
    {
        if (reset)
            machine.Stream.Abort();
        else
            machine.Stream.CompleteWrites();
        Assert.NotEqual(LinkEnd.Failed, await machine.EndAsync());
    }
}
