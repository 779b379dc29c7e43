using System.Net.Sockets;
using System.Threading.Channels;
using Portside.Host.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Ports;

/// <summary>A proxy in memory: each connection a port makes is a scripted peer.</summary>
internal sealed class PairedProxy(int capacity = 65_536)
{
    private readonly Channel<StreamPair> _connections = Channel.CreateUnbounded<StreamPair>();
    private int _attempts;

    /// <summary>Whether connections fail.</summary>
    public bool IsUnreachable { get; set; }

    /// <summary>Connections asked for so far.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    public ValueTask<Stream> ConnectAsync(VirtualSerialPortOptions options, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _attempts);
        if (IsUnreachable)
            throw new SocketException((int)SocketError.ConnectionRefused);
        var pair = new StreamPair(capacity);
        Assert.True(_connections.Writer.TryWrite(pair));
        return ValueTask.FromResult<Stream>(pair.Near);
    }

    public async Task<ScriptedPeer> AcceptAsync() =>
        new((await _connections.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120))).Far);
}
