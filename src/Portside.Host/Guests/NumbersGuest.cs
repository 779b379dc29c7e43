using System.Buffers;
using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>Sends a <see cref="NumberedStream"/> at a rate, and checks the one it receives: the proof of no loss.</summary>
public sealed class NumbersGuest : IGuest
{
    private const int BlockSize = 16_384;

    private readonly NumbersOptions _options;
    private readonly Lock _lock = new();
    private readonly NumberedStreamVerifier _verifier;
    private readonly NumberedStreamWriter _writer;
    private long _sent;

    /// <summary>A guest that has said nothing yet. It goes on counting after a reboot.</summary>
    /// <param name="options">How it speaks; null for the defaults.</param>
    public NumbersGuest(NumbersOptions? options = null)
    {
        _options = options ?? new NumbersOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.RecordsPerSecond, nameof(options));
        _writer = new NumberedStreamWriter(_options.Padding);
        _verifier = new NumberedStreamVerifier(_options.Padding, _options.ExpectFromStart ? 0 : null);
    }

    /// <summary>What it sent and saw so far.</summary>
    public NumbersCounters Counters
    {
        get
        {
            lock (_lock)
                return new(_sent, _verifier.Received, _verifier.Lost, _verifier.Duplicated, _verifier.Garbled);
        }
    }

    /// <inheritdoc/>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(time);
        await Task.WhenAll(ReceiveAsync(line, cancellation), SendAsync(line, time, cancellation)).ConfigureAwait(false);
        return GuestExit.PowerOff;
    }

    private async Task ReceiveAsync(ISerialLine line, CancellationToken cancellation)
    {
        while (true)
        {
            await line.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
            try
            {
                var length = await line.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (length == 0)
                    return;
                lock (_lock)
                    _verifier.Read(buffer.AsSpan(0, length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async Task SendAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        var rate = _options.RecordsPerSecond;
        var tick = rate > 0 ? TimeSpan.FromSeconds(Math.Max(1 / rate, _options.Tick.TotalSeconds)) : TimeSpan.Zero;
        var last = time.GetTimestamp();
        var owed = 0.0;
        while (_options.Limit is not { } limit || _sent < limit)
        {
            if (rate > 0)
                await Task.Delay(tick, time, cancellation).ConfigureAwait(false);
            if (_options.OnlyWhileConnected)
                await line.WaitForConnectionAsync(cancellation).ConfigureAwait(false);

            var due = long.MaxValue;
            if (rate > 0)
            {
                // What a standstill held back follows, but no more than a second's worth.
                var now = time.GetTimestamp();
                owed = Math.Min(owed + (time.GetElapsedTime(last, now).TotalSeconds * rate), Math.Max(rate, 1));
                last = now;
                due = (long)owed;
            }

            due = Math.Min(due, (_options.Limit ?? long.MaxValue) - _sent);
            if (due > 0)
                owed -= await SendAsync(line, due, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<long> SendAsync(ISerialLine line, long due, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, _writer.RecordLength));
        try
        {
            var length = _writer.Write(buffer, due);
            await line.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            var records = length / _writer.RecordLength;
            lock (_lock)
                _sent += records;
            return records;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
