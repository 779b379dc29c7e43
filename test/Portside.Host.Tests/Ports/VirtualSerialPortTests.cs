using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Testing;
using static Portside.Host.Tests.Ports.ProxyScripts;

namespace Portside.Host.Tests.Ports;

public class VirtualSerialPortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PairedProxy _proxy = new();

    private VirtualSerialPortOptions Options => MachineProtocolTests.Options with { Connector = _proxy.ConnectAsync };

    [Fact]
    public async Task A_served_port_carries_bytes_both_ways()
    {
        await using var port = new VirtualSerialPort(Options);
        Assert.Equal(VirtualSerialPortState.Untried, port.Snapshot.State);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);

        await port.WriteAsync(HexScript.Bytes("41 00 0D FF"), CancellationToken.None);
        await proxy.ExpectAsync("41 00 0D FF FF");
        await proxy.SendAsync("\"to vm \" FF FF");
        Assert.Equal([.. "to vm "u8, 0xFF], await ReadAsync(port, 7));

        var snapshot = port.Snapshot;
        Assert.Equal((4, 7, 1), (snapshot.BytesOut, snapshot.BytesIn, snapshot.Connections));
        Assert.Equal(18, snapshot.ProxySuboptions!.Count);
        Assert.False(snapshot.ComPort);
        Assert.Null(snapshot.Tls);
    }

    [Fact]
    public async Task What_the_guest_receives_does_not_depend_on_how_the_proxys_bytes_are_cut()
    {
        var script = HexScript.Bytes(
            "FF FE 25 FF FD E8" + BinaryAnswers + Known2 + WillProxy + "31 FF FF 32 FF F1 33 FF FA E8 51 FF F0 34 FF FE 2C 35");
        for (var cut = 1; cut < script.Length; cut++)
        {
            await using var port = new VirtualSerialPort(Options);
            port.Connect();
            await using var proxy = await _proxy.AcceptAsync();
            await proxy.SendAsync(script.AsMemory(0, cut));
            while (((PairedStream)proxy.Stream).Unread > 0)
                await Task.Yield();
            await proxy.SendAsync(script.AsMemory(cut));

            Assert.Equal(HexScript.Bytes("31 FF 32 33 34 35"), await ReadAsync(port, 6));
        }
    }

    [Fact]
    public async Task Every_state_is_announced_in_order()
    {
        await using var port = new VirtualSerialPort(Options with { Reconnect = ReconnectPolicy.None });
        var states = new List<VirtualSerialPortState>();
        var lost = new TaskCompletionSource();
        port.Changed += (_, snapshot) =>
        {
            states.Add(snapshot.State);
            if (snapshot.State == VirtualSerialPortState.Lost)
                lost.TrySetResult();
        };
        port.Connect();
        await using (var proxy = await _proxy.AcceptAsync())
            await proxy.ServeAsync();

        await lost.Task.WaitAsync(Patience);

        Assert.Equal(
            [
                VirtualSerialPortState.Connecting, VirtualSerialPortState.Negotiating, VirtualSerialPortState.Connected,
                VirtualSerialPortState.Lost,
            ],
            states);
        Assert.Equal(LinkEnd.PeerClosed, port.Snapshot.LastEnd);
        Assert.Null(port.Snapshot.NextAttempt);
    }

    [Fact]
    public async Task Without_a_proxy_output_is_thrown_away_and_the_guest_runs_on()
    {
        await using var port = new VirtualSerialPort(Options);

        await port.WriteAsync(new byte[1000], CancellationToken.None).AsTask().WaitAsync(Patience);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await port.WriteAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Patience);

        Assert.Equal(1010, port.Snapshot.BytesDiscarded);
        Assert.Equal(0, port.Snapshot.BytesOut);
    }

    [Fact]
    public async Task Output_that_is_held_goes_out_once_the_proxy_serves()
    {
        await using var port = new VirtualSerialPort(Options with { HoldOutputWhenUnconnected = true });
        var writing = port.WriteAsync("early"u8.ToArray(), CancellationToken.None).AsTask();
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        Assert.False(writing.IsCompleted);
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25 FF FD E8" + WillProxy);

        var said = await proxy.ExpectTextEventuallyAsync("early");

        Assert.Contains("vSPC.py", said, StringComparison.Ordinal);
        await writing.WaitAsync(Patience);
        Assert.Equal(0, port.Snapshot.BytesDiscarded);
    }

    [Fact]
    public async Task A_proxy_that_does_not_read_holds_the_guest_back()
    {
        var narrow = new PairedProxy(capacity: 4096);
        await using var port = new VirtualSerialPort(Options with { Connector = narrow.ConnectAsync });
        port.Connect();
        await using var proxy = await narrow.AcceptAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);

        var output = new byte[1_000_000];
        new Random(1).NextBytes(output);
        var writing = port.WriteAsync(output, CancellationToken.None).AsTask();
        Assert.False(writing.IsCompleted);
        Assert.True(port.Snapshot.BytesOut <= 65_536);

        var escaped = output.Length + output.Count(b => b == 0xFF);
        var received = await proxy.ReadAsync(escaped);
        await writing.WaitAsync(Patience);
        Assert.Equal(output, Unescape(received));
    }

    [Fact]
    public async Task A_guest_that_does_not_read_holds_the_proxy_back_and_loses_nothing()
    {
        var narrow = new PairedProxy(capacity: 1024);
        await using var port = new VirtualSerialPort(Options with { Connector = narrow.ConnectAsync, InputBufferBytes = 8192 });
        port.Connect();
        await using var proxy = await narrow.AcceptAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);
        var input = new byte[200_000];
        for (var i = 0; i < input.Length; i++)
            input[i] = (byte)(i % 251);

        var sending = proxy.SendAsync(input);
        await port.WaitForAsync(_ => true);
        Assert.False(sending.IsCompleted);
        Assert.True(port.Snapshot.BytesIn < 8192 + 32_768 + 1);

        Assert.Equal(input, await ReadAsync(port, input.Length));
        await sending.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_read_of_no_bytes_waits_for_input_and_takes_none()
    {
        await using var port = new VirtualSerialPort(Options);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        var waiting = port.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        await proxy.SendTextAsync("x");

        Assert.Equal(0, await waiting.WaitAsync(Patience));
        Assert.Equal("x"u8.ToArray(), await ReadAsync(port, 1));
    }

    [Fact]
    public async Task Disposing_ends_reads_and_fails_writes()
    {
        var port = new VirtualSerialPort(Options);
        var reading = port.ReadAsync(new byte[1], CancellationToken.None).AsTask();

        await port.DisposeAsync();

        Assert.Equal(0, await reading.WaitAsync(Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => port.WriteAsync(new byte[1], CancellationToken.None).AsTask());
        Assert.Throws<ObjectDisposedException>(port.Connect);
        Assert.Equal(VirtualSerialPortState.Closed, port.Snapshot.State);
    }

    [Fact]
    public async Task Connecting_a_connected_port_closes_it_and_opens_it_anew()
    {
        await using var port = new VirtualSerialPort(Options);
        port.Connect();
        await using var first = await _proxy.AcceptAsync();
        await first.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);

        port.Connect();

        await first.ExpectEndAsync();
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);
        Assert.Equal(2, port.Snapshot.Connections);
    }

    [Fact]
    public async Task Wont_proxy_is_a_refusal_and_is_not_tried_again()
    {
        var time = new FakeTimeProvider();
        await using var port = new VirtualSerialPort(Options, time);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.SendAsync("FF FE 25 FF FD E8 FF FA E8 49 FF F0");

        var snapshot = await Until(port, VirtualSerialPortState.Refused);

        Assert.Equal(LinkEnd.WontProxy, snapshot.LastEnd);
        Assert.Contains("WONT-PROXY", snapshot.LastReason, StringComparison.Ordinal);
        Assert.EndsWith(HexScript.Format(HexScript.Bytes(DoProxy)), HexScript.Format(await proxy.ReadToEndAsync()), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _proxy.Attempts);
        Assert.Null(snapshot.NextAttempt);
    }

    [Fact]
    public async Task A_refusal_is_tried_again_if_the_policy_says_so()
    {
        var time = new FakeTimeProvider();
        await using var port = new VirtualSerialPort(Options with { Reconnect = new() { RetryRefused = true } }, time);
        port.Connect();
        await using (var proxy = await _proxy.AcceptAsync())
            await proxy.SendAsync("FF FE 25 FF FE E8");
        await Until(port, VirtualSerialPortState.Refused);

        time.Advance(TimeSpan.FromSeconds(1));

        await using var again = await _proxy.AcceptAsync();
        await again.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);
    }

    [Fact]
    public async Task A_lost_proxy_is_tried_again_ever_more_seldom_and_at_once_when_asked()
    {
        var time = new FakeTimeProvider();
        _proxy.IsUnreachable = true;
        var policy = new ReconnectPolicy { Jitter = 0 };
        await using var port = new VirtualSerialPort(Options with { Reconnect = policy }, time);
        port.Connect();

        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            var snapshot = await Until(port, VirtualSerialPortState.Lost);
            Assert.Equal(LinkEnd.Unreachable, snapshot.LastEnd);
            Assert.Equal(time.GetUtcNow().AddSeconds(seconds), snapshot.NextAttempt);
            var attempts = _proxy.Attempts;
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(attempts, _proxy.Attempts);
            time.Advance(TimeSpan.FromTicks(1));
            await port.WaitForAsync(_ => _proxy.Attempts == attempts + 1).WaitAsync(Patience);
        }

        await Until(port, VirtualSerialPortState.Lost);
        _proxy.IsUnreachable = false;
        port.Connect();
        await using (var proxy = await _proxy.AcceptAsync())
            await proxy.ServeAsync();

        // After a connection that served, waiting starts anew.
        var lost = await Until(port, VirtualSerialPortState.Lost);
        Assert.Equal(time.GetUtcNow().AddSeconds(1), lost.NextAttempt);
    }

    [Theory]
    [InlineData(0, 0.0, 1.0)]
    [InlineData(0, 1.0, 0.5)]
    [InlineData(3, 0.5, 6.0)]
    [InlineData(100, 0.0, 30.0)]
    [InlineData(100, 1.0, 15.0)]
    public void Waits_grow_to_a_bound_and_leave_half_to_chance(int attempt, double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new ReconnectPolicy().Delay(attempt, chance));

    [Fact]
    public async Task Without_a_policy_a_lost_port_stays_lost()
    {
        var time = new FakeTimeProvider();
        _proxy.IsUnreachable = true;
        await using var port = new VirtualSerialPort(Options with { Reconnect = ReconnectPolicy.None }, time);
        port.Connect();
        await Until(port, VirtualSerialPortState.Lost);

        time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(1, _proxy.Attempts);
    }

    [Fact]
    public async Task A_proxy_that_ignores_authentication_is_led_after_half_a_second()
    {
        var time = new FakeTimeProvider();
        await using var port = new VirtualSerialPort(Options, time);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await Until(port, VirtualSerialPortState.Negotiating);

        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(0, ((PairedStream)proxy.Stream).Available);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await proxy.ExpectAsync("FF FB E8" + BinaryRequests);
    }

    [Fact]
    public async Task A_peer_that_never_serves_is_left_after_the_negotiation_timeout()
    {
        var time = new FakeTimeProvider();
        await using var port = new VirtualSerialPort(Options, time);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await Until(port, VirtualSerialPortState.Negotiating);
        time.Advance(Options.AuthenticationWait);
        time.Advance(Options.NegotiationTimeout);

        var snapshot = await Until(port, VirtualSerialPortState.Lost);

        Assert.Equal(LinkEnd.NegotiationTimedOut, snapshot.LastEnd);
    }

    [Fact]
    public async Task A_proxy_that_does_not_answer_the_dialling_is_given_up()
    {
        var time = new FakeTimeProvider();
        var dialling = new TaskCompletionSource();
        async ValueTask<Stream> Never(VirtualSerialPortOptions options, CancellationToken cancellation)
        {
            var wait = Task.Delay(Timeout.Infinite, cancellation);
            dialling.SetResult();
            await wait;
            return Stream.Null;
        }

        await using var port = new VirtualSerialPort(Options with { Connector = Never, Reconnect = ReconnectPolicy.None }, time);
        port.Connect();
        await dialling.Task.WaitAsync(Patience);
        time.Advance(Options.ConnectTimeout);

        var snapshot = await Until(port, VirtualSerialPortState.Lost);
        Assert.Equal(LinkEnd.Unreachable, snapshot.LastEnd);
        Assert.Contains("within 10 s", snapshot.LastReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_inside_a_command_is_told_as_such()
    {
        await using var port = new VirtualSerialPort(Options);
        port.Connect();
        await using (var proxy = await _proxy.AcceptAsync())
        {
            await proxy.ServeAsync();
            await proxy.SendAsync("31 FF FA E8 29 01");
            Assert.Equal([0x31], await ReadAsync(port, 1));
        }

        var snapshot = await Until(port, VirtualSerialPortState.Lost);
        Assert.Contains("in the middle of a telnet command", snapshot.LastReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_loses_its_connection_goes_on_as_without_one()
    {
        var narrow = new PairedProxy(capacity: 16);
        await using var port = new VirtualSerialPort(Options with { Connector = narrow.ConnectAsync, Reconnect = ReconnectPolicy.None });
        port.Connect();
        var proxy = await narrow.AcceptAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);
        var writing = port.WriteAsync(new byte[1000], CancellationToken.None).AsTask();

        await proxy.DisposeAsync();

        await writing.WaitAsync(Patience);
        await Until(port, VirtualSerialPortState.Lost);
    }

    [Fact]
    public async Task Over_tcp_nothing_is_delayed_and_a_dead_proxy_is_noticed_as_esxi_does()
    {
        using var listener = new LoopbackListener();
        var options = Options with { ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{listener.Port}") };

        await using var stream = (NetworkStream)await TcpConnector.ConnectAsync(options, CancellationToken.None);

        Assert.True(stream.Socket.NoDelay);
        Assert.NotEqual(0, stream.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(300, stream.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(3, stream.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(5, stream.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
    }

    [Fact]
    public async Task Over_tcp_a_silent_proxy_is_driven_through_a_vmotion()
    {
        using var listener = new LoopbackListener();
        await using var port = new VirtualSerialPort(MachineProtocolTests.Options with
        {
            ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{listener.Port}"),
            ServiceUri = "vSPC.py?port=com1",
            Opening = OpeningStyle.LeadWithoutBinary,
        });
        port.Connect();
        const string SilentKnown2 = "FF FA E8 01 00 01 28 29 2B 2C 2D 2E 30 50 51 52 53 46 47 49 FF F0";

        await using var source = await listener.AcceptPeerAsync();
        await source.ExpectAsync("FF FB 25");
        await source.SendAsync("FF FE 25");
        await source.ExpectAsync("FF FB E8");
        await source.SendAsync("FF FD E8" + SilentKnown2);
        await source.ExpectAsync(Known1 + "FF FA E8 46 53 \"vSPC.py?port=com1\" FF F0");
        await source.SendAsync("FF FA E8 47 FF F0 FF FA E8 51 FF F0 FF FA E8 53 FF F0");
        await source.ExpectEventuallyAsync("FF FA E8 52 \"vm-00000\" FF F0");
        await source.SendAsync("FF FE 2C");
        await Until(port, VirtualSerialPortState.Connected);

        var moving = Vmotion.RunAsync([port], new VmotionOptions { SequenceLength = 5, SequenceWithIac = true });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} 01 02 03 04 05 06 07 FF FF FF F0");
        await using var destination = await listener.AcceptPeerAsync();
        await destination.ExpectAsync("FF FB 25");
        await destination.SendAsync("FF FE 25");
        await destination.ExpectAsync("FF FB E8");
        await destination.SendAsync("FF FD E8" + SilentKnown2);
        await destination.ExpectAsync(Known1 + $"FF FA E8 2C {sequence} 01 02 03 04 05 06 07 FF FF FF F0");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0");
        await destination.ExpectEventuallyAsync($"FF FA E8 2E {sequence} FF F0");
        await source.ExpectEndAsync();

        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Over_tcp_what_was_written_arrives_before_the_end_even_if_input_is_unread()
    {
        using var listener = new LoopbackListener();
        await using var port = new VirtualSerialPort(
            MachineProtocolTests.Options with { ProxyUri = ProxyUri.Parse($"telnet://localhost:{listener.Port}") });
        port.Connect();
        await using var proxy = await listener.AcceptPeerAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);
        Assert.Equal(proxy.Stream is NetworkStream network ? network.Socket.RemoteEndPoint : null, Mapped(port.Snapshot.LocalEndPoint));
        var output = new byte[100_000];
        await port.WriteAsync(output, CancellationToken.None);
        await proxy.SendAsync(new byte[50_000]);

        var closing = port.DisconnectAsync();

        Assert.Equal(output, await proxy.ReadToEndAsync());
        await proxy.DisposeAsync();
        await closing.WaitAsync(Patience);
        Assert.Equal(VirtualSerialPortState.Closed, port.Snapshot.State);
    }

    [Fact]
    public async Task Over_tcp_a_reset_is_a_loss()
    {
        using var listener = new LoopbackListener();
        await using var port = new VirtualSerialPort(
            MachineProtocolTests.Options with { ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{listener.Port}") });
        port.Connect();
        var proxy = await listener.AcceptPeerAsync();
        await proxy.ServeAsync();
        await Until(port, VirtualSerialPortState.Connected);

        var socket = ((NetworkStream)proxy.Stream).Socket;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();

        var snapshot = await Until(port, VirtualSerialPortState.Lost);
        Assert.Equal(LinkEnd.Broken, snapshot.LastEnd);
        Assert.NotNull(snapshot.NextAttempt);
    }

    [Fact]
    public async Task Over_tcp_a_port_nobody_listens_on_is_unreachable()
    {
        int free;
        using (var listener = new LoopbackListener())
            free = listener.Port;
        await using var port = new VirtualSerialPort(
            MachineProtocolTests.Options with { ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{free}") });
        port.Connect();

        var snapshot = await Until(port, VirtualSerialPortState.Lost);

        Assert.Equal(LinkEnd.Unreachable, snapshot.LastEnd);
        Assert.Contains($"127.0.0.1:{free} cannot be reached", snapshot.LastReason, StringComparison.Ordinal);
    }

    private static System.Net.EndPoint? Mapped(System.Net.EndPoint? endPoint) =>
        endPoint is System.Net.IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
            ? new System.Net.IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
            : endPoint;

    private static Task<VirtualSerialPortSnapshot> Until(VirtualSerialPort port, VirtualSerialPortState state) =>
        port.WaitForAsync(snapshot => snapshot.State == state).WaitAsync(Patience);

    private static async Task<byte[]> ReadAsync(VirtualSerialPort port, int count)
    {
        var read = new byte[count];
        for (var at = 0; at < count;)
            at += await port.ReadAsync(read.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
        return read;
    }

    private static byte[] Unescape(byte[] received)
    {
        var plain = new List<byte>();
        for (var i = 0; i < received.Length; i++)
        {
            plain.Add(received[i]);
            if (received[i] == 0xFF)
                Assert.Equal(0xFF, received[++i]);
        }

        return [.. plain];
    }
}
