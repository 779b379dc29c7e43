using Portside.Host.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Guests;

/// <summary>A serial line whose other end is a script.</summary>
internal sealed class StreamLine : ISerialLine, IAsyncDisposable
{
    private readonly StreamPair _pair = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamLine(bool connected = true)
    {
        if (connected)
            Connect();
        Person = new ScriptedPeer(_pair.Far);
    }

    /// <summary>Who sits at the other end.</summary>
    public ScriptedPeer Person { get; }

    public bool IsConnected => _connected.Task.IsCompleted;

    public void Connect() => _connected.TrySetResult();

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _pair.Near.ReadAsync(buffer, cancellation);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => _pair.Near.WriteAsync(data, cancellation);

    public Task WaitForConnectionAsync(CancellationToken cancellation) => _connected.Task.WaitAsync(cancellation);

    public ValueTask DisposeAsync() => Person.DisposeAsync();
}
