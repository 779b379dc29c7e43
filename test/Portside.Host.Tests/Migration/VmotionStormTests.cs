using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Proxies;

namespace Portside.Host.Tests.Migration;

public class VmotionStormTests(ITestOutputHelper output)
{
    private static readonly VmotionFault[] Faults =
    [
        VmotionFault.None, VmotionFault.None, VmotionFault.None, VmotionFault.AbortAfterBegin, VmotionFault.AbortAfterGoAhead,
        VmotionFault.AbortAfterPeer, VmotionFault.AbortAfterPeerOk, VmotionFault.DestinationDiesAfterPeerOk,
        VmotionFault.SourceResumesSilently, VmotionFault.SourceLostAfterGoAhead,
    ];

    [Fact]
    public async Task A_machine_that_moves_and_fails_to_move_all_the_time_loses_and_doubles_nothing()
    {
        const int Moves = 200;
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var chance = new Random(seed);
        using var first = new TinyProxy();
        using var second = new TinyProxy();
        TinyProxy[] proxies = [first, second];
        await using var machine = new VirtualMachine(
            new VirtualMachineOptions
            {
                Name = "wanderer",
                ConnectWait = TimeSpan.FromSeconds(30),
                Ports =
                [
                    .. proxies.Select(proxy => new VirtualSerialPortOptions
                    {
                        ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{proxy.Port}"),
                        Opening = OpeningStyle.LeadAtOnce,
                        Reconnect = ReconnectPolicy.None,
                    }),
                ],
            },
            _ => new NumbersGuest(new NumbersOptions { RecordsPerSecond = 4000, ExpectFromStart = true }));
        await machine.PowerOnAsync();
        Assert.All(machine.Ports, port => Assert.Equal(VirtualSerialPortState.Connected, port.Snapshot.State));

        var completed = 0;
        for (var move = 0; move < Moves; move++)
        {
            var options = new VmotionOptions
            {
                Fault = Faults[chance.Next(Faults.Length)],
                SourceClosesFirst = chance.Next(2) == 0,
                SequenceWithIac = chance.Next(2) == 0,
                HostPause = TimeSpan.FromMilliseconds(chance.Next(3)),
                CompleteDelay = TimeSpan.FromMilliseconds(chance.Next(3)),
            };
            var result = await Vmotion.RunAsync(machine, options).WaitAsync(TimeSpan.FromSeconds(120));
            var expected = options.Fault switch
            {
                VmotionFault.None or VmotionFault.SourceLostAfterGoAhead => VmotionOutcome.Completed,
                VmotionFault.DestinationDiesAfterPeerOk => VmotionOutcome.DestinationFailed,
                _ => VmotionOutcome.Aborted,
            };
            Assert.True(expected == result.Outcome, $"Move {move} ({options.Fault}): {result}");
            completed += result.Outcome == VmotionOutcome.Completed ? 1 : 0;
        }

        // What is under way arrives; then everything sent must have come, once.
        Array.ForEach(proxies, proxy => proxy.StopSpeaking());
        var guests = machine.Guests.Cast<NumbersGuest>().ToArray();
        foreach (var (index, proxy) in proxies.Index())
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (guests[index].Counters.Received < proxy.Counters.Sent && guests[index].Counters.Garbled == 0)
                await Task.Delay(10, patience.Token);
            var mark = guests[index].Counters.Sent;
            while (proxy.Counters.Received.Received < mark)
                await Task.Delay(10, patience.Token);

            var toMachine = guests[index].Counters;
            Assert.Equal((proxy.Counters.Sent, 0, 0, 0), (toMachine.Received, toMachine.Lost, toMachine.Duplicated, toMachine.Garbled));
            Assert.True(proxy.Counters.Received.IsClean);
            Assert.Equal((0, completed), (machine.Ports[index].Snapshot.BytesLate, machine.Ports[index].Snapshot.Migrations));
            output.WriteLine($"Port {index}: {mark} records out, {toMachine.Received} in, {completed} of {Moves} moves completed");
        }
    }
}
