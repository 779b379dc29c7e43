using System.Net.WebSockets;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Clients;

/// <summary>A program attached over a WebSocket of the API with <c>plain=true</c>: the machine's bytes and nothing else, both ways.</summary>
internal sealed class PlainConsole : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly Task _receiving;

    private PlainConsole(ClientWebSocket socket, Action<ReadOnlySpan<byte>>? heard)
    {
        _socket = socket;
        _receiving = ReceiveAsync(heard ?? Heard.Append);
    }

    /// <summary>What the machine said, unless it goes elsewhere.</summary>
    public Transcript Heard { get; } = new("what the console heard");

    /// <summary>The reason the server gave for ending it, as JSON.</summary>
    public Transcript Ended { get; } = new("why the console ended");

    /// <summary>Attaches.</summary>
    /// <param name="server">The server.</param>
    /// <param name="port">What names the port.</param>
    /// <param name="query">Further parameters, such as <c>mode=read-only</c>.</param>
    /// <param name="heard">Where the machine's bytes go; null for <see cref="Heard"/>.</param>
    public static async Task<PlainConsole> AttachAsync(
        PortsideProcess server, string port, string query = "", Action<ReadOnlySpan<byte>>? heard = null)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(new Uri(server.Http, $"/v1/ports/{port}/attach?plain=true&{query}")) { Scheme = "ws" }.Uri;
        using var limit = new CancellationTokenSource(Patience.Limit);
        await socket.ConnectAsync(address, limit.Token);
        return new PlainConsole(socket, heard);
    }

    /// <summary>Types.</summary>
    public async Task TypeAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        await _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
    }

    private async Task ReceiveAsync(Action<ReadOnlySpan<byte>> heard)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var frame = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (frame.MessageType == WebSocketMessageType.Close)
                    break;
                if (frame.MessageType == WebSocketMessageType.Binary)
                    heard(buffer.AsSpan(0, frame.Count));
                else
                    Ended.Append(buffer.AsSpan(0, frame.Count));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It left.
        }

        Heard.End();
        Ended.End();
    }
}
