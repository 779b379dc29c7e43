using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Portside.Api.Remote;
using Portside.Api.Server;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Testing;
using Portside.Tests.Serve;

namespace Portside.Tests.Api;

/// <summary>What a client over a WebSocket may do to the server, by frames and by leaving.</summary>
public sealed class WebSocketClientTests
{
    private const string Uuid = "50291111222233334444555566667777";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_control_message_may_come_in_parts_and_the_last_may_be_empty()
    {
        await using var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("web01", Guid.Parse(Uuid));
        using var api = running.Connect();
        using var socket = await api.AttachAsync("web01", new AttachQuery { Name = "ada" }, CancellationToken.None);

        await SendAsync(socket, """{"type":"nonsense1"}""", true);
        await SendAsync(socket, """{"type":"non""", false);
        await SendAsync(socket, "", false);
        await SendAsync(socket, """sense2"}""", true);
        await SendAsync(socket, """{"type":"nonsense3"}""", false);
        await SendAsync(socket, "", true);
        await SendAsync(socket, """{"type":"nonsense4"}""", true);

        foreach (var number in (int[])[1, 2, 3, 4])
            await ExpectTextAsync(socket, $"nonsense{number}");
    }

    [Fact]
    public async Task Serial_bytes_may_come_in_parts_and_in_frames_without_any()
    {
        await using var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("web01", Guid.Parse(Uuid));
        using var api = running.Connect();
        using var socket = await api.AttachAsync("web01", new AttachQuery { Plain = true, Name = "ada" }, CancellationToken.None);

        foreach (var (part, last) in ((string, bool)[])[("", true), ("a", false), ("", false), ("b", false), ("", true), ("c", true)])
            await socket.SendAsync(Encoding.ASCII.GetBytes(part), WebSocketMessageType.Binary, last, CancellationToken.None).WaitAsync(Limit);

        await ExpectTextAsync(socket, "abc");
    }

    [Theory]
    [InlineData("mode=read-only&mode=read-write", "mode is given more than once.")]
    [InlineData("steal=false&STEAL=true", "STEAL is given more than once.")]
    [InlineData("mode=read", "mode=read is none of ")]
    public async Task A_query_that_can_be_read_in_two_ways_is_refused(string query, string detail)
    {
        await using var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("web01", Guid.Parse(Uuid));
        using var http = new HttpClient { BaseAddress = running.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/ports/web01/attach?{query}");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(running.Concentrator.Clients());
    }

    [Fact]
    public async Task A_client_that_vanishes_while_its_keys_wait_for_the_machine_loses_its_place()
    {
        await using var running = await RunningService.StartAsync(o => o.Concentrator.Migration.HoldBytes = 1024);
        await using var machine = await ConnectStunnedMachineAsync(running);
        var port = Assert.Single(running.Concentrator.Ports.All);
        using var ghost = await AttachRawAsync(running, "mode=exclusive&name=ghost");

        // 4096 bytes in one binary frame with a mask of zeros; 1024 of them find room.
        await ghost.SendAsync((byte[])[0x82, 0xFE, 0x10, 0, 0, 0, 0, 0, .. new byte[4096]]);
        var client = Assert.Single(port.Snapshot().Clients);
        await UntilAsync(() => !port.WaitForRoomAsync(client, CancellationToken.None).IsCompleted);
        ghost.LingerState = new LingerOption(true, 0);
        ghost.Dispose();

        await UntilAsync(() => port.Snapshot().Clients.Count == 0);
        var next = new WebSocketClient("next", "192.0.2.1:1", plain: true);
        Assert.True(port.Attach(next, ClientMode.Exclusive, steal: false).Granted);
        port.Detach(next, "done");
    }

    /// <summary>A machine whose vMotion has begun and never ends: nothing is taken from the port's queue.</summary>
    private static async Task<ScriptedPeer> ConnectStunnedMachineAsync(RunningService running)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(running.Concentrator.VmEndPoints[0]);
        var machine = new ScriptedPeer(new NetworkStream(socket, ownsSocket: true));
        await machine.SendAsync($"FF FB E8 | FF FA E8 46 \"SvSPC.py\" FF F0 | FF FA E8 50 \"{Uuid}\" FF F0");
        await UntilAsync(() => running.Concentrator.Ports.All.Any(p => p.Snapshot().State == PortState.Connected));
        await machine.SendAsync("FF FA E8 28 01 02 03 04 FF F0");
        await UntilAsync(() => running.Concentrator.Ports.All.Any(p => p.Snapshot().State == PortState.Migrating));
        return machine;
    }

    private static async Task<Socket> AttachRawAsync(RunningService running, string query)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, running.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/ports/{Uuid}/attach?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"));
        await UntilAsync(() => running.Concentrator.Clients().Count == 1);
        return socket;
    }

    private static Task SendAsync(WebSocket socket, string text, bool last) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, last, CancellationToken.None).WaitAsync(Limit);

    private static async Task ExpectTextAsync(WebSocket socket, string text)
    {
        using var patience = new CancellationTokenSource(Limit);
        var buffer = new byte[64 * 1024];
        var heard = new StringBuilder();
        while (!heard.ToString().Contains(text, StringComparison.Ordinal))
        {
            var frame = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            Assert.NotEqual(WebSocketMessageType.Close, frame.MessageType);
            heard.Append(Encoding.UTF8.GetString(buffer, 0, frame.Count));
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
    }
}
