using System.Net;
using System.Net.Sockets;
using System.Text;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Hostile;

/// <summary>Whatever comes to the port for machines costs its own connection and nothing else.</summary>
public class HostileTests(BesiegedPortside besieged, ITestOutputHelper output) : IClassFixture<BesiegedPortside>
{
    private PortsideProcess Server => besieged.Server;

    [Fact]
    public async Task A_person_who_comes_to_the_machines_port_is_told_so_in_words()
    {
        await using var person = await RawConsole.ConnectAsync(Server.VmPort);
        await person.SendTextAsync("\r\n");
        var words = Encoding.ASCII.GetString(await person.ReadToEndAsync());
        Assert.Contains("This is where virtual machines connect", words, StringComparison.Ordinal);
        Assert.Contains("portside attach", words, StringComparison.Ordinal);
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Random_bytes_harm_nobody()
    {
        var chance = NewChance();
        await BesiegedPortside.EachAsync(200, 8, async _ =>
        {
            byte[] noise;
            lock (chance)
            {
                noise = new byte[chance.Next(1, 4096)];
                chance.NextBytes(noise);

                // Noise with a meaning now and then goes deeper than noise.
                for (var mark = 0; mark < noise.Length - 3; mark += chance.Next(1, 40))
                    (noise[mark], noise[mark + 1], noise[mark + 2]) = (0xFF, (byte)chance.Next(240, 256), chance.Next(2) == 0 ? (byte)0xE8 : (byte)chance.Next(256));
                if (chance.Next(2) == 0)
                    noise = [.. BesiegedPortside.Opening, .. noise];
            }

            await SendAndLeaveAsync(noise, abort: false);
        });
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task A_machine_that_breaks_off_at_any_byte_of_its_opening_harms_nobody()
    {
        await BesiegedPortside.EachAsync(
            BesiegedPortside.Opening.Length, 8, length => SendAndLeaveAsync(BesiegedPortside.Opening.AsMemory(0, length + 1), abort: length % 2 == 0));
        await besieged.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("FF FB E8 FF FA E8 46", "a service URI")]
    [InlineData("FF FA E8 50", "a UUID nobody asked for")]
    [InlineData("FF FA 18 00", "an option nobody knows")]
    public async Task A_subnegotiation_of_64_MiB_ends_early_and_is_not_kept(string opening, string what)
    {
        output.WriteLine(what);
        await using var attacker = await RawConsole.ConnectAsync(Server.VmPort);
        await attacker.SendAsync(opening);
        var block = new byte[1024 * 1024];
        var sent = 0;
        try
        {
            for (; sent < 64; sent++)
                await attacker.SendAsync(block);
        }
        catch (IOException)
        {
            // Cut off, as it should be.
        }

        Assert.True(sent < 64, "all of it was taken");
        await attacker.ReadToEndAsync();
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Serial_data_without_an_identity_is_taken_up_to_a_bound()
    {
        await using var attacker = await RawConsole.ConnectAsync(Server.VmPort);
        await attacker.SendAsync("FF FB E8");
        var block = new byte[1024 * 1024];

        // The good-bye takes a moment, in which what comes is thrown away.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await attacker.SendAsync(block);
        });
        Assert.Contains(
            (await Server.GetAsync("/v1/rejected")).EnumerateArray(),
            attempt => attempt.GetProperty("reason").GetString() == "data-before-identity");
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Peers_that_say_nothing_or_next_to_nothing_are_let_go_at_the_deadline()
    {
        var peers = new List<ScriptedPeer>();
        byte[][] words = [[], [0xFF], [0xFF, 0xFB], [0xFF, 0xFB, 0xE8], [0xFF, 0xFB, 0x25], [0x16], [0x16, 0x03, 0x01, 0x02, 0x00], BesiegedPortside.Opening[..^14]];
        for (var peer = 0; peer < 160; peer++)
        {
            peers.Add(await RawConsole.ConnectAsync(Server.VmPort));
            if (words[peer % words.Length] is { Length: > 0 } some)
                await peers[^1].SendAsync(some);
        }

        foreach (var peer in peers)
        {
            await peer.ReadToEndAsync();
            await peer.DisposeAsync();
        }

        var reasons = (await Server.GetAsync("/v1/rejected")).EnumerateArray().Select(r => r.GetProperty("reason").GetString()).ToList();
        Assert.Contains("identity-timeout", reasons);
        Assert.Contains("not-a-machine", reasons);
        Assert.Contains("tls-failed", reasons);
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Nonsense_in_the_shape_of_TLS_harms_nobody()
    {
        var chance = NewChance();
        await BesiegedPortside.EachAsync(60, 8, async number =>
        {
            byte[] noise = new byte[number % 3 == 0 ? 70_000 : 600];
            lock (chance)
                chance.NextBytes(noise);
            byte[] record = number % 2 == 0 ? [0x16, 0x03, 0x01, 0xFF, 0xFF] : [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03];
            await SendAndLeaveAsync((byte[])[.. record, .. noise], abort: false);
        });
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Thousands_of_connections_that_come_and_go_leave_nothing_behind()
    {
        await besieged.StormAsync();
        await besieged.AssertUnharmedAsync();
    }

    [Fact]
    public async Task A_client_port_takes_the_same_nonsense()
    {
        var port = await Server.TelnetPortAsync("healthy");
        var chance = NewChance();
        await BesiegedPortside.EachAsync(100, 8, async _ =>
        {
            byte[] noise;
            lock (chance)
            {
                noise = new byte[chance.Next(1, 200)];

                // Options and subnegotiations, cut anywhere, but nothing that would be typed.
                for (var at = 0; at + 3 <= noise.Length; at += 3)
                    (noise[at], noise[at + 1], noise[at + 2]) = (0xFF, (byte)chance.Next(251, 255), (byte)chance.Next(256));
                noise = noise[..(noise.Length / 3 * 3)];
                if (chance.Next(2) == 0)
                    noise = [.. noise, 0xFF, 0xFA, 0x1F, 0x00];
            }

            await using var client = await RawConsole.ConnectAsync(port);
            if (noise.Length > 0)
                await client.SendAsync(noise);
        });
        await Server.WaitForPortAsync("healthy", p => p.GetProperty("clients").GetInt32() == 1);
        await besieged.AssertUnharmedAsync();
    }

    /// <summary>Sends, says that this is all, and takes whatever comes until the server has had enough.</summary>
    private async Task SendAndLeaveAsync(ReadOnlyMemory<byte> bytes, bool abort)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Patience.Limit);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Server.VmPort, limit.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(bytes, limit.Token);
            if (abort)
            {
                socket.LingerState = new LingerOption(true, 0);
                return;
            }

            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // A reset is an answer too.
        }
    }

    private Random NewChance()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        return new Random(seed);
    }
}
