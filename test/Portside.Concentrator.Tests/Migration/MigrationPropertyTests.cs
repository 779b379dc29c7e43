using CsCheck;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Migration;

/// <summary>
/// Numbered streams both ways while a machine moves, fails to move, and moves again, in random order, with its bytes
/// cut anywhere and connections that hold little: nothing is lost, doubled or out of order.
/// </summary>
public sealed class MigrationPropertyTests
{
    private enum Step
    {
        Say,
        Move,
        MoveAfterLostDestinations,
        AbortAtOnce,
        AbortAfterPeer,
        ResumeSilently,
        ResumeSilentlyAndMoveAllTheSame,
        BeginTwice,
        ComeAndGo,
    }

    [Fact]
    public Task Whatever_hosts_do_nothing_is_lost_or_doubled() =>
        Gen.Select(Gen.Int, Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 2000]).Array[1, 25]).SampleAsync(
            async (seed, steps) =>
            {
                var random = new Random(seed);
                await using var concentrator = New();
                await using var machine = new RoamingMachine(concentrator, random);
                await machine.StartAsync();
                var reader = concentrator.Attach(concentrator.Port, "reader", ClientMode.ReadOnly);
                var writer = concentrator.Attach(concentrator.Port, "writer");
                using var enough = new CancellationTokenSource();
                var typing = TypeAsync(writer, new Random(seed + 1), enough.Token);
                foreach (var (step, size) in steps)
                    await TakeAsync(step, size, machine, concentrator, random);
                await enough.CancelAsync();
                await FinishAsync(machine, reader, await typing);
            },
            iter: 60);

    [Fact]
    public async Task A_thousand_migrations_in_a_row_lose_and_double_nothing_while_clients_come_and_go()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var concentrator = New();
        await using var machine = new RoamingMachine(concentrator, random);
        await machine.StartAsync();
        var reader = concentrator.Attach(concentrator.Port, "reader", ClientMode.ReadOnly);
        var writer = concentrator.Attach(concentrator.Port, "writer");
        using var enough = new CancellationTokenSource();
        var typing = TypeAsync(writer, new Random(seed + 1), enough.Token);
        for (var i = 0; i < 1000; i++)
        {
            await machine.SayAsync(random.Next(300));
            await TakeAsync(Step.Move, random.Next(200), machine, concentrator, random);
            if (i % 10 == 0)
                await TakeAsync(Step.ComeAndGo, 0, machine, concentrator, random);
        }

        await enough.CancelAsync();
        await FinishAsync(machine, reader, await typing);
        Assert.Equal(1000, concentrator.Port.Snapshot().Migrations);
        Assert.Equal(0, concentrator.Ports.Migrations.Count);
    }

    private static MemoryConcentrator New() => new(
        options =>
        {
            options.Migration.HoldBytes = 3000;
            options.Console.ReplayBytes = 1024;
            options.Console.LagBytes = 16 * 1024 * 1024;
        },
        secrets: SecretSources.Random);

    private static async Task TakeAsync(Step step, int size, RoamingMachine machine, MemoryConcentrator concentrator, Random random)
    {
        switch (step)
        {
            case Step.Say:
                await machine.SayAsync(size);
                break;
            case Step.Move:
                var destination = await machine.PeerAsync(await machine.BeginAsync());
                await machine.CompleteAsync(destination, random.Next(3));
                await machine.SayAsync(size);
                break;
            case Step.MoveAfterLostDestinations:
                var key = await machine.BeginAsync();
                for (var i = size % 3; i >= 0; i--)
                {
                    var lost = await machine.PeerAsync(key);
                    await lost.SendAsync(new byte[10]);
                    lost.Abort();
                    if (i > 0)
                        await lost.Link.Ended.WaitAsync(Patience.Limit);
                }

                await machine.CompleteAsync(await machine.PeerAsync(key), random.Next(3));
                await machine.SayAsync(size);
                break;
            case Step.AbortAtOnce:
                await machine.BeginAsync();
                await machine.ResumeAsync(abort: true);
                break;
            case Step.AbortAfterPeer:
                var unwanted = await machine.PeerAsync(await machine.BeginAsync());
                await unwanted.SendAsync(new byte[size]);
                await machine.ResumeAsync(abort: true);
                await unwanted.Link.Ended.WaitAsync(Patience.Limit);
                break;
            case Step.ResumeSilently:
                await machine.BeginAsync();
                await machine.ResumeAsync(abort: false);
                await machine.SayAsync(size);
                break;
            case Step.ResumeSilentlyAndMoveAllTheSame:
                await machine.BeginAsync();
                await machine.ResumeAsync(abort: false);
                goto case Step.Move;
            case Step.BeginTwice:
                await machine.BeginAsync();
                goto case Step.Move;
            case Step.ComeAndGo:
                var guest = new TestClient("guest");
                concentrator.Port.Attach(guest, ClientMode.ReadOnly, steal: false);
                await machine.SayAsync(size);
                guest.End("left");
                break;
        }
    }

    /// <summary>Types a numbered stream until told to stop.</summary>
    /// <returns>How many bytes.</returns>
    private static async Task<int> TypeAsync(TestClient writer, Random random, CancellationToken enough)
    {
        var position = 0u;
        while (!enough.IsCancellationRequested)
        {
            var part = new byte[random.Next(1, 500)];
            for (var i = 0; i < part.Length; i++)
                part[i] = RoamingMachine.Number(position++);
            await writer.TypeAsync(part);
            await Task.Yield();
        }

        return (int)position;
    }

    private static async Task FinishAsync(RoamingMachine machine, TestClient reader, int typed)
    {
        await machine.HearAsync(typed);
        Assert.Equal(Enumerable.Range(0, typed).Select(i => RoamingMachine.Number((uint)i)), machine.Heard);
        var said = machine.Said;
        Assert.Equal(said, await reader.ReceiveAsync(said.Length));
        Assert.Equal(0, reader.MissedBytes);
    }
}
