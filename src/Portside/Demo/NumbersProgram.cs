using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Portside.Host.Guests;

namespace Portside.Demo;

/// <summary>
/// The remote system that is dialled: listens on loopback, reads a machine's numbered stream, answers with one of its own,
/// and counts what was lost or doubled.
/// </summary>
internal sealed class NumbersProgram : IDisposable
{
    private const int RecordsPerTick = 16;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly NumberedStreamVerifier _verifier = new();
    private readonly NumberedStreamWriter _writer = new();
    private Socket? _socket;
    private Task _reading = Task.CompletedTask;

    /// <summary>Records received, lost and doubled so far.</summary>
    public NumberedStreamVerifier Verifier => _verifier;

    /// <summary>Records sent so far.</summary>
    public long Sent => (long)_writer.Next;

    /// <summary>Begins to listen.</summary>
    /// <returns>Where.</returns>
    public IPEndPoint Listen()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        return (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>Waits until it is dialled, and begins to read.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task AcceptAsync(CancellationToken cancellation)
    {
        _socket = await _listener.AcceptAsync(cancellation);
        _socket.NoDelay = true;
        _reading = ReadAsync(_socket);
    }

    /// <summary>Sends records, a handful every tick, until told to stop.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Completes when the last record is sent whole.</returns>
    public async Task WriteAsync(CancellationToken stop)
    {
        var socket = _socket ?? throw new InvalidOperationException("Nobody has dialled it yet.");
        var records = new byte[_writer.RecordLength * RecordsPerTick];
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var length = _writer.Write(records, RecordsPerTick);
                for (var sent = 0; sent < length;)
                    sent += await socket.SendAsync(records.AsMemory(sent, length - sent), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop, between two ticks.
        }
    }

    /// <summary>Closes the connection and waits until what had come is counted.</summary>
    public async Task CloseAsync()
    {
        _socket?.Close();
        await _reading;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _socket?.Dispose();
    }

    private async Task ReadAsync(Socket socket)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer)) > 0;)
            {
                lock (_verifier)
                    _verifier.Read(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed, by this end or by the concentrator's; the counters say what came of it.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
