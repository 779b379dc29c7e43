using System.Buffers;

namespace Portside.Concentrator.Links;

/// <summary>
/// The one writer of a connection. It sleeps until woken, then sends chunk after chunk until its owner has nothing
/// more to say, on the waking thread as long as the connection takes bytes without waiting.
/// </summary>
/// <remarks>
/// A key press thus travels from one socket to the other without a change of thread. Any thread may wake; a wake-up
/// during a send makes that send look again. While asleep it holds no buffer.
/// </remarks>
public abstract class Sender
{
    private const int Asleep = 0;
    private const int Sending = 1;
    private const int SendingWokenAgain = 2;
    private const int Ended = 3;

    /// <summary>Chunks sent on the thread that woke the sender, before it gets back to its own work.</summary>
    private const int ChunksPerTurn = 8;

    private int _state;
    private TaskCompletionSource? _idle;

    /// <summary>Bytes of one chunk: large enough that a flood costs few system calls, small enough to be fair.</summary>
    protected virtual int ChunkBytes => 64 * 1024;

    /// <summary>There may be something to send.</summary>
    public void Wake()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            switch (state)
            {
                case Asleep when Interlocked.CompareExchange(ref _state, Sending, Asleep) == Asleep:
                    _ = SendAsync();
                    return;
                case Sending when Interlocked.CompareExchange(ref _state, SendingWokenAgain, Sending) == Sending:
                case SendingWokenAgain or Ended:
                    return;
            }
        }
    }

    /// <summary>Completes when everything said so far is with the operating system, or the connection ended.</summary>
    /// <returns>A task that never fails.</returns>
    public Task WhenIdleAsync()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Interlocked.CompareExchange(ref _idle, idle, null) ?? idle;
        Wake();
        if (Volatile.Read(ref _state) == Ended)
            first.TrySetResult();
        return first.Task;
    }

    /// <summary>Puts the next bytes to send into <paramref name="chunk"/>; called by one thread at a time.</summary>
    /// <param name="chunk">At least <see cref="ChunkBytes"/> long.</param>
    /// <returns>Bytes put there; 0 when there is nothing to say.</returns>
    protected abstract int Fill(Span<byte> chunk);

    /// <summary>Sends a chunk; the next is asked for when it is done.</summary>
    /// <param name="chunk">What <see cref="Fill"/> put there.</param>
    /// <returns>A task that fails when the connection does.</returns>
    protected abstract ValueTask SendAsync(ReadOnlyMemory<byte> chunk);

    /// <summary>Sending failed; no more will be asked for.</summary>
    /// <param name="error">Why.</param>
    protected abstract void OnSendFailed(Exception error);

    private async Task SendAsync()
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var chunks = 1; ; chunks++)
            {
                var count = Fill(chunk);
                if (count > 0)
                {
                    await SendAsync(chunk.AsMemory(0, count)).ConfigureAwait(false);
                    if (chunks % ChunksPerTurn == 0)
                        await Task.Yield();
                    continue;
                }

                var idle = Volatile.Read(ref _idle);
                if (Interlocked.CompareExchange(ref _state, Asleep, Sending) == Sending)
                {
                    // Who asked after this point has woken a new round, which will answer.
                    Answer(idle);
                    return;
                }

                Volatile.Write(ref _state, Sending);
            }
        }
        catch (Exception error)
        {
            // Whatever a socket, TLS or WebSocket throws here ends this connection and no other. The exchange is a
            // fence: who asks whether this is idle either is seen here, or sees the end himself.
            Interlocked.Exchange(ref _state, Ended);
            Answer(Volatile.Read(ref _idle));
            OnSendFailed(error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private void Answer(TaskCompletionSource? idle)
    {
        if (idle is null)
            return;
        Interlocked.CompareExchange(ref _idle, null, idle);
        idle.TrySetResult();
    }
}
