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

    /// <summary>Breaks that may wait for a line that takes its time with each.</summary>
    private const int MaxBreaks = 16;

    private static readonly TimeSpan BreakTime = TimeSpan.FromMilliseconds(250);

    private readonly Port _port;
    private readonly Lock _lineLock = new();
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Line? _line;
    private volatile bool _lineChanged;
    private int _breaks;
    private int _telling;
    private string? _endReason;
    private long _toRemote;
    private long _toMachine;

    public RemoteClient(Port port, string name, string address)
        : base(name, address, "remote") => _port = port;

    /// <summary>Completes, with the reason, when somebody ended this client.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Bytes the line took, and bytes of it the port took.</summary>
    public (long ToRemote, long ToMachine) Bytes => (Volatile.Read(ref _toRemote), Volatile.Read(ref _toMachine));

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
            OnLineChanged();
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

    /// <summary>What the far device says with its DTR and RTS arrives here as DSR and CTS.</summary>
    void ILineObserver.OnModemState(ComPortModemState state) =>
        _port.SetSignals(this, (state & ComPortModemState.Dsr) != 0, (state & ComPortModemState.Cts) != 0);

    void ILineObserver.OnLineState(ComPortLineState state)
    {
        // Errors of a line far away mean nothing to a virtual one.
    }

    void ILineObserver.OnSettings(LineSettings settings) => _port.SetLine(this, settings);

    protected internal override void OnLineChanged()
    {
        _lineChanged = true;
        TellLine();
    }

    protected internal override void OnBreak()
    {
        if (Interlocked.Increment(ref _breaks) > MaxBreaks)
            Interlocked.Decrement(ref _breaks);
        TellLine();
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
            Volatile.Write(ref _toRemote, _toRemote + chunk.Length);
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

    /// <summary>Tells the line's end what the machine set, one thing after another, on a thread that may wait.</summary>
    private void TellLine()
    {
        if (Interlocked.Exchange(ref _telling, 2) == 0)
            _ = Task.Run(TellLineAsync);
    }

    private async Task TellLineAsync()
    {
        do
        {
            Interlocked.Exchange(ref _telling, 1);
            Line? line;
            lock (_lineLock)
                line = _line;
            try
            {
                if (line is not null && _lineChanged)
                {
                    _lineChanged = false;
                    var signals = _port.ModemStateForClients;
                    await line.ApplyAsync(_port.Snapshot().Line, _over.Token);
                    await line.SetSignalsAsync((signals & ComPortModemState.Dsr) != 0, (signals & ComPortModemState.Cts) != 0, _over.Token);
                }

                while (Volatile.Read(ref _breaks) > 0)
                {
                    Interlocked.Decrement(ref _breaks);
                    if (line is not null)
                        await line.BreakAsync(BreakTime, _over.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The reading side finds the same and ends the line.
            }
        }
        while (Interlocked.CompareExchange(ref _telling, 0, 1) != 1);
    }

    protected override void OnSendFailed(Exception error) => End(error.Message);

    private async ValueTask GiveAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            var taken = _port.Write(this, data.Span);
            Volatile.Write(ref _toMachine, _toMachine + taken);
            data = data[taken..];
            if (!data.IsEmpty)
                await _port.WaitForRoomAsync(this, _over.Token);
        }
    }
}
