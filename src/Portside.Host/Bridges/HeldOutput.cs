using System.Buffers;
using Portside.Host.Ports;

namespace Portside.Host.Bridges;

/// <summary>Output on its way to a port, kept while that has no connection: the newest of it, up to a limit, breaks in their places.</summary>
/// <remarks>
/// While the port is connected a writer waits when the limit is reached, as on the port itself. Without a connection it
/// never waits: a system must not stand still because nobody records its console.
/// </remarks>
internal sealed class HeldOutput : IAsyncDisposable
{
    private const int ChunkSize = 16_384;

    private readonly VirtualSerialPort _port;
    private readonly int _limit;
    private readonly Lock _lock = new();
    private readonly LineQueue _queue = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pumping;
    private Signal _change;
    private bool _isUnderWay;
    private int _breaks;
    private long _lost;

    /// <summary>Holds output of a port that holds none itself, but waits (<see cref="VirtualSerialPortOptions.HoldOutputWhenUnconnected"/>).</summary>
    public HeldOutput(VirtualSerialPort port, int limit)
    {
        _port = port;
        _limit = limit;
        _port.Changed += OnChanged;
        _pumping = PumpAsync();
    }

    /// <summary>Bytes that wait for the connection.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>Bytes that were pushed out by newer ones.</summary>
    public long Lost
    {
        get
        {
            lock (_lock)
                return _lost;
        }
    }

    /// <summary>Gives output; see above for when it waits.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_queue.Count < _limit || !_port.IsConnected)
                {
                    _queue.Append(data.Span);
                    Trim();
                    _change.Raise();
                    return;
                }

                change = _change.Wait();
            }

            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a break behind the output given before; it never waits.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _queue.AppendBreak();
            _breaks++;
            _change.Raise();
        }
    }

    /// <summary>Waits until all of it is handed on.</summary>
    public async Task WaitUntilEmptyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_queue.Count == 0 && _breaks == 0 && !_isUnderWay)
                    return;
                change = _change.Wait();
            }

            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _port.Changed -= OnChanged;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pumping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void OnChanged(object? sender, VirtualSerialPortSnapshot snapshot)
    {
        lock (_lock)
            _change.Raise();
    }

    /// <summary>One write may exceed the limit while there is a connection; without one the oldest makes room.</summary>
    private void Trim()
    {
        var over = _queue.Count - _limit;
        if (over <= 0 || _port.IsConnected)
            return;
        _lost += over;
        var scrap = ArrayPool<byte>.Shared.Rent(over);
        for (var taken = 0; taken < over;)
        {
            // A break among what goes goes with it.
            var length = _queue.Take(scrap.AsSpan(0, over - taken));
            taken += length;
            if (length == 0 && _queue.TakeBreak())
                _breaks--;
        }

        ArrayPool<byte>.Shared.Return(scrap);
    }

    private async Task PumpAsync()
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                Task? change = null;
                lock (_lock)
                {
                    _isUnderWay = _queue.Count > 0 || _breaks > 0;
                    if (!_isUnderWay)
                    {
                        _change.Raise();
                        change = _change.Wait();
                    }
                }

                if (change is not null)
                {
                    await change.WaitAsync(_stop.Token).ConfigureAwait(false);
                    continue;
                }

                await HandOnAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The bridge ends.
        }
    }

    private async Task HandOnAsync()
    {
        // What is taken out cannot be pushed out any more, so it is taken when it can go.
        await _port.WaitForConnectionAsync(_stop.Token).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var (length, breaks) = (0, 0);
            lock (_lock)
            {
                while (_queue.TakeBreak())
                    breaks++;
                length = _queue.Take(buffer.AsSpan(0, ChunkSize));

                // More breaks than the queue keeps places for are told without.
                _breaks = length == 0 ? 0 : _breaks - breaks;
                _change.Raise();
            }

            for (; breaks > 0; breaks--)
                _port.SendBreak();
            await _port.WriteAsync(buffer.AsMemory(0, length), _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
