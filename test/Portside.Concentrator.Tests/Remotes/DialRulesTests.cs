using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Links;
using Portside.Concentrator.Remotes;
using Portside.Concentrator.Tests.InMemory;
using Portside.Lines.Dialling;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Remotes;

/// <summary>What a machine may have dialled, asked of a whole concentrator: names, addresses in disguise, own listeners, changes of mind.</summary>
public sealed class DialRulesTests : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly MemoryConcentrator _concentrator;
    private IPAddress[] _addresses = [];

    public DialRulesTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _concentrator = new MemoryConcentrator(
            options =>
            {
                options.Remote.Resolve = (_, _) => Task.FromResult(Volatile.Read(ref _addresses));
                (options.Remote.LastListenPort, options.Remote.ListenAddresses) = (65_535, [IPAddress.Loopback]);
            },
            ownListeners: () => [new IPEndPoint(IPAddress.Loopback, Port)]);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await _concentrator.DisposeAsync();
        _listener.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("0.0.0.0")]
    public async Task A_name_that_is_allowed_does_not_reach_what_its_DNS_should_not_point_at(string address)
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("*.lab.example")];
        Volatile.Write(ref _addresses, [IPAddress.Parse(address)]);
        await RefusedAsync("tcp://console.lab.example:4001", "only a rule for its network allows");
    }

    [Theory]
    [InlineData("tcp://192.0.2.7:4001")]
    [InlineData("tcp://[::ffff:192.0.2.7]:4001")]
    [InlineData("tcp://other.example:4001")]
    [InlineData("tcp://console.lab.example:23")]
    public async Task What_is_not_on_the_list_is_not_dialled_in_whatever_clothes(string uri)
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("198.51.100.0/24"), DialRule.Parse("*.lab.example:4000-4999")];
        Volatile.Write(ref _addresses, [IPAddress.Parse("203.0.113.9")]);
        await RefusedAsync(uri, "is not on the list of what may be dialled");
    }

    [Fact]
    public async Task What_is_denied_is_denied_although_a_wider_rule_allows_it()
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("0.0.0.0/0")];
        _concentrator.Options.Remote.Deny = [DialRule.Parse("192.0.2.0/24")];
        await RefusedAsync("tcp://[::ffff:192.0.2.7]:4001", "is denied by");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    [InlineData("console.lab.example")]
    public async Task The_concentrators_own_listeners_are_never_dialled(string host)
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("0.0.0.0/0"), DialRule.Parse("*")];
        Volatile.Write(ref _addresses, [IPAddress.Loopback]);
        await RefusedAsync($"tcp://{host}:{Port}", "one of this program's own listeners");
    }

    [Fact]
    public async Task Where_it_listens_for_another_machine_is_its_own_too()
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("127.0.0.0/8")];
        await _concentrator.StartAsync(new string('7', 32), $"tcp://127.0.0.1:{FreePorts.Next()}");
        var address = Assert.Single(_concentrator.Ports.Find(new string('7', 32))!.Snapshot().Remotes).Address;
        await RefusedAsync($"tcp://{address}", "one of this program's own listeners");
    }

    [Fact]
    public async Task A_dial_anew_asks_the_rules_anew_when_the_name_has_come_to_mean_something_else()
    {
        using var remote = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        remote.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        remote.Listen();
        _concentrator.Options.Remote.Dial = [DialRule.Parse("127.0.0.1/32"), DialRule.Parse("*.lab.example")];
        Volatile.Write(ref _addresses, [IPAddress.Loopback]);
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(
            ScriptedMachine.TellUuid() + " | " + ScriptedMachine.DoProxy($"tcp://console.lab.example:{((IPEndPoint)remote.LocalEndPoint!).Port}", 'C'));
        await machine.ExpectAsync(ScriptedMachine.WillProxy);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using (await remote.AcceptAsync(limit.Token))
            Volatile.Write(ref _addresses, [IPAddress.Parse("127.0.0.2")]);

        await _concentrator.Time.PassAsync(_concentrator.Options.Remote.FirstRetry);
        await _concentrator.Time.AwaitedAsync(2 * _concentrator.Options.Remote.FirstRetry);

        var now = Assert.Single(_concentrator.Port.Snapshot().Remotes);
        Assert.Equal((RemoteState.Waiting, 1), (now.State, now.Connections));
        Assert.Contains("127.0.0.2", now.Detail, StringComparison.Ordinal);
        Assert.Contains("only a rule for its network allows", now.Detail, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string uri, string words)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(ScriptedMachine.TellUuid() + " | " + ScriptedMachine.DoProxy(uri, 'C'));
        await machine.ExpectAsync(ScriptedMachine.WontProxy);
        Assert.Equal(LinkEnd.Refused, await machine.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("dial-not-allowed", rejection.Reason);
        Assert.Contains(words, rejection.Detail, StringComparison.Ordinal);
    }
}
