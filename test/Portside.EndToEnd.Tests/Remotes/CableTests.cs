using System.Text.Json;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>Cables between machines, through the real program.</summary>
public sealed class CableTests(ITestOutputHelper output)
{
    /// <summary>With its number a record has 64 bytes, so that 4096 of them are 256 KiB.</summary>
    private const int RecordBytes = 64;
    private const int RecordsPerSecond = 4096;
    private const int Seconds = 4;

    [Fact]
    public async Task Two_cables_lose_and_double_nothing_at_256_KiB_a_second_each_way_while_all_machines_move()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        var padding = RecordBytes - new NumberedStreamWriter(0).RecordLength;
        var options = new NumbersOptions
        {
            RecordsPerSecond = RecordsPerSecond,
            Padding = padding,
            Limit = RecordsPerSecond * Seconds,
            ExpectFromStart = true,
        };
        var guests = Enumerable.Range(0, 4).Select(_ => new GatedGuest(new NumbersGuest(options))).ToArray();
        var machines = new List<VirtualMachine>();
        try
        {
            for (var i = 0; i < guests.Length; i++)
                machines.Add(await Machine.StartAsync(server, $"end-{i}", guests[i], port => port with { ServiceUri = $"cable:pair-{i / 2}" }));
            await server.WaitForAsync("/v1/cables", cables => cables.GetArrayLength() == 2
                && cables.EnumerateArray().All(cable => cable.GetProperty("joined").GetBoolean()));
            foreach (var guest in guests)
                guest.Open();

            var moves = 0;
            await Task.WhenAll(machines.Select((machine, i) => MoveAsync(machine, guests[i ^ 1].Inner, guests[i].Inner)));
            await Patience.PollAsync(() => guests.All(guest => IsDone(guest.Inner)), () => $"all to arrive: {Story()}");

            output.WriteLine($"{moves} moves; {Story()}");
            Assert.All(guests, guest => Assert.Equal(
                new NumbersCounters(RecordsPerSecond * Seconds, RecordsPerSecond * Seconds, 0, 0, 0), guest.Inner.Counters));
            Assert.True(moves >= 2 * machines.Count, $"{moves} moves");
            foreach (var cable in (await server.GetAsync("/v1/cables")).EnumerateArray())
            {
                Assert.Equal(0, cable.GetProperty("missed").GetInt64());
                Assert.Equal(RecordBytes * RecordsPerSecond * Seconds, cable.GetProperty("bytesToB").GetInt64());
                Assert.Equal(RecordBytes * RecordsPerSecond * Seconds, cable.GetProperty("bytesToA").GetInt64());
            }

            async Task MoveAsync(VirtualMachine machine, NumbersGuest peer, NumbersGuest own)
            {
                // As long as something flows; and twice in any case, should it all have been faster than that.
                for (var turn = 0; turn < 2 || !IsDone(peer) || !IsDone(own); turn++)
                {
                    var result = await Machine.MoveAsync(machine);
                    Assert.True(result.Outcome == VmotionOutcome.Completed, $"{machine.Name}: {result}");
                    Interlocked.Increment(ref moves);
                    if (own.Counters is not { Lost: 0, Garbled: 0 })
                        return;
                }
            }
        }
        finally
        {
            foreach (var machine in machines)
                await machine.DisposeAsync();
        }

        await server.StopAsync();

        string Story() => string.Join("; ", guests.Select(guest => guest.Inner.Counters));

        static bool IsDone(NumbersGuest guest) => guest.Counters.Received >= RecordsPerSecond * Seconds;
    }

    [Fact]
    public async Task A_cable_outlives_the_server_and_its_machines_are_joined_again()
    {
        using var directory = new TemporaryDirectory();
        var server = await PortsideProcess.StartAsync(directory["state"]);
        var (a, b) = (new ScriptedGuest(), new ScriptedGuest());
        await using var one = await Machine.StartAsync(server, "one", a);
        await using var other = await Machine.StartAsync(server, "other", b);
        var added = (await server.RunAsync("cable", "add", "lab", "one", "other", "-o", "json")).Json;
        Assert.True(added.GetProperty("joined").GetBoolean(), added.ToString());
        Assert.Equal(4, (await server.RunAsync("cable", "add", "lab2", "one", "other")).ExitCode);
        Assert.Equal(3, (await server.RunAsync("cable", "add", "lab2", "nobody", "other")).ExitCode);
        Assert.Equal(2, (await server.RunAsync("cable", "add", "lab 2", "one", "other")).ExitCode);
        await a.SayAsync("before");
        await b.Received.ExpectAsync("before");

        await server.StopAsync();
        await server.DisposeAsync();
        await using var next = await PortsideProcess.StartAsync(server.Setup);
        await next.WaitForPortAsync("one");
        await next.WaitForPortAsync("other");
        await next.WaitForAsync("/v1/cables", cables => cables[0].GetProperty("joined").GetBoolean());
        await b.SayAsync("after");
        await a.Received.ExpectAsync("after");

        // Whoever watches one end sees what that machine says, and what it hears as far as it echoes.
        await using var tap = await PlainConsole.AttachAsync(next, "one", "mode=read-only");
        await a.SayAsync("tapped");
        await tap.Heard.ExpectAsync("tapped");
        await b.Received.ExpectAsync("tapped");

        Assert.Contains("one", (await next.RunAsync("cable", "ls")).Succeeded().Output, StringComparison.Ordinal);
        (await next.RunAsync("cable", "rm", "lab")).Succeeded();
        Assert.Equal(3, (await next.RunAsync("cable", "rm", "lab")).ExitCode);
        Assert.Equal(JsonValueKind.Array, (await next.RunAsync("cable", "ls", "-o", "json")).Json.ValueKind);
        await next.StopAsync();
    }

    [Fact]
    public async Task A_cable_to_a_line_outside_carries_bytes_both_ways_and_counts_them()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var socat = ChildProcess.Start(Tool.Path("socat", "socat"), ["-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "STDIO"]);
        await socat.Error.WaitForAsync("listening on ");
        var port = (await socat.Error.WaitForAsync("\n")).Trim().Split(':')[^1];
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(server, "lined", guest);

        (await server.RunAsync("cable", "add", "out", "lined", $"tcp://127.0.0.1:{port}")).Succeeded();
        await EveryByte.ExchangeAsync(guest, bytes => socat.WriteAsync(bytes), socat.Output.ReadAsync);

        var cable = await server.WaitForAsync("/v1/cables", cables => cables[0].GetProperty("bytesToA").GetInt64() == EveryByte.Bytes.Length + 3);
        Assert.Equal(EveryByte.Bytes.Length + 3, cable[0].GetProperty("bytesToB").GetInt64());
        Assert.Equal(2, (await server.RunAsync("cable", "add", "bad", "lined", "tcp://127.0.0.1:1", "--delay", "1s")).ExitCode);
        await server.StopAsync();
    }

    /// <summary>A guest that begins when all are there: what is said into a cable without another end is said to nobody.</summary>
    private sealed class GatedGuest(NumbersGuest inner) : IGuest
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public NumbersGuest Inner => inner;

        public void Open() => _open.TrySetResult();

        public async Task<GuestExit> RunAsync(Portside.Host.Ports.ISerialLine line, TimeProvider time, CancellationToken cancellation)
        {
            await _open.Task.WaitAsync(cancellation);
            return await inner.RunAsync(line, time, cancellation);
        }
    }
}
