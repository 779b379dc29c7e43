using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Lines.Uris;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Terminals;

/// <summary>A terminal device: a UART, a USB adapter, or the other end of somebody's pseudo terminal.</summary>
/// <remarks>
/// It is taken for this process alone (<c>TIOCEXCL</c>), made raw, and given back as it was. Carrier does not matter.
/// Breaks and parity errors that come are told to the observer. Modem lines are looked at five times a second.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class TtyLine : Line
{
    private const int SignalDtr = 0x2;
    private const int SignalRts = 0x4;
    private const int SignalCts = 0x20;
    private const int SignalDcd = 0x40;
    private const int SignalRing = 0x80;
    private const int SignalDsr = 0x100;

    private const int DrainLooks = 20;

    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly PolledDescriptor _descriptor;
    private readonly Termios _before;
    private readonly TimeProvider _time;
    private readonly ITimer? _looking;
    private readonly Lock _settingsLock = new();
    private readonly CancellationTokenSource _closing = new();
    private MarkedInput _marked;
    private ComPortLineState _mark;
    private byte[] _rest = [];
    private ComPortModemState? _told;
    private int _disposed;

    private TtyLine(string path, PolledDescriptor descriptor, Termios before, TimeProvider time)
    {
        Title = path;
        _descriptor = descriptor;
        _before = before;
        _time = time;
        if (descriptor.TryAsk(Ioctl.TioModemGet, out _))
            _looking = time.CreateTimer(static line => ((PolledDescriptor)line!).Wake(), descriptor, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public override string Title { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="path">Such as <c>/dev/ttyS0</c>.</param>
    /// <param name="settings">Speed and framing to set; unknown parts stay as the device has them.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The line.</returns>
    /// <exception cref="IOException">It is not there, is no terminal, is taken, or may not be opened.</exception>
    public static TtyLine Open(string path, LineSettings settings, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handle = PolledDescriptor.Open(path);
        PolledDescriptor? descriptor = null;
        try
        {
            if (!Termios.TryGet(handle, out var before))
                throw new IOException($"{path} is no terminal device.");

            // The superuser may open what others have alone; a lock keeps a second bridge out.
            if (Ioctl.Lock(handle, Ioctl.ExclusiveOrFail) != 0)
                throw new IOException($"{path} is in use by another program.");
            if (Ioctl.Control(handle, Ioctl.TioExclusive) != 0)
                throw new IOException($"{path} cannot be had alone: {Marshal.GetLastPInvokeErrorMessage()}.");
            var wanted = before;
            wanted.MakeDevice();
            wanted.Set(settings);
            if (!wanted.TrySet(handle))
                throw new IOException($"{path} does not take its settings: {Marshal.GetLastPInvokeErrorMessage()}.");
            descriptor = new PolledDescriptor(handle);
            return new TtyLine(path, descriptor, before, time ?? TimeProvider.System);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens what a URI names.</summary>
    /// <param name="uri">The device and its settings.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The line.</returns>
    /// <exception cref="IOException">It is not there, is no terminal, is taken, or may not be opened.</exception>
    public static TtyLine Open(DeviceUri uri, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return Open(uri.Path, uri.Settings, time);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Tell();
            if (_descriptor.IsClosed)
                return 0;
            if (buffer.IsEmpty && (_rest.Length > 0 || _descriptor.Look() != 0))
                return 0;
            if (!buffer.IsEmpty)
            {
                var count = Take(buffer.Span);
                if (count == 0)
                    return 0;
                if (count > 0 && Decode(buffer.Span[..count]) is var length and > 0)
                    return length;
                if (count > 0)
                    continue;
            }

            await _descriptor.WaitForInputAsync(forInput: true, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (await _descriptor.WriteAsync(data, cancellation).ConfigureAwait(false) is var error and not 0)
            throw new IOException($"{Title} broke: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation)
    {
        if (Ioctl.Control(_descriptor.Handle, Ioctl.TioSetBreak) != 0)
            return false;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
            await Task.Delay(duration, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Closed: the break ends with the line.
        }
        finally
        {
            Try(() => Ioctl.Control(_descriptor.Handle, Ioctl.TioClearBreak));
        }

        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<LineSettings?> ApplyAsync(LineSettings settings, CancellationToken cancellation)
    {
        lock (_settingsLock)
        {
            if (!Termios.TryGet(_descriptor.Handle, out var termios))
                throw new IOException($"{Title} broke: {Marshal.GetLastPInvokeErrorMessage()}.");
            termios.Set(settings);

            // What the device cannot do it leaves as it was: what is in force then is the answer.
            _ = termios.TrySet(_descriptor.Handle);
            return new(Termios.TryGet(_descriptor.Handle, out var now) ? now.Settings : null);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> SetSignalsAsync(bool? dtr, bool? rts, CancellationToken cancellation) =>
        new(Set(dtr, SignalDtr) & Set(rts, SignalRts));

    /// <summary>Gives what was written a second to go out, then gives the device back as it was.</summary>
    /// <returns>Completes when it is closed.</returns>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_looking is not null)
            await _looking.DisposeAsync().ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        var unsent = 0;
        for (var look = 0; look < DrainLooks && _descriptor.TryAsk(Ioctl.TioUnsent, out unsent) && unsent > 0; look++)
            await Task.Delay(DrainLook).ConfigureAwait(false);

        // A device whose peer does not take it would keep the last close waiting. Pseudo terminals tell of nothing unsent,
        // and what they have taken is not thrown away.
        if (unsent > 0)
            _ = Ioctl.Control(_descriptor.Handle, Ioctl.TcFlush, 1);
        _ = _before.TrySet(_descriptor.Handle);
        _ = Ioctl.Control(_descriptor.Handle, Ioctl.TioShared);
        _descriptor.Dispose();
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }
    }

    /// <summary>Takes what is left of the last read, or reads.</summary>
    /// <returns>How many bytes; 0 at the end; -1 when there is nothing yet.</returns>
    private int Take(Span<byte> buffer)
    {
        if (_rest.Length > 0)
        {
            var length = Math.Min(_rest.Length, buffer.Length);
            _rest.AsSpan(0, length).CopyTo(buffer);
            _rest = _rest[length..];
            return length;
        }

        var count = _descriptor.TryRead(buffer, out var error);
        return count >= 0 || error == LibC.TryAgain
            ? count
            : throw new IOException($"{Title} broke: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    private int Decode(Span<byte> read)
    {
        var length = _marked.Decode(read, out var consumed, out _mark);
        if (consumed < read.Length)
            _rest = [.. read[consumed..], .. _rest];
        return length;
    }

    private void Tell()
    {
        if (_mark != ComPortLineState.None && Observer is { } observer)
        {
            if (_mark == ComPortLineState.Break)
                observer.OnBreak();
            else
                observer.OnLineState(_mark);
        }

        _mark = ComPortLineState.None;
        if (_looking is null || Observer is null || !_descriptor.TryAsk(Ioctl.TioModemGet, out var lines))
            return;
        var now = Map(lines, SignalCts, ComPortModemState.Cts) | Map(lines, SignalDsr, ComPortModemState.Dsr)
            | Map(lines, SignalRing, ComPortModemState.Ring) | Map(lines, SignalDcd, ComPortModemState.Dcd);
        if (now == _told)
            return;
        var changed = now ^ (_told ?? ComPortModemState.None);
        _told = now;
        Observer.OnModemState(now | Changes(now, changed));

        static ComPortModemState Map(int lines, int bit, ComPortModemState state) => (lines & bit) != 0 ? state : ComPortModemState.None;
    }

    private static ComPortModemState Changes(ComPortModemState now, ComPortModemState changed) =>
        ((changed & ComPortModemState.Cts) != 0 ? ComPortModemState.CtsChanged : 0)
        | ((changed & ComPortModemState.Dsr) != 0 ? ComPortModemState.DsrChanged : 0)
        | ((changed & ~now & ComPortModemState.Ring) != 0 ? ComPortModemState.RingEnded : 0)
        | ((changed & ComPortModemState.Dcd) != 0 ? ComPortModemState.DcdChanged : 0);

    private bool Set(bool? on, int bit)
    {
        if (on is null)
            return true;
        return Ioctl.Control(_descriptor.Handle, on.Value ? Ioctl.TioModemSetBits : Ioctl.TioModemClearBits, ref bit) == 0;
    }
}
