using System.Buffers;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Remotes;

/// <summary>
/// A port's client at the other end of a line: a program, another concentrator, a serial device. What the machine says
/// waits in the port's recording until there is a line.
/// </summary>
#pragma warning disable CA1001 // Its token has no timer and nothing to give back; whoever waits may look at it to the last.
internal sealed class RemoteClient : Client, ILineObserver
#pragma warning restore CA1001
{
    private const int ReadBytes = 16 * 1024;

    private readonly Port _port;
    private readonly Lock _lineLock = new();
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Line? _line;
    private string? _endReason;

    public RemoteClient(Port port, string name, string address)
        : base(name, address, "remote") => _port = port;

    /// <summary>Completes, with the reason, when somebody ended this client.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Carries bytes both ways until the line ends or the client is ended.</summary>
    /// <param name="line">It is disposed before this returns.</param>
    /// <returns>Why the line ended; null when the other end closed it.</returns>
    public async Task<string?> CarryAsync(Line line)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            line.Observer = this;
            lock (_lineLock)
                _line = line;
            if (_endReason is not null)
                return _endReason;
            Wake();
            while (true)
            {
                var count = await line.ReadAsync(buffer, _over.Token);
                if (count == 0)
                    return _endReason;
                await GiveAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return _endReason ?? e.Message;
        }
        finally
        {
            lock (_lineLock)
                _line = null;
            await line.DisposeAsync();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits until the line has taken all the machine said, for a while.</summary>
    public async Task DrainAsync(TimeSpan limit, TimeProvider time)
    {
        try
        {
            await WhenIdleAsync().WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            // It takes no more; what is left is lost with the connection.
        }
    }

    public override void Notice(string text)
    {
        // A program is told nothing between the machine's bytes.
    }

    public override void ModeChanged(string by)
    {
    }

    public override void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is not null)
            return;
        _port.Detach(this, reason);
        _over.Cancel();
        _ended.TrySetResult(reason);
    }

    void ILineObserver.OnBreak()
    {
        if (PortAccess.Writes(Mode))
            _port.Break(Name);
    }

    void ILineObserver.OnModemState(ComPortModemState state)
    {
    }

    void ILineObserver.OnLineState(ComPortLineState state)
    {
    }

    void ILineObserver.OnSettings(LineSettings settings)
    {
    }

    protected override int Fill(Span<byte> chunk)
    {
        lock (_lineLock)
        {
            if (_line is null || _endReason is not null)
                return 0;
        }

        if (Reader is not { } reader)
            return 0;
        while (true)
        {
            // Counted as read when the line takes it: until there is a line, or the next, it waits.
            var count = reader.Peek(chunk[..ChunkBytes], out var missed);
            if (missed > 0)
            {
                Miss(missed);
                reader.Advance(missed);
            }

            if (count > 0 || missed == 0)
                return count;
        }
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> chunk)
    {
        Line? line;
        lock (_lineLock)
            line = _line;
        if (line is null || Reader is not { } reader)
            return;
        reader.Advance(chunk.Length);
        try
        {
            await line.WriteAsync(chunk, _over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reading side finds the same and ends the line; the next one goes on with what comes next.
            lock (_lineLock)
            {
                if (_line == line)
                    _line = null;
            }

            await line.DisposeAsync();
        }
    }

    protected override void OnSendFailed(Exception error) => End(error.Message);

    private async ValueTask GiveAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[_port.Write(this, data.Span)..];
            if (!data.IsEmpty)
                await _port.WaitForRoomAsync(this, _over.Token);
        }
    }
}
