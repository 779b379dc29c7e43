using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace Portside.Lines;

/// <summary>How the sockets under lines are set up and taken leave of.</summary>
internal static class LineSocket
{
    /// <summary>How long a closing line waits for the peer to close too, so that no byte under way is reset.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which TCP asks whether the peer lives; it asks three times, 10 s apart.</summary>
    private static readonly TimeSpan KeepAliveIdle = TimeSpan.FromSeconds(60);

    /// <summary>A key press must not wait for an acknowledgement, and a dead peer must be found.</summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)KeepAliveIdle.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    /// <summary>
    /// Says goodbye and closes; what is under way still arrives, for the socket itself is closed a moment later, in the
    /// background, when the peer has closed too.
    /// </summary>
    /// <param name="stream">The outermost stream.</param>
    /// <param name="socket">The socket under it; null for none.</param>
    public static async ValueTask CloseAsync(Stream stream, Socket? socket)
    {
        if (socket is null)
        {
            await DisposeAsync(stream).ConfigureAwait(false);
            return;
        }

        var patience = new CancellationTokenSource(Linger);
        try
        {
            if (stream is SslStream { IsAuthenticated: true } tls)
                await tls.ShutdownAsync().WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // Something is being written still, or it is gone already, or OpenSSL tells of another connection's trouble.
        }

        _ = FinishAsync(stream, socket, patience);
    }

    /// <summary>Whether an exception is one that connections end with.</summary>
    public static bool IsFailure(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException
            or System.ComponentModel.Win32Exception or System.Security.Cryptography.CryptographicException;

    private static async Task FinishAsync(Stream stream, Socket socket, CancellationTokenSource patience)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false) > 0)
            {
                // Nobody is left to take it.
            }
        }
        catch (Exception e) when (IsFailure(e))
        {
            // It is gone already, or it does not go by itself.
        }

        ArrayPool<byte>.Shared.Return(buffer);
        patience.Dispose();

        // The socket first: an encrypted stream would say goodbye once more, and may wait for that.
        socket.Dispose();
        await DisposeAsync(stream).ConfigureAwait(false);
    }

    private static async ValueTask DisposeAsync(Stream stream)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // It is gone already.
        }
    }
}
