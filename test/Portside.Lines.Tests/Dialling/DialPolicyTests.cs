using System.Net;
using Portside.Lines.Dialling;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.Lines.Tests.Dialling;

public class DialPolicyTests
{
    [Theory]
    [InlineData("*.lab.example:7000-7999", "a.lab.example", "192.0.2.1", 7000, true)]
    [InlineData("*.lab.example:7000-7999", "A.LAB.example.", "192.0.2.1", 7999, true)]
    [InlineData("*.lab.example:7000-7999", "a.lab.example", "192.0.2.1", 8000, false)]
    [InlineData("*.lab.example", "lab.example", "192.0.2.1", 1, false)]
    [InlineData("*.lab.example", "a.lab.example.evil.test", "192.0.2.1", 1, false)]
    [InlineData("*.1", "192.0.2.1", "192.0.2.1", 1, false)]
    [InlineData("*", "192.0.2.1", "192.0.2.1", 1, true)]
    [InlineData("*:23", "anything", "192.0.2.1", 23, true)]
    [InlineData("*", "anything", "127.0.0.1", 23, false)]
    [InlineData("*", "anything", "169.254.169.254", 80, false)]
    [InlineData("*", "anything", "0.0.0.0", 80, false)]
    [InlineData("*", "anything", "224.0.0.1", 80, false)]
    [InlineData("*", "anything", "::1", 80, false)]
    [InlineData("*", "anything", "::", 80, false)]
    [InlineData("*", "anything", "::127.0.0.1", 80, false)]
    [InlineData("*", "anything", "fe80::1", 80, false)]
    [InlineData("*", "anything", "ff02::1", 80, false)]
    [InlineData("*", "anything", "::ffff:127.0.0.1", 80, false)]
    [InlineData("*", "anything", "::ffff:192.0.2.1", 80, true)]
    [InlineData("192.0.2.0/24:23", "host", "192.0.2.255", 23, true)]
    [InlineData("192.0.2.77/24", "host", "192.0.2.1", 23, true)]
    [InlineData("192.0.2.0/24:23", "host", "::ffff:192.0.2.255", 23, true)]
    [InlineData("192.0.2.0/24:23", "host", "192.0.3.0", 23, false)]
    [InlineData("192.0.2.7", "host", "192.0.2.7", 23, true)]
    [InlineData("127.0.0.0/8", "host", "127.0.0.1", 23, true)]
    [InlineData("127.0.0.0/8", "host", "::ffff:127.0.0.1", 23, true)]
    [InlineData("0.0.0.0/0", "host", "::1", 23, false)]
    [InlineData("[2001:db8::]/32:7000", "host", "2001:db8::9", 7000, true)]
    [InlineData("[2001:db8::1]", "host", "2001:db8::1", 7000, true)]
    [InlineData("[2001:db8::1]", "host", "2001:db8::2", 7000, false)]
    public void A_rule_says_what_may_be_dialled(string rule, string host, string address, int port, bool allowed)
    {
        var policy = new DialPolicy { Allow = [DialRule.Parse(rule)] };

        var refusal = policy.Refuse(host, IPAddress.Parse(address), port);

        Assert.Equal(allowed, refusal is null);
    }

    [Fact]
    public void Without_rules_nothing_may_be_dialled() =>
        Assert.Equal(
            "192.0.2.1:23 is not on the list of what may be dialled",
            DialPolicy.Nothing.Refuse("host", IPAddress.Parse("192.0.2.1"), 23));

    [Theory]
    [InlineData("127.0.0.0/8:23", "127.0.0.1", "'127.0.0.0/8:23' allows other ports")]
    [InlineData("192.0.2.0/24:23", "192.0.2.1", "'192.0.2.0/24:23' allows other ports")]
    [InlineData("*:24", "127.0.0.1", "loopback address, which only a rule for its network allows")]
    public void What_keeps_an_address_from_being_dialled_is_told(string rule, string address, string expected) =>
        Assert.Contains(
            expected, new DialPolicy { Allow = [DialRule.Parse(rule)] }.Refuse("host", IPAddress.Parse(address), 24), StringComparison.Ordinal);

    [Fact]
    public void What_is_denied_stays_denied()
    {
        var policy = DialPolicy.Everything with { Deny = [DialRule.Parse("192.0.2.0/25")] };

        Assert.Contains("denied by '192.0.2.0/25'", policy.Refuse("host", IPAddress.Parse("192.0.2.1"), 23), StringComparison.Ordinal);
        Assert.Null(policy.Refuse("host", IPAddress.Parse("192.0.2.200"), 23));
    }

    /// <summary>The system takes an unspecified address for its own loopback address.</summary>
    [Theory]
    [InlineData("0.0.0.0/0", "127.0.0.0/8", "0.0.0.0")]
    [InlineData("[::]/0", "[::1]", "::")]
    [InlineData("[::]/0", "[::1]", "::1%1")]
    public void An_unspecified_address_is_no_way_around_what_is_denied(string allow, string deny, string address)
    {
        var policy = new DialPolicy { Allow = [DialRule.Parse(allow)], Deny = [DialRule.Parse(deny)] };

        Assert.Contains("denied", policy.Refuse("host", IPAddress.Parse(address), 23), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:7001", "127.0.0.1", true)]
    [InlineData("127.0.0.1:7001", "::ffff:127.0.0.1", true)]
    [InlineData("0.0.0.0:7001", "127.0.0.5", true)]
    [InlineData("[::]:7001", "::1", true)]
    [InlineData("[::]:7001", "127.0.0.1", true)]
    [InlineData("127.0.0.1:7001", "0.0.0.0", true)]
    [InlineData("[::1]:7001", "::", true)]
    [InlineData("[::1]:7001", "::1%1", true)]
    [InlineData("[::1]:7001", "::%1", true)]
    [InlineData("0.0.0.0:7001", "192.0.2.1", false)]
    [InlineData("127.0.0.1:7002", "127.0.0.1", false)]
    public void Own_listeners_are_never_dialled(string listener, string address, bool refused)
    {
        var policy = DialPolicy.Everything with { OwnListeners = () => [IPEndPoint.Parse(listener)] };

        var refusal = policy.Refuse("host", IPAddress.Parse(address), 7001);

        Assert.Equal(refused, refusal is not null);
        if (refused)
            Assert.Contains("own listeners", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("host:x", "'x' is not a range of ports")]
    [InlineData("host:0", "'0' is not a range")]
    [InlineData("host:9-8", "'9-8' is not a range")]
    [InlineData("host:1-65536", "not a range")]
    [InlineData("[::1", "does not close it")]
    [InlineData("[::1]/129", "'/129' is not a length")]
    [InlineData("192.0.2.0/33", "'/33' is not a length")]
    [InlineData("192.0.2.256", "'192.0.2.256' is not an address")]
    [InlineData("[192.0.2.1]", "is not an address")]
    [InlineData("host/24", "only addresses have one")]
    [InlineData("ho st", "cannot be part of a host name")]
    [InlineData(":23", "is not an address")]
    public void A_rule_that_is_none_is_quoted(string text, string expected)
    {
        Assert.False(DialRule.TryParse(text, out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("Write it as *.lab.example:7000-7999", error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => DialRule.Parse(text));
    }

    [Fact]
    public async Task A_name_that_resolves_to_a_forbidden_address_is_not_dialled()
    {
        using var listener = new LoopbackListener();
        var dialer = LineRig.Dialer(
            new DialPolicy { Allow = [DialRule.Parse("*.lab.example")] },
            resolve: _ => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("::ffff:127.0.0.1")]));

        var failure = await Assert.ThrowsAsync<DialException>(
            () => dialer.DialAsync(NetworkUri.Parse($"tcp://a.lab.example:{listener.Port}"), CancellationToken.None));

        Assert.Equal(DialFailure.Refused, failure.Failure);
        Assert.Contains($"127.0.0.1:{listener.Port} is a loopback address", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_dialled_is_the_address_checked()
    {
        using var listener = new LoopbackListener();
        var asked = 0;
        var dialer = LineRig.Dialer(
            new DialPolicy { Allow = [DialRule.Parse("127.0.0.1")] },
            resolve: _ => Task.FromResult<IPAddress[]>(asked++ == 0 ? [IPAddress.Parse("192.0.2.1"), IPAddress.Loopback] : [IPAddress.Parse("192.0.2.1")]));

        await using var line = await dialer.DialAsync(NetworkUri.Parse($"tcp://a.lab.example:{listener.Port}"), CancellationToken.None);
        await using var peer = await listener.AcceptAsync();

        // The first answer's forbidden address was passed over, its allowed one taken, and nobody asked again.
        Assert.Equal(1, asked);
        var failure = await Assert.ThrowsAsync<DialException>(
            () => dialer.DialAsync(NetworkUri.Parse($"tcp://a.lab.example:{listener.Port}"), CancellationToken.None));
        Assert.Equal(DialFailure.Refused, failure.Failure);
    }

    [Fact]
    public async Task A_mapped_address_is_dialled_as_what_it_is()
    {
        using var listener = new LoopbackListener();
        var uri = NetworkUri.Parse($"tcp://[::ffff:127.0.0.1]:{listener.Port}");
        await using (var line = await LineRig.Dialer(new DialPolicy { Allow = [DialRule.Parse("127.0.0.1")] }).DialAsync(uri, CancellationToken.None))
            Assert.NotNull(line);

        var failure = await Assert.ThrowsAsync<DialException>(
            () => LineRig.Dialer(new DialPolicy { Allow = [DialRule.Parse("*")] }).DialAsync(uri, CancellationToken.None));
        Assert.Equal(DialFailure.Refused, failure.Failure);
    }

    [Fact]
    public async Task What_cannot_be_dialled_says_why()
    {
        var dialer = LineRig.Dialer(resolve: name => name == "v4" ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : Task.FromResult<IPAddress[]>([]));
        await ExpectAsync("tcp://:7001", DialFailure.NotDialable, "names no host to dial");
        await ExpectAsync("tcp://host:0", DialFailure.NotDialable, "names no port to dial");
        await ExpectAsync("tcp://host:1", DialFailure.Unresolved, "'host' has no address");
        await ExpectAsync("tcp6://v4:1", DialFailure.Unresolved, "'v4' has no IPv6 address");
        await ExpectAsync("tcp://127.0.0.1:1", DialFailure.Unreachable, "tcp://127.0.0.1:1 cannot be reached");
        await ExpectAsync("unix:/nowhere/socket", DialFailure.Unreachable, "unix:/nowhere/socket cannot be reached");
        await ExpectAsync("tty:/nowhere/tty", DialFailure.Unreachable, "/nowhere/tty");
        await ExpectAsync("tty:/dev/null", DialFailure.Unreachable, "/dev/null");

        async Task ExpectAsync(string uri, DialFailure expected, string words)
        {
            var failure = await Assert.ThrowsAsync<DialException>(() => dialer.DialAsync(GivenUri.ParseLine(uri), CancellationToken.None));
            Assert.Equal(expected, failure.Failure);
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_socket_in_the_file_system_is_for_the_administrator_only()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "s");
        using var server = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        server.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        server.Listen();
        var uri = GivenUri.ParseLine($"unix:{path}");

        await using (var line = await LineRig.Dialer().DialAsync(uri, CancellationToken.None))
        {
            using var peer = await server.AcceptAsync().WaitAsync(LineRig.Patience);
            await line.WriteAsync("key"u8.ToArray(), CancellationToken.None);
            var bytes = new byte[3];
            Assert.Equal(3, await peer.ReceiveAsync(bytes).WaitAsync(LineRig.Patience));
            Assert.Equal("key"u8.ToArray(), bytes);
        }

        var failure = await Assert.ThrowsAsync<DialException>(
            () => LineRig.Dialer(new DialPolicy { Allow = [DialRule.Parse("*")] }).DialAsync(uri, CancellationToken.None));
        Assert.Equal(DialFailure.Refused, failure.Failure);
        failure = await Assert.ThrowsAsync<DialException>(
            () => LineRig.Dialer(new DialPolicy { Allow = [DialRule.Parse("*")] }).DialAsync(GivenUri.ParseLine("tty:/dev/ttyS0"), CancellationToken.None));
        Assert.Contains("nothing there is opened for others", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_terminal_device_is_opened_at_the_speed_the_uri_gives()
    {
        using var terminal = new Lines.Terminals.PseudoTerminal();
        await using var line = await LineRig.Dialer().DialAsync(GivenUri.ParseLine($"tty:{terminal.Name}?baud=38400"), CancellationToken.None);

        Assert.Equal(terminal.Name, line.Title);
        Assert.Equal(38_400u, (await line.ApplyAsync(default, CancellationToken.None))?.BaudRate);
    }

    [Fact]
    public async Task A_peer_that_connects_and_says_nothing_of_tls_is_told_from_one_that_does_not_answer()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var listener = new LoopbackListener();
        var dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything, Time = time });
        var telnet = dialer.DialAsync(NetworkUri.Parse($"telnet://127.0.0.1:{listener.Port}#verify"), CancellationToken.None);
        await using var peer = await listener.AcceptPeerAsync();
        await peer.ExpectAsync("FF FB 25");
        time.Advance(TimeSpan.FromSeconds(5));
        var failure = await Assert.ThrowsAsync<DialException>(() => telnet.WaitAsync(LineRig.Patience));
        Assert.Equal(DialFailure.NotVerified, failure.Failure);
        Assert.Contains("did not begin TLS within 5 s", failure.Message, StringComparison.Ordinal);

        var ssl = dialer.DialAsync(NetworkUri.Parse($"ssl://127.0.0.1:{listener.Port}"), CancellationToken.None);
        await using var silent = await listener.AcceptAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        failure = await Assert.ThrowsAsync<DialException>(() => ssl.WaitAsync(LineRig.Patience));
        Assert.Equal(DialFailure.Unreachable, failure.Failure);
        Assert.Contains("within 10 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_says_too_much_before_tls_is_not_reached()
    {
        using var listener = new LoopbackListener();
        var dialling = LineRig.Dialer().DialAsync(NetworkUri.Parse($"telnet://127.0.0.1:{listener.Port}#verify"), CancellationToken.None);
        await using var peer = await listener.AcceptPeerAsync();
        await peer.ExpectAsync("FF FB 25");
        var flood = new byte[8192];
        (flood[0], flood[1], flood[2]) = (0xFF, 0xFA, 0x25);
        await peer.SendAsync(flood);

        var failure = await Assert.ThrowsAsync<DialException>(() => dialling.WaitAsync(LineRig.Patience));

        Assert.Contains("longer than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_rule_can_allow_is_not_even_asked_for()
    {
        var asked = new List<string>();
        var policy = new DialPolicy { Allow = [DialRule.Parse("*.lab.example:7000-7999")] };
        var dialer = LineRig.Dialer(policy, resolve: name =>
        {
            asked.Add(name);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]);
        });

        foreach (var uri in new[] { "tcp://secret.attacker.example:7001", "tcp://vm.lab.example:22" })
        {
            var failure = await Assert.ThrowsAsync<DialException>(() => dialer.CheckAsync(NetworkUri.Parse(uri), CancellationToken.None));
            Assert.Equal(DialFailure.Refused, failure.Failure);
        }

        Assert.Empty(asked);
        await dialer.CheckAsync(NetworkUri.Parse("tcp://vm.lab.example:7001"), CancellationToken.None);
        Assert.Equal(["vm.lab.example"], asked);
    }
}
