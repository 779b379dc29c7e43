using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Migration;

/// <summary>The promise: a machine moves, and not one byte is lost or doubled, whichever way it goes.</summary>
public class MigrationProofTests(ITestOutputHelper output)
{
    private const int Padding = 47;

    [Fact]
    public async Task A_thousand_moves_in_a_row_lose_and_double_nothing_while_clients_come_and_go()
    {
        const int Moves = 1000;
        var chance = NewChance();
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var proof = await Proof.StartAsync(server, "wanderer");
        using var over = new CancellationTokenSource();
        var visitors = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => VisitAsync(server, "wanderer", chance.Next(), over.Token)));

        for (var move = 0; move < Moves; move++)
        {
            var options = new VmotionOptions
            {
                SourceClosesFirst = chance.Next(2) == 0,
                SequenceWithIac = chance.Next(2) == 0,
                SequenceLength = chance.Next(1, 9),
                HostPause = TimeSpan.FromMilliseconds(chance.Next(3)),
                CompleteDelay = TimeSpan.FromMilliseconds(chance.Next(3)),
            };
            var result = await Machine.MoveAsync(proof.Machine, options);
            Assert.True(result.Outcome == VmotionOutcome.Completed, $"Move {move}: {result}");
            if (chance.Next(4) == 0)
                await Task.Delay(chance.Next(5));
        }

        await over.CancelAsync();
        await visitors;
        await proof.AssertNothingLostOrDoubledAsync(output);
        Assert.Equal(Moves, (await server.GetAsync("/v1/ports/wanderer")).GetProperty("migrations").GetInt64());
        var metrics = await server.TextAsync("/metrics");
        Assert.Matches($"portside_migrations[^\n]*result=\"completed\"[^\n]* {Moves}[ \n]", metrics);
        await server.StopAsync();
    }

    [Fact]
    public async Task Moves_that_fail_at_any_step_lose_and_double_nothing_either()
    {
        const int Rounds = 8;
        (VmotionOptions Options, VmotionOutcome Outcome)[] moves =
        [
            (new VmotionOptions { Fault = VmotionFault.AbortAfterBegin }, VmotionOutcome.Aborted),
            (new VmotionOptions { Fault = VmotionFault.AbortAfterGoAhead }, VmotionOutcome.Aborted),
            (new VmotionOptions { Fault = VmotionFault.AbortAfterPeer }, VmotionOutcome.Aborted),
            (new VmotionOptions { Fault = VmotionFault.AbortAfterPeerOk }, VmotionOutcome.Aborted),
            (new VmotionOptions { Fault = VmotionFault.DestinationDiesAfterPeerOk }, VmotionOutcome.DestinationFailed),
            (new VmotionOptions { Fault = VmotionFault.SourceResumesSilently }, VmotionOutcome.Aborted),
            (new VmotionOptions { Fault = VmotionFault.SourceLostAfterGoAhead }, VmotionOutcome.Completed),
            (new VmotionOptions { SourceClosesFirst = true, CompleteDelay = TimeSpan.FromMilliseconds(20) }, VmotionOutcome.Completed),
        ];
        var chance = NewChance();
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var proof = await Proof.StartAsync(server, "unlucky");

        // Without a sequence nothing can be found again, so the answer is NOTNOW. It comes first, where no answer to an
        // aborted BEGIN can be taken for it.
        Assert.Equal(VmotionOutcome.NotNow, (await Machine.MoveAsync(proof.Machine, new VmotionOptions { SequenceLength = 0 })).Outcome);
        for (var round = 0; round < Rounds; round++)
        {
            chance.Shuffle(moves);
            foreach (var (options, expected) in moves)
            {
                var result = await Machine.MoveAsync(proof.Machine, options with { HostPause = TimeSpan.FromMilliseconds(chance.Next(4)) });
                Assert.True(expected == result.Outcome, $"{options}: {result}");
            }
        }

        await proof.AssertNothingLostOrDoubledAsync(output);
        Assert.Equal(2 * Rounds, (await server.GetAsync("/v1/ports/unlucky")).GetProperty("migrations").GetInt64());
        await server.StopAsync();
    }

    [Fact]
    public async Task A_machine_lost_on_the_way_is_waited_for_and_then_given_up_loudly()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--set", "migration.timeout=2s");
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(
            server, "lost", guest, port => port with { Reconnect = Portside.Host.Ports.ReconnectPolicy.None });
        await using var person = server.Begin("attach", "lost");
        await person.Error.WaitForAsync("you are read-write");

        var move = await Machine.MoveAsync(machine, new VmotionOptions { Fault = VmotionFault.BothLostAfterGoAhead });
        Assert.Equal(VmotionOutcome.Aborted, move.Outcome);
        await person.WriteAsync("for nobody");
        await person.Error.WaitForAsync("never arrived at its new host");
        Assert.Equal("disconnected", (await server.GetAsync("/v1/ports/lost")).GetProperty("state").GetString());

        // A fresh start is another boot: it gets none of what was typed for the one before.
        machine.Ports[0].Connect();
        await person.Error.WaitForAsync("lost is connected");
        await person.WriteAsync("for the new boot");
        await guest.Received.ExpectAsync("for the new boot");
        await server.StopAsync();
    }

    /// <summary>Attaches and leaves in every way there is, over and over.</summary>
    private static async Task VisitAsync(PortsideProcess server, string port, int seed, CancellationToken over)
    {
        var chance = new Random(seed);
        var telnet = await server.TelnetPortAsync(port);
        string[] modes = ["read-only", "read-write", "read-only-fallback"];
        while (!over.IsCancellationRequested)
        {
            if (chance.Next(2) == 0)
            {
                await using var console = await PlainConsole.AttachAsync(server, port, $"mode={modes[chance.Next(modes.Length)]}&replay={chance.Next(100_000)}");
                await console.Heard.ReadAsync(chance.Next(1, 2000));
            }
            else
            {
                await using var console = await RawConsole.ConnectAsync(telnet);
                if (chance.Next(2) == 0)
                    await console.SendAsync("FF FD 01 FF FD 03 FF FB 1F FF FC 2C FF FA 1F 00 50 00 18 FF F0");
                await console.ReadAsync(chance.Next(1, 2000));
            }
        }
    }

    private Random NewChance()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        return new Random(seed);
    }

    /// <summary>A machine and a program that stream numbers to each other through the server.</summary>
    private sealed class Proof : IAsyncDisposable
    {
        private readonly PortsideProcess _server;
        private readonly NumbersGuest _guest;
        private readonly NumbersClient _program;

        private Proof(PortsideProcess server, VirtualMachine machine, NumbersGuest guest, NumbersClient program) =>
            (_server, Machine, _guest, _program) = (server, machine, guest, program);

        public VirtualMachine Machine { get; }

        private string Story => $"the machine: {_guest.Counters}; the program: {_program.Story}";

        public static async Task<Proof> StartAsync(PortsideProcess server, string name)
        {
            var guest = new NumbersGuest(new NumbersOptions { RecordsPerSecond = 2000, Padding = Padding, ExpectFromStart = true });
            var machine = await Machines.Machine.StartAsync(server, name, guest);
            return new Proof(server, machine, guest, await NumbersClient.StartAsync(server, name, Padding, recordsPerTick: 10));
        }

        public async Task AssertNothingLostOrDoubledAsync(ITestOutputHelper output)
        {
            // Silence would lose nothing either.
            var (spoken, known, told) = (_guest.Counters.Sent, _program.Expected, _guest.Counters.Received);
            await Patience.PollAsync(
                () => _guest.Counters.Sent > spoken && _program.Expected > known && _guest.Counters.Received > told,
                () => $"both to go on. {Story}");

            // What is under way arrives; then everything sent must have come, once.
            await _program.StopSpeakingAsync();
            await Patience.PollAsync(
                () => _guest.Counters.Received >= _program.Sent || _guest.Counters is not { Lost: 0, Garbled: 0 },
                () => $"the machine to hear all. {Story}");
            await Machine.PowerOffAsync();
            var said = _guest.Counters.Sent;
            await Patience.PollAsync(() => _program.Expected >= said || !_program.IsClean, () => $"the program to hear {said} records. {Story}");

            var heard = _guest.Counters;
            output.WriteLine($"From the machine {said} records: {_program.Story}. To the machine {_program.Sent}: {heard}.");
            Assert.Equal((_program.Sent, 0, 0, 0), (heard.Received, heard.Lost, heard.Duplicated, heard.Garbled));
            Assert.True(_program.IsClean, _program.Story);

            // The log saw all of it, from the first byte on.
            var log = new NumberedStreamVerifier(Padding, first: 0);
            log.Read(await _server.BytesAsync($"/v1/ports/{Machine.Name}/log"));
            Assert.True(log.IsClean, $"the log: {log.Lost} lost, {log.Duplicated} doubled, {log.Garbled} garbled");
            Assert.True(log.Received >= said, $"the log has {log.Received} of {said} records");
            Assert.Equal(0, Machine.Ports[0].Snapshot.BytesLate);
        }

        public async ValueTask DisposeAsync()
        {
            await _program.DisposeAsync();
            await Machine.DisposeAsync();
        }
    }
}
