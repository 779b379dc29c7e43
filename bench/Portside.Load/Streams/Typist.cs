using System.Net.Sockets;

namespace Portside.Load.Streams;

/// <summary>A client's way to its machine: types a <see cref="Pattern"/>, so much at each tick.</summary>
internal sealed class Typist(Socket socket, Pattern pattern, long phase, int bytesPerTick) : IPaced
{
    private long _sent;

    public long Sent => Volatile.Read(ref _sent);

    public void Tick()
    {
        var count = socket.Send(pattern.Slice(phase + _sent, bytesPerTick).Span, SocketFlags.None, out var error);
        // Anything but success sends nothing: a concentrator may hold a client up, and a closed socket shows as lost bytes.
        if (error == SocketError.Success)
            Volatile.Write(ref _sent, _sent + count);
    }
}
