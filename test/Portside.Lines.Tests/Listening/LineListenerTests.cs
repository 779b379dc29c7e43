using System.Net;
using Portside.Lines.Listening;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.Lines.Tests.Listening;

public class LineListenerTests
{
    [Fact]
    public async Task The_second_to_ask_for_an_address_is_told_who_holds_it()
    {
        var listeners = LineRig.Listeners();
        await using var first = listeners.Open(NetworkUri.Parse("telnet://127.0.0.1:0"), "port web-1/ttyS0");
        var port = first.Uri.Port;

        foreach (var uri in new[] { $"tcp://127.0.0.1:{port}", $"tcp4://:{port}" })
        {
            var refusal = Assert.Throws<LineListenException>(() => listeners.Open(NetworkUri.Parse(uri), "port web-2/ttyS0"));
            Assert.Equal("port web-1/ttyS0", refusal.Holder);
            Assert.Contains("is held by port web-1/ttyS0", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, port)], listeners.EndPoints);
    }

    [Fact]
    public async Task An_address_given_back_may_be_had_again()
    {
        var listeners = LineRig.Listeners();
        var first = listeners.Open(NetworkUri.Parse("tcp://127.0.0.1:0"), "first");
        var uri = first.Uri;
        await first.DisposeAsync();
        Assert.Empty(listeners.EndPoints);

        await using var second = listeners.Open(uri, "second");

        Assert.Equal(uri.Port, second.EndPoints[0].Port);
    }

    [Fact]
    public void An_address_of_another_program_is_reported_with_how_to_find_it()
    {
        using var other = new LoopbackListener();

        var refusal = Assert.Throws<LineListenException>(
            () => LineRig.Listeners().Open(NetworkUri.Parse($"tcp://127.0.0.1:{other.Port}"), "port"));

        Assert.Null(refusal.Holder);
        Assert.Contains($"ss -ltnp 'sport = :{other.Port}'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:6999", "port 6999 may not be listened on: ports 7000 to 7999 may")]
    [InlineData("tcp://127.0.0.1:0", "port 0 may not be listened on")]
    [InlineData("tcp://127.0.0.2:7000", "address 127.0.0.2 may not be listened on: 127.0.0.1 may")]
    [InlineData("tcp://0.0.0.0:7000", "address 0.0.0.0 may not be listened on")]
    [InlineData("tcp6://:7000", "none of its addresses is of this family")]
    [InlineData("tcp://example.com:7000", "'example.com' is not an address")]
    [InlineData("ssl://127.0.0.1:7000", "wants TLS, and there is no certificate to show")]
    public void Only_what_the_rules_allow_is_listened_on(string uri, string expected)
    {
        var policy = new ListenPolicy { FirstPort = 7000, LastPort = 7999, Addresses = [IPAddress.Loopback] };

        var refusal = Assert.Throws<LineListenException>(() => LineRig.Listeners(policy: policy).Open(NetworkUri.Parse(uri), "port"));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rules_nothing_is_listened_on() =>
        Assert.Contains(
            "no range of ports is set",
            Assert.Throws<LineListenException>(() => LineRig.Listeners(policy: ListenPolicy.Nowhere).Open(NetworkUri.Parse("tcp://:7000"), "port")).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task No_host_stands_for_every_address_that_may_be_taken()
    {
        var policy = ListenPolicy.Everywhere with { Addresses = [IPAddress.Loopback] };
        await using var some = LineRig.Listeners(policy: policy).Open(NetworkUri.Parse("telnet://:0"), "port");
        Assert.Equal([IPAddress.Loopback], some.EndPoints.Select(endPoint => endPoint.Address));

        await using var all = LineRig.Listeners().Open(NetworkUri.Parse("telnet://:0"), "port");
        Assert.Contains(IPAddress.Any, all.EndPoints.Select(endPoint => endPoint.Address));
        Assert.Single(all.EndPoints.Select(endPoint => endPoint.Port).Distinct());
    }

    [Fact]
    public async Task One_remote_at_a_time_and_the_next_when_it_has_gone()
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse("tcp://127.0.0.1:0"), "port");
        var away = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.OnTurnedAway = (_, reason) => away.TrySetResult(reason);
        await using var first = await LineRig.DialAsync(listener, "tcp");
        var accepted = await LineRig.AcceptAsync(listener);

        await using (var second = await LineRig.DialAsync(listener, "tcp"))
            Assert.Equal(0, await second.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
        Assert.Equal("another remote system is connected", await away.Task.WaitAsync(LineRig.Patience));

        await accepted.DisposeAsync();
        await using var third = await LineRig.DialAsync(listener, "tcp");
        await using var next = await LineRig.AcceptAsync(listener);
        Assert.Equal(1, listener.Remotes);
        Assert.Equal(1, listener.TurnedAway);
    }

    [Fact]
    public async Task As_many_remotes_as_allowed_may_come()
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse("tcp://127.0.0.1:0"), "port", maxRemotes: 2);
        await using var first = await LineRig.DialAsync(listener, "tcp");
        await using var firstFar = await LineRig.AcceptAsync(listener);
        await using var second = await LineRig.DialAsync(listener, "tcp");
        await using var secondFar = await LineRig.AcceptAsync(listener);

        Assert.Equal(2, listener.Remotes);
    }

    [Fact]
    public async Task Disposing_ends_the_wait_and_closes_who_was_not_taken()
    {
        var listener = LineRig.Listeners().Open(NetworkUri.Parse("tcp://127.0.0.1:0"), "port");
        await using var untaken = await LineRig.DialAsync(listener, "tcp");
        await LineRig.AcceptAsync(listener).ContinueWith(async line => await (await line).DisposeAsync(), TaskScheduler.Default).Unwrap();
        var waiting = listener.AcceptAsync(CancellationToken.None).AsTask();

        await listener.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(LineRig.Patience));
        Assert.Equal(0, await untaken.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
    }
}
