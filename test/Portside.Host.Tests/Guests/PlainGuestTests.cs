using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Guests;

namespace Portside.Host.Tests.Guests;

public class PlainGuestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Echo_returns_every_byte_and_leaves_when_the_line_closes()
    {
        await using var line = new StreamLine();
        var running = new EchoGuest().RunAsync(line, TimeProvider.System, CancellationToken.None);
        byte[] sent = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await line.Person.SendAsync(sent);

        Assert.Equal(sent, await line.Person.ReadAsync(256));
        await line.Person.DisposeAsync();
        Assert.Equal(GuestExit.PowerOff, await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_flood_repeats_its_pattern_across_blocks_and_ignores_input()
    {
        byte[] pattern = [0xFF, 0x00, 0x0D, 0xFF, 0xFF, 0x41, 0x42];
        await using var line = new StreamLine();
        var guest = new FloodGuest(pattern, limit: 100_000);
        _ = guest.RunAsync(line, TimeProvider.System, CancellationToken.None);
        await line.Person.SendTextAsync("stop that");

        var received = await line.Person.ReadAsync(100_000);

        Assert.True(received.Index().All(entry => entry.Item == pattern[entry.Index % pattern.Length]));
        Assert.Equal(100_000, guest.Sent);
    }

    [Fact]
    public async Task A_flood_ends_when_the_machine_is_switched_off()
    {
        await using var line = new StreamLine();
        using var power = new CancellationTokenSource();
        var running = new FloodGuest().RunAsync(line, TimeProvider.System, power.Token);
        await line.Person.ReadAsync(1000);

        await power.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
    }

    [Fact]
    public async Task Numbers_come_at_the_rate_asked_for()
    {
        var time = new FakeTimeProvider();
        await using var line = new StreamLine();
        var guest = new NumbersGuest(new NumbersOptions { RecordsPerSecond = 50 });
        _ = guest.RunAsync(line, time, CancellationToken.None);
        var verifier = new NumberedStreamVerifier(first: 0);

        var started = time.GetUtcNow();
        var reading = line.Person.ReadAsync(17 * 100);
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        verifier.Read(await reading);
        Assert.Equal((100, true), (verifier.Received, verifier.IsClean));
        Assert.True(time.GetUtcNow() - started >= TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task Numbers_wait_for_a_connection_so_that_none_is_said_to_nobody()
    {
        await using var line = new StreamLine(connected: false);
        var guest = new NumbersGuest(new NumbersOptions { RecordsPerSecond = 0, Limit = 1000 });
        _ = guest.RunAsync(line, TimeProvider.System, CancellationToken.None);
        Assert.Equal(0, guest.Counters.Sent);

        line.Connect();

        var verifier = new NumberedStreamVerifier(first: 0);
        verifier.Read(await line.Person.ReadAsync(17_000));
        Assert.Equal((1000, true), (verifier.Received, verifier.IsClean));
        Assert.Equal(1000u, verifier.Expected);
    }

    [Fact]
    public async Task Numbers_judge_what_they_receive()
    {
        await using var line = new StreamLine();
        var guest = new NumbersGuest(new NumbersOptions { Limit = 0, ExpectFromStart = true });
        _ = guest.RunAsync(line, TimeProvider.System, CancellationToken.None);
        var stream = new byte[17 * 6];
        new NumberedStreamWriter().Write(stream);

        await line.Person.SendAsync(stream.AsMemory(0, 17));
        await line.Person.SendAsync(stream.AsMemory(0, 17 * 2)); // 0 again, 1
        await line.Person.SendAsync(stream.AsMemory(17 * 4)); // 2 and 3 are missing
        await line.Person.SendAsync(Encoding.ASCII.GetBytes("garbage\n"));
        while (guest.Counters.Garbled == 0)
            await Task.Yield();

        Assert.Equal(new NumbersCounters(Sent: 0, Received: 5, Lost: 2, Duplicated: 1, Garbled: 1), guest.Counters);
    }
}
