using System.Net.Sockets;

namespace Portside.Load.Streams;

/// <summary>
/// Sends a <see cref="Pattern"/> as fast as the window allows: never more than that many bytes ahead of the slowest
/// receiver that counts. Without a window a concentrator, which lets no client delay a machine, would rightly skip
/// bytes for a client that the load generator itself keeps waiting.
/// </summary>
internal sealed class StreamSender
{
    private const int MaxSendBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly Pattern _pattern;
    private readonly long _phase;
    private readonly int _window;
    private readonly Func<long> _slowest;
    private long _sent;
    private int _requests;
    private volatile bool _stopped;

    public StreamSender(Socket socket, Pattern pattern, long phase, int window, Func<long> slowest)
    {
        _socket = socket;
        _pattern = pattern;
        _phase = phase;
        _window = window;
        _slowest = slowest;
    }

    /// <summary>Bytes on the wire handed to the socket.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>No new send starts after this; one under way finishes.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Sends what there is room for; called at the start and by whoever made room.</summary>
    public async void Pump()
    {
        // One pump at a time: a caller who finds it running leaves a request, and the one that runs looks again.
        if (Interlocked.Increment(ref _requests) != 1)
            return;
        try
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _requests);
                while (Room() is > 0 and var room)
                {
                    var slice = _pattern.Slice(_phase + _sent, room);
                    // Counted before it is sent: a receiver on the other core may be quicker than our return.
                    Volatile.Write(ref _sent, _sent + room);
                    for (var left = slice; !left.IsEmpty;)
                        left = left[await _socket.SendAsync(left, SocketFlags.None)..];
                }
            }
            while (Interlocked.Add(ref _requests, -seen) != 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The link is gone; the bytes that did not leave show as lost.
            _stopped = true;
        }
    }

    /// <summary>Bytes to send now; 0 while so little is free that the send would cost more than it carries.</summary>
    private int Room()
    {
        if (_stopped)
            return 0;
        var room = _window - (_sent - _slowest());
        if (room < _window / 8)
            return 0;
        room = Math.Min(room, MaxSendBytes);
        // The last send may be this one, and half an escaped FF would never be delivered.
        return (int)(_pattern.IsSecondOfPair(_phase + _sent + room) ? room - 1 : room);
    }
}
