using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Host.Tests.Ports;

public sealed class DirectSerialPortTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\r\n\r\0\r\r\xFF\xFF"u8];

    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("vm.example");

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("tcp://")]
    [InlineData("tcp4://")]
    public async Task A_server_port_takes_a_raw_peer(string scheme)
    {
        await using var port = NewPort($"{scheme}127.0.0.1:0", SerialDirection.Server);
        using var socket = await DialRawAsync(port);
        await ExchangeAsync(port, new StreamLine("peer", new NetworkStream(socket)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tcp://")]
    [InlineData("tcp4://")]
    public async Task A_client_port_dials_a_raw_peer(string scheme)
    {
        using var listener = new LoopbackListener();
        await using var port = NewPort($"{scheme}127.0.0.1:{listener.Port}", SerialDirection.Client);
        await using var peer = await listener.AcceptAsync();
        await ExchangeAsync(port, new StreamLine("peer", peer));
    }

    [Theory]
    [InlineData("ssl", "")]
    [InlineData("tcp+ssl", "")]
    [InlineData("tcp4+ssl", "")]
    [InlineData("telnet", "")]
    [InlineData("telnet", "#verify&thumbprint=")]
    [InlineData("telnets", "")]
    [InlineData("telnets", "#thumbprint=")]
    [InlineData("rfc2217", "")]
    public async Task A_server_port_takes_a_peer_of_its_scheme(string scheme, string parameters)
    {
        await using var port = NewPort($"{scheme}://127.0.0.1:0", SerialDirection.Server);
        var at = await ListeningAsync(port);
        var dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything });
        await using var peer = await dialer.DialAsync(NetworkUri.Parse($"{scheme}://{at}{Pinned(parameters)}"), CancellationToken.None);

        await ExchangeAsync(port, peer);

        Assert.Equal(peer.Tls, port.Snapshot.Tls);
        Assert.Equal(parameters.Length > 0 || scheme.Contains("ssl", StringComparison.Ordinal) || scheme == "telnets", port.Snapshot.Tls is not null);
    }

    [Theory]
    [InlineData("ssl", "")]
    [InlineData("tcp+ssl", "#thumbprint=")]
    [InlineData("tcp4+ssl", "")]
    [InlineData("telnet", "")]
    [InlineData("telnet", "#thumbprint=")]
    [InlineData("telnets", "#thumbprint=")]
    [InlineData("rfc2217", "")]
    public async Task A_client_port_dials_a_peer_of_its_scheme(string scheme, string parameters)
    {
        await using var listener = Listeners().Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "remote system");
        await using var port = NewPort($"{scheme}://127.0.0.1:{listener.Uri.Port}{Pinned(parameters)}", SerialDirection.Client);
        using var patience = new CancellationTokenSource(Patience);
        await using var peer = await listener.AcceptAsync(patience.Token);

        await ExchangeAsync(port, peer);

        Assert.Equal(parameters.Length > 0 || scheme.Contains("ssl", StringComparison.Ordinal) || scheme == "telnets", port.Snapshot.Tls is not null);
        Assert.Equal($"{listener.Uri.ToShortString()}", port.Snapshot.Remote);
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("telnets")]
    [InlineData("telnet")]
    public async Task A_wrong_certificate_is_refused_for_good(string scheme)
    {
        await using var listener = Listeners().Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "remote system");
        await using var port = NewPort($"{scheme}://127.0.0.1:{listener.Uri.Port}#thumbprint={new string('0', 40)}", SerialDirection.Client);

        var refused = await port.WaitForAsync(s => s.State == DirectSerialPortState.Refused).WaitAsync(Patience);

        Assert.Contains("another thumbprint", refused.LastReason, StringComparison.Ordinal);
        Assert.Null(refused.NextAttempt);
        Assert.Equal(0, refused.Connections);
    }

    [Fact]
    public async Task Settings_of_the_guests_uart_reach_a_remote_system_that_knows_rfc_2217_and_its_own_come_back()
    {
        await using var listener = Listeners().Open(NetworkUri.Parse("rfc2217://127.0.0.1:0"), "remote system");
        await using var port = new DirectSerialPort(Options($"rfc2217://127.0.0.1:{listener.Uri.Port}", SerialDirection.Client));
        var heard = new LineRecorder();
        port.Observer = heard;
        port.SetLine(new LineSettings(57_600, 7, ComPortParity.Even, ComPortStopSize.One));
        port.Connect();
        using var patience = new CancellationTokenSource(Patience);
        await using var peer = await listener.AcceptAsync(patience.Token);
        var told = new LineRecorder();
        peer.Observer = told;
        var reading = peer.ReadAsync(new byte[1], CancellationToken.None).AsTask();
        string last;
        do
            last = await told.NextAsync();
        while (last != "settings 57600 7 Even One FlowNone");

        await peer.ApplyAsync(new LineSettings(1200, 0, 0, 0), CancellationToken.None);
        do
            last = await heard.NextAsync();
        while (!last.StartsWith("settings 1200 7 Even One", StringComparison.Ordinal));
        await port.DisposeAsync();
        Assert.Equal(0, await reading.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_break_is_counted_and_keeps_its_place()
    {
        await using var port = NewPort("telnet://127.0.0.1:0", SerialDirection.Server);
        var heard = new LineRecorder();
        port.Observer = heard;
        var at = await ListeningAsync(port);
        await using var peer = await new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything })
            .DialAsync(NetworkUri.Parse($"telnet://{at}"), CancellationToken.None);
        await peer.WriteAsync("a"u8.ToArray(), CancellationToken.None);
        await peer.BreakAsync(TimeSpan.Zero, CancellationToken.None);
        await peer.WriteAsync("h"u8.ToArray(), CancellationToken.None);

        Assert.Equal(1, await port.ReadAsync(new byte[9], CancellationToken.None).AsTask().WaitAsync(Patience));
        Assert.True(heard.IsEmpty);
        Assert.Equal(1, await port.ReadAsync(new byte[9], CancellationToken.None).AsTask().WaitAsync(Patience));
        Assert.Equal("break", await heard.NextAsync());
        Assert.Equal(1, port.Snapshot.Breaks);
        Assert.True(await port.BreakAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_lost_remote_system_is_dialled_again_and_the_next_may_come()
    {
        using var listener = new LoopbackListener();
        await using var client = NewPort($"tcp://127.0.0.1:{listener.Port}", SerialDirection.Client);
        (await listener.AcceptAsync()).Dispose();
        await using var again = await listener.AcceptAsync();
        await ExchangeAsync(client, new StreamLine("peer", again));

        await using var server = NewPort("tcp://127.0.0.1:0", SerialDirection.Server);
        (await DialRawAsync(server)).Dispose();
        await server.WaitForAsync(s => s is { State: DirectSerialPortState.Listening, Connections: 1 }).WaitAsync(Patience);
        using var second = await DialRawAsync(server);
        await ExchangeAsync(server, new StreamLine("peer", new NetworkStream(second)));
        Assert.Equal(2, server.Snapshot.Connections);
    }

    [Fact]
    public async Task Output_without_a_remote_system_is_thrown_away_or_waits()
    {
        await using var careless = NewPort("tcp://127.0.0.1:0", SerialDirection.Server);
        await careless.WriteAsync("lost"u8.ToArray(), CancellationToken.None);
        Assert.Equal(4, careless.Snapshot.BytesDiscarded);

        await using var careful = new DirectSerialPort(Options("tcp://127.0.0.1:0", SerialDirection.Server) with { HoldOutputWhenUnconnected = true });
        careful.Connect();
        var write = careful.WriteAsync("kept"u8.ToArray(), CancellationToken.None).AsTask();
        using var socket = await DialRawAsync(careful);
        await write.WaitAsync(Patience);
        Assert.Equal("kept", Encoding.ASCII.GetString(await ReadAsync(new StreamLine("peer", new NetworkStream(socket)), 4)));
    }

    [Fact]
    public async Task The_second_port_to_ask_for_an_address_is_told_who_has_it()
    {
        var listeners = Listeners();
        await using var first = new DirectSerialPort(Options("telnet://127.0.0.1:0", SerialDirection.Server) with { Listeners = listeners, VmName = "web-1" });
        first.Connect();
        var at = await ListeningAsync(first);
        await using var second = new DirectSerialPort(Options($"telnet://{at}", SerialDirection.Server) with { Listeners = listeners, VmName = "web-2" });
        second.Connect();

        var lost = await second.WaitForAsync(s => s.State == DirectSerialPortState.Lost).WaitAsync(Patience);

        Assert.Contains($"{at} is held by web-1", lost.LastReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_listens_no_more_and_opens_again()
    {
        await using var port = NewPort("tcp://127.0.0.1:0", SerialDirection.Server);
        using var socket = await DialRawAsync(port);
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        await port.DisconnectAsync().WaitAsync(Patience);
        Assert.False(port.IsOpen);
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        Assert.Empty(port.Snapshot.EndPoints);

        port.Connect();
        using var again = await DialRawAsync(port);
        await ExchangeAsync(port, new StreamLine("peer", new NetworkStream(again)));
    }

    [Theory]
    [InlineData(SerialDirection.Server)]
    [InlineData(SerialDirection.Client)]
    public async Task A_machine_with_an_open_direct_port_does_not_move(SerialDirection direction)
    {
        using var listener = new LoopbackListener();
        var uri = direction == SerialDirection.Client ? $"tcp://127.0.0.1:{listener.Port}" : "telnet://127.0.0.1:0";
        await using var machine = new VirtualMachine(
            new VirtualMachineOptions { Name = "web-1", Ports = [], DirectPorts = [Options(uri, direction)] }, _ => new EchoGuest());
        await machine.PowerOnAsync().WaitAsync(Patience);

        var refused = await Vmotion.RunAsync(machine).WaitAsync(Patience);
        Assert.Equal(VmotionOutcome.NotPossible, refused.Outcome);
        Assert.Contains($"Serial port '{uri}' is connected without a proxy", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("unless a virtual serial port concentrator is used", refused.Detail, StringComparison.Ordinal);

        await machine.DirectPorts[0].DisconnectAsync().WaitAsync(Patience);
        Assert.Equal(VmotionOutcome.Completed, (await Vmotion.RunAsync(machine).WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task A_guest_talks_over_a_direct_port()
    {
        await using var machine = new VirtualMachine(
            new VirtualMachineOptions { Name = "web-1", Ports = [], DirectPorts = [Options("tcp://127.0.0.1:0", SerialDirection.Server)] },
            _ => new EchoGuest());
        await machine.PowerOnAsync().WaitAsync(Patience);
        using var socket = await DialRawAsync(machine.DirectPorts[0]);
        await socket.SendAsync("echo"u8.ToArray());

        Assert.Contains("echo", Encoding.ASCII.GetString(await ReadAsync(new StreamLine("peer", new NetworkStream(socket)), 4)), StringComparison.Ordinal);
    }

    private static DirectSerialPortOptions OptionsOf(string uri, SerialDirection direction) => new()
    {
        ServiceUri = NetworkUri.Parse(uri),
        Direction = direction,
        Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(10), Jitter = 0 },
    };

    private static async Task<IPEndPoint> ListeningAsync(DirectSerialPort port) =>
        (await port.WaitForAsync(s => s.EndPoints.Count > 0).WaitAsync(Patience)).EndPoints[0];

    private static async Task<Socket> DialRawAsync(DirectSerialPort port)
    {
        var at = await ListeningAsync(port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(at).WaitAsync(Patience);
        return socket;
    }

    /// <summary>Every byte value, both ways.</summary>
    private static async Task ExchangeAsync(DirectSerialPort port, Line peer)
    {
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        await peer.WriteAsync(EveryByte, CancellationToken.None).AsTask().WaitAsync(Patience);
        var input = new byte[EveryByte.Length];
        for (var at = 0; at < input.Length;)
            at += await port.ReadAsync(input.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(EveryByte, input);

        await port.WriteAsync(EveryByte, CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(EveryByte, await ReadAsync(peer, EveryByte.Length));
        Assert.Equal(EveryByte.Length, port.Snapshot.BytesIn);
    }

    private static async Task<byte[]> ReadAsync(Line line, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = await line.ReadAsync(bytes.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, count);
            at += count;
        }

        return bytes;
    }

    private string Pinned(string parameters) =>
        parameters.EndsWith('=') ? parameters + Thumbprint.Sha1(_certificate) : parameters;

    private SslStreamCertificateContext Certificate() => SslStreamCertificateContext.Create(_certificate, null, offline: true);

    private LineListeners Listeners() => new(new LineListenerOptions { Policy = ListenPolicy.Everywhere, Certificate = Certificate });

    private DirectSerialPortOptions Options(string uri, SerialDirection direction) => OptionsOf(uri, direction) with { Certificate = Certificate() };

    private DirectSerialPort NewPort(string uri, SerialDirection direction)
    {
        var port = new DirectSerialPort(Options(uri, direction));
        port.Connect();
        return port;
    }
}
