using System.Net.WebSockets;
using Portside.Lines;

namespace Portside.Conformance;

/// <summary>A port of a concentrator with our API, as a line: the machine's bytes and nothing else.</summary>
/// <param name="socket">Attached plainly; disposed with the line.</param>
/// <param name="title">What the port is called.</param>
internal sealed class AttachedLine(WebSocket socket, string title) : Line
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    public override string Title => title;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var frame = await socket.ReceiveAsync(buffer, cancellation);
                if (frame.MessageType == WebSocketMessageType.Close)
                    return 0;
                if (frame.MessageType == WebSocketMessageType.Binary && frame.Count > 0)
                    return frame.Count;
            }
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(FarewellLimit);
            if (socket.State == WebSocketState.Open)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is closed, then.
        }

        socket.Dispose();
    }
}
