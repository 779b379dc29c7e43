using System.Net.Sockets;
using Portside.Load.Streams;
using Portside.Load.Wire;

namespace Portside.Load.Clients;

/// <summary>A client attached to a machine's stream: looks for the markers, then verifies every byte.</summary>
internal sealed class StreamClient : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    /// <summary>After so many receives that did not have to wait, other sockets of the polling thread get their turn.</summary>
    private const int Turn = 64;

    private readonly Socket _socket;
    private readonly StreamMarkers _markers;
    private readonly ClientTelnet _telnet;
    private readonly TelnetWriter _replies = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _tail = [];

    public StreamClient(Socket socket, StreamMarkers markers, StreamVerifier verifier, ClientStyle style)
    {
        _socket = socket;
        _markers = markers;
        Verifier = verifier;
        _telnet = new ClientTelnet(style, _replies);
    }

    public StreamVerifier Verifier { get; }

    /// <summary>The machine's bytes reach this client.</summary>
    public Task Synced => _synced.Task;

    /// <summary>The next byte is the stream's first.</summary>
    public Task Started => _started.Task;

    public Socket Socket => _socket;

    /// <summary>Called when bytes were verified, by the thread that polls sockets.</summary>
    public Action? Progressed { get; set; }

    /// <summary>Receives until the connection ends. Never faults.</summary>
    public async Task RunAsync()
    {
        try
        {
            _telnet.Open();
            Reply();
            var buffer = GC.AllocateUninitializedArray<byte>(ReceiveBytes);
            for (var withoutWaiting = 0; ;)
            {
                var receive = _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
                withoutWaiting = receive.IsCompleted ? withoutWaiting + 1 : 0;
                var count = await receive;
                if (count == 0)
                    break;
                Accept(buffer.AsSpan(0, count));
                if (withoutWaiting < Turn)
                    continue;
                withoutWaiting = 0;
                await Task.Yield();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidDataException)
        {
            End(e.Message);
        }
        finally
        {
            End("the other side closed it");
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Accept(ReadOnlySpan<byte> bytes)
    {
        if (!_started.Task.IsCompleted)
        {
            bytes = Seek(bytes);
            if (bytes.IsEmpty)
                return;
        }

        Verifier.Accept(bytes);
        Progressed?.Invoke();
    }

    /// <summary>Looks for the markers, also where two receives cut them.</summary>
    /// <returns>What follows the start marker.</returns>
    private ReadOnlySpan<byte> Seek(ReadOnlySpan<byte> bytes)
    {
        byte[] seen = [.. _tail, .. bytes];
        var start = seen.AsSpan().IndexOf(_markers.Start);
        var preface = start < 0 ? bytes : bytes[..(start + StreamMarkers.Bytes - _tail.Length)];
        _telnet.Hear(preface);
        Reply();
        if (start >= 0 || seen.AsSpan().IndexOf(_markers.Sync) >= 0)
            _synced.TrySetResult();
        if (start >= 0)
            _started.TrySetResult();
        _tail = seen[^Math.Min(seen.Length, StreamMarkers.Bytes - 1)..];
        return bytes[preface.Length..];
    }

    /// <summary>Tells who waits for the stream, if it has not started; the first reason stays.</summary>
    private void End(string reason)
    {
        var error = new IOException($"The client's connection ended before its stream started: {reason}.");
        _synced.TrySetException(error);
        _started.TrySetException(error);
    }

    private void Reply()
    {
        for (var left = _replies.Written; !left.IsEmpty;)
            left = left[_socket.Send(left)..];
        _replies.Clear();
    }
}
