using System.Net;
using System.Net.Sockets;
using System.Text;
using Portside.Concentrator.Links;
using Portside.Concentrator.Remotes;
using Portside.Concentrator.Tests.InMemory;
using Portside.Lines.Dialling;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Remotes;

/// <summary>Service URIs that are dialled and listened for, with real sockets at the far end.</summary>
public sealed class RemoteSystemsTests : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly MemoryConcentrator _concentrator;

    public RemoteSystemsTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _concentrator = new MemoryConcentrator(options =>
        {
            options.Remote.Dial = [DialRule.Parse("127.0.0.0/8")];
            options.Remote.FirstListenPort = 1;
            options.Remote.LastListenPort = 65_535;
            options.Remote.ListenAddresses = [IPAddress.Loopback];
        });
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    private RemoteStatus Remote => Assert.Single(_concentrator.Port.Snapshot().Remotes);

    public async ValueTask DisposeAsync()
    {
        await _concentrator.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task Direction_client_has_the_remote_system_dialled_and_nothing_is_missed_from_the_first_byte()
    {
        var machine = await StartAsync($"tcp://127.0.0.1:{Port}", 'C');
        await machine.SendAsync("\"boot\"");
        using var remote = await _listener.AcceptAsync(Limit());
        Assert.Equal("boot", await ReadAsync(remote, 4));
        await remote.SendAsync("login"u8.ToArray(), Limit());
        await machine.ExpectAsync("\"login\"");
        Assert.Equal(RemoteState.Connected, Remote.State);
    }

    [Fact]
    public async Task A_lost_remote_system_is_dialled_again_and_hears_what_was_said_meanwhile()
    {
        var machine = await StartAsync($"tcp://127.0.0.1:{Port}", 'C');
        using (var first = await _listener.AcceptAsync(Limit()))
        {
            await machine.SendAsync("\"one\"");
            Assert.Equal("one", await ReadAsync(first, 3));
        }

        await Until(() => Remote.State == RemoteState.Waiting);
        await machine.SendAsync("\"two\"");
        await _concentrator.Time.PassAsync(_concentrator.Options.Remote.FirstRetry);
        using var second = await _listener.AcceptAsync(Limit());
        Assert.Equal("two", await ReadAsync(second, 3));
        Assert.Equal(2, Remote.Connections);
    }

    [Fact]
    public async Task What_may_not_be_dialled_is_refused_before_the_machine_is_served()
    {
        _concentrator.Options.Remote.Dial = [DialRule.Parse("192.0.2.0/24")];
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(ScriptedMachine.TellUuid() + " | " + ScriptedMachine.DoProxy($"tcp://127.0.0.1:{Port}", 'C'));
        await machine.ExpectAsync(ScriptedMachine.WontProxy);
        Assert.Equal(LinkEnd.Refused, await machine.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("dial-not-allowed", rejection.Reason);
        Assert.Contains("remote.dial", rejection.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _concentrator.Ports.Count);
    }

    [Fact]
    public async Task Direction_server_is_listened_for_where_the_uri_says_and_outlives_the_machine()
    {
        var free = FreePorts.Next();
        var machine = await StartAsync($"tcp://:{free}", 'S');
        Assert.Equal((RemoteState.Listening, $"127.0.0.1:{free}"), (Remote.State, Remote.Address));
        using var remote = await DialAsync(free);
        await Until(() => Remote.State == RemoteState.Connected);
        await machine.SendAsync("\"hello\"");
        Assert.Equal("hello", await ReadAsync(remote, 5));
        await remote.SendAsync("yes"u8.ToArray(), Limit());
        await machine.ExpectAsync("\"yes\"");
        await machine.DisposeAsync();
        await Until(() => !_concentrator.Port.IsAlive);
        Assert.Equal(RemoteState.Connected, Remote.State);
    }

    [Fact]
    public async Task The_second_to_ask_for_an_address_is_refused_and_told_by_whom()
    {
        var free = FreePorts.Next();
        await StartAsync($"tcp://:{free}", 'S');
        var second = _concentrator.Connect();
        await second.OpenAsync();
        await second.SendAsync(ScriptedMachine.TellUuid(new string('7', 32)) + " | " + ScriptedMachine.DoProxy($"tcp://:{free}"));
        await second.ExpectAsync(ScriptedMachine.WontProxy);
        Assert.Equal(LinkEnd.Refused, await second.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("address-taken", rejection.Reason);
        Assert.Contains("vm-00000", rejection.Detail, StringComparison.Ordinal);
        Assert.Same(_concentrator.Port, Assert.Single(_concentrator.Ports.All));
    }

    [Fact]
    public async Task A_port_that_was_served_once_stays_when_its_machine_asks_for_what_cannot_be_had()
    {
        var free = FreePorts.Next();
        await StartAsync($"tcp://:{free}", 'S');
        var other = new string('7', 32);
        var before = await _concentrator.StartAsync(other);
        await before.DisposeAsync();
        var second = _concentrator.Connect();
        await second.OpenAsync();
        await second.SendAsync(ScriptedMachine.TellUuid(other) + " | " + ScriptedMachine.DoProxy($"tcp://:{free}"));
        await second.ExpectAsync(ScriptedMachine.WontProxy);
        Assert.Equal(LinkEnd.Refused, await second.EndAsync());
        Assert.NotNull(_concentrator.Ports.Find(other));
    }

    /// <summary>Too much before TLS: no telnet, and nothing to give up for.</summary>
    [Fact]
    public async Task A_remote_system_that_breaks_its_rules_is_dialled_again()
    {
        await StartAsync($"telnet://127.0.0.1:{Port}#verify", 'C');
        using (var first = await _listener.AcceptAsync(Limit()))
        {
            var flood = new byte[8192];
            (flood[0], flood[1], flood[2]) = (0xFF, 0xFA, 0x25);
            await first.SendAsync(flood, Limit());
            await Until(() => Remote.State != RemoteState.Dialling);
        }

        Assert.Equal(RemoteState.Waiting, Remote.State);
        var accept = _listener.AcceptAsync(Limit()).AsTask();
        await Until(() =>
        {
            _concentrator.Time.Advance(TimeSpan.FromSeconds(1));
            return accept.IsCompleted;
        });
        (await accept).Dispose();
    }

    [Fact]
    public async Task A_password_in_a_service_uri_is_shown_to_nobody()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(ScriptedMachine.TellUuid() + " | " + ScriptedMachine.DoProxy("telnet://root:hunter/2@127.0.0.1:23", 'C'));
        await machine.ExpectAsync(ScriptedMachine.WontProxy);
        await machine.EndAsync();
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("telnet://…@127.0.0.1:23", rejection.ServiceUri);
        Assert.DoesNotContain("hunter", rejection.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Text.Contains("hunter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_that_never_arrived_keeps_no_remote_system()
    {
        var machine = await StartAsync($"tcp://127.0.0.1:{Port}", 'C');
        using var remote = await _listener.AcceptAsync(Limit());
        await Until(() => Remote.State == RemoteState.Connected);
        await machine.BeginAsync();
        machine.Stream.CompleteWrites();
        await machine.EndAsync();
        Assert.Equal(RemoteState.Connected, Remote.State);
        _concentrator.Time.Advance(TimeSpan.FromMinutes(10));
        _concentrator.Ports.TidyMigrations();

        Assert.Equal(0, await remote.ReceiveAsync(new byte[1], Limit()));
        await Until(() => Remote.State == RemoteState.Idle);
    }

    [Fact]
    public async Task A_machine_that_comes_and_goes_while_its_remote_system_takes_nothing_piles_up_no_clients()
    {
        var from = _concentrator.Host();
        var uri = $"tcp://127.0.0.1:{Port}";
        var machine = await StartAsync(uri, 'C', from);
        using var stalled = await _listener.AcceptAsync(Limit());
        await Until(() => Remote.State == RemoteState.Connected);

        // More than two sockets hold: the last words of the first run go on waiting.
        var words = new byte[64 * 1024];
        for (var i = 0; i < 256; i++)
            await machine.Peer.SendAsync(words);
        await machine.SettleAsync();
        for (var i = 0; i < 70; i++)
        {
            machine.Stream.CompleteWrites();
            await machine.EndAsync();
            machine = await StartAsync(uri, 'C', from);
        }

        Assert.InRange(_concentrator.Port.Snapshot().Clients.Count, 1, 2);
    }

    [Fact]
    public async Task What_a_remote_system_calls_itself_does_nothing_to_a_terminal()
    {
        using var authority = TestCertificates.Authority("\u001B[31mowned\u0007");
        using var certificate = TestCertificates.SignedBy(authority, "CN=x", ["x"]);
        await StartAsync($"ssl://127.0.0.1:{Port}#verify", 'C');
        using var remote = await _listener.AcceptAsync(Limit());
        await using var tls = new System.Net.Security.SslStream(new NetworkStream(remote));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsServerAsync(certificate);
            await tls.ReadExactlyAsync(new byte[1], Limit());
        });
        await Until(() => Remote.State == RemoteState.Waiting);

        Assert.Contains("owned", Remote.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Remote.Detail!, char.IsControl);
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Text.Any(char.IsControl));
    }

    [Fact]
    public async Task Who_knocks_at_a_full_address_again_and_again_does_not_fill_the_log()
    {
        var free = FreePorts.Next();
        await StartAsync($"tcp://:{free}", 'S');
        var held = new List<Socket>();
        for (var i = 0; i < 16; i++)
            held.Add(await DialAsync(free));
        await Until(() => _concentrator.Port.Snapshot().Clients.Count == 16);
        for (var i = 0; i < 64; i++)
        {
            using var late = await DialAsync(free);
            Assert.Equal(0, await late.ReceiveAsync(new byte[1], Limit()));
        }

        Assert.InRange(_concentrator.Events.Events.Count(e => e.Id == 711), 1, 7);
        held.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_machine_that_comes_back_with_another_scheme_gets_the_address_it_had()
    {
        var free = FreePorts.Next();
        foreach (var scheme in new[] { "tcp", "telnet", "tcp4", "telnet" })
        {
            var machine = await StartAsync($"{scheme}://:{free}", 'S');
            Assert.Equal((RemoteState.Listening, $"{scheme}://:{free}"), (Remote.State, Remote.Uri));
            await machine.DisposeAsync();
            await Until(() => !_concentrator.Port.IsAlive);
        }

        // And who no longer asks for it gives it back.
        await StartAsync("vSPC.py", 'S');
        Assert.Empty(_concentrator.Port.Snapshot().Remotes);
        await _concentrator.StartAsync(new string('7', 32), $"tcp://:{free}");
    }

    [Fact]
    public async Task A_remote_system_that_never_reads_costs_nobody_but_itself()
    {
        var machine = await StartAsync($"tcp://127.0.0.1:{Port}", 'C');
        using var remote = await _listener.AcceptAsync(Limit());
        var chunk = string.Concat(Enumerable.Repeat("41 42 43 44 ", 4096));
        for (var sent = 0; sent < 1024; sent++)
            await machine.SendAsync(chunk);
        await Until(() => _concentrator.Port.Snapshot().BytesFromMachine == 1024 * 16_384);
        Assert.Equal(RemoteState.Connected, Remote.State);

        // It ends with its machine in bounded time, although its last words can go nowhere.
        await machine.DisposeAsync();
        await Until(() =>
        {
            _concentrator.Time.Advance(TimeSpan.FromSeconds(1));
            return Remote.State == RemoteState.Idle;
        });
        Assert.Empty(_concentrator.Port.Snapshot().Clients);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Patience.Limit).Token;

    private static async Task<Socket> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Limit());
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), Limit());
            Assert.NotEqual(0, more);
            read += more;
        }

        return Encoding.Latin1.GetString(buffer);
    }

    private static async Task Until(Func<bool> condition)
    {
        var limit = Limit();
        while (!condition())
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<ScriptedMachine> StartAsync(string uri, char direction, IPEndPoint? from = null)
    {
        var machine = _concentrator.Connect(from: from);
        await machine.OpenAsync();
        await machine.SendAsync(
            ScriptedMachine.TellUuid() + " | " + ScriptedMachine.TellName("vm-00000") + " | " + ScriptedMachine.DoProxy(uri, direction));
        await machine.ExpectAsync(ScriptedMachine.WillProxy);
        await machine.SettleAsync();
        return machine;
    }
}
