using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Api;
using Portside.Host.Inventory;

namespace Portside.Host.Tests.Api;

public sealed class LoginGateTests
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new();
    private readonly LoginGate _gate;

    public LoginGateTests() => _gate = new LoginGate([new HostUser("u", "p")], burst: 3, perSecond: 2, _time);

    [Fact]
    public async Task Right_passwords_never_wait_for_each_other()
    {
        for (var i = 0; i < 100; i++)
            Assert.NotNull(await Check("p"));
    }

    [Fact]
    public async Task Wrong_passwords_beyond_the_burst_are_answered_two_a_second()
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await Check("x"));
        var fourth = Check("x").AsTask();
        var fifth = Check("x").AsTask();
        Assert.False(fourth.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(await fourth.WaitAsync(TestServer.Limit));
        Assert.False(fifth.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(await fifth.WaitAsync(TestServer.Limit));
    }

    [Fact]
    public async Task The_right_user_gets_in_from_elsewhere_at_once_and_from_there_in_turn()
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await Check("x"));
        Assert.NotNull(await _gate.CheckAsync("U", "p", IPAddress.Parse("192.0.2.2"), default));
        var here = Check("p").AsTask();
        Assert.False(here.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.NotNull(await here.WaitAsync(TestServer.Limit));
    }

    [Fact]
    public async Task Those_who_wait_are_bounded()
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await Check("x"));
        var waiting = Enumerable.Range(0, LoginGate.MaxWaiting).Select(_ => Check("x").AsTask()).ToList();
        await Assert.ThrowsAsync<LoginGateException>(() => Check("x").AsTask());
        _time.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(waiting).WaitAsync(TestServer.Limit);
        Assert.Null(await Check("x"));
    }

    [Fact]
    public async Task A_network_of_IPv6_counts_as_one()
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await _gate.CheckAsync("u", "x", IPAddress.Parse($"2001:db8::{i}"), default));
        Assert.False(_gate.CheckAsync("u", "x", IPAddress.Parse("2001:db8::99"), default).AsTask().IsCompleted);
        Assert.True(_gate.CheckAsync("u", "x", IPAddress.Parse("2001:db8:0:1::1"), default).AsTask().IsCompleted);
    }

    private ValueTask<HostUser?> Check(string password) => _gate.CheckAsync("u", password, Attacker, CancellationToken.None);
}
