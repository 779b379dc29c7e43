using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Portside.Tests.Api;

namespace Portside.Tests.Attach;

/// <summary>The server's end of one attachment, played by a test.</summary>
internal sealed class AttachScript : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly ScriptedServer _server;
    private readonly Channel<string> _frames;

    private AttachScript(ScriptedServer server, Channel<string> frames, Func<string> query) =>
        (_server, _frames, Query) = (server, frames, query);

    public Uri Address => _server.Address;

    /// <summary>The query the client came with.</summary>
    public Func<string> Query { get; }

    /// <summary>Starts a server that plays <paramref name="script"/> for whoever attaches.</summary>
    public static async Task<AttachScript> StartAsync(Func<WebSocket, Task> script)
    {
        var frames = Channel.CreateUnbounded<string>();
        var query = "";
        var server = await ScriptedServer.StartAsync(app => app.Map("/v1/ports/{selector}/attach", async (HttpContext context) =>
        {
            query = context.Request.QueryString.Value ?? "";
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var receiving = ReceiveAsync(socket, frames.Writer);
            await script(socket);
            await receiving;
        }));
        return new AttachScript(server, frames, () => query);
    }

    /// <summary>The next frame of the client: bytes as text, control as JSON, <c>close</c> or <c>gone</c>.</summary>
    public async Task<string> NextAsync() => await _frames.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static Task SayAsync(WebSocket socket, string json) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, CancellationToken.None);

    public static Task SendAsync(WebSocket socket, string bytes) =>
        socket.SendAsync(Encoding.Latin1.GetBytes(bytes), WebSocketMessageType.Binary, true, CancellationToken.None);

    public static Task WelcomeAsync(WebSocket socket, string others = "[]", string mode = "read-write", int replayBytes = 0) => SayAsync(
        socket,
        $$$"""{"type":"attached","client":"c1","mode":"{{{mode}}}","others":{{{others}}},"replayBytes":{{{replayBytes}}},"port":{"id":"5029aabbccddeeff00112233445566aa","uuid":"5029aabb-ccdd-eeff-0011-2233445566aa","name":"web01","state":"connected","source":"10.0.0.7:41234"}}""");

    private static async Task ReceiveAsync(WebSocket socket, ChannelWriter<string> frames)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (frame.MessageType == WebSocketMessageType.Close)
                    break;
                frames.TryWrite(Encoding.Latin1.GetString(buffer, 0, frame.Count));
            }

            frames.TryWrite("close");
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            frames.TryWrite("gone");
        }
    }
}
