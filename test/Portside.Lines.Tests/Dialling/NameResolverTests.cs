using System.Net;
using System.Net.Sockets;
using Portside.Lines.Dialling;

namespace Portside.Lines.Tests.Dialling;

public sealed class NameResolverTests
{
    [Fact]
    public async Task Names_that_take_long_hold_few_threads_and_nobody_waits_longer_than_he_wants()
    {
        var (asked, most) = (0, 0);
        using var go = new ManualResetEventSlim();
        using var full = new CountdownEvent(3);
        var resolver = new NameResolver(3, _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref asked));
            if (!full.IsSet)
                full.Signal();
            go.Wait(LineRig.Patience);
            Interlocked.Decrement(ref asked);
            return [IPAddress.Loopback];
        });
        using var enough = new CancellationTokenSource();

        var impatient = Enumerable.Range(0, 50).Select(i => resolver.ResolveAsync($"host{i}", enough.Token)).ToList();
        Assert.True(full.Wait(LineRig.Patience));
        await enough.CancelAsync();
        foreach (var wait in impatient)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(LineRig.Patience));
        var next = resolver.ResolveAsync("next", CancellationToken.None);
        Assert.Equal(3, Volatile.Read(ref most));
        go.Set();

        Assert.Equal([IPAddress.Loopback], await next.WaitAsync(LineRig.Patience));
        Assert.Equal(3, Volatile.Read(ref most));
    }

    [Fact]
    public async Task A_name_without_an_address_says_so_and_leaves_its_place()
    {
        var resolver = new NameResolver(1, name => name == "none" ? throw new SocketException((int)SocketError.HostNotFound) : [IPAddress.Loopback]);

        await Assert.ThrowsAsync<SocketException>(() => resolver.ResolveAsync("none", CancellationToken.None).WaitAsync(LineRig.Patience));

        Assert.Equal([IPAddress.Loopback], await resolver.ResolveAsync("some", CancellationToken.None).WaitAsync(LineRig.Patience));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
