using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Portside.Lines.Terminals;

/// <summary>A non-blocking descriptor that is read and written without a thread of its own.</summary>
/// <remarks>One reads and one writes at a time; anybody may wake the reader or close.</remarks>
[SupportedOSPlatform("linux")]
internal sealed partial class PolledDescriptor : IDisposable
{
    /// <summary><c>O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC</c>.</summary>
    private const int OpenFlags = 0x2 | 0x100 | 0x800 | 0x80000;

    private readonly Lock _lock = new();
    private readonly long _key;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _writable;
    private bool _waitsForInput;
    private bool _isClosed;

    /// <summary>Takes over an open descriptor, which must not block.</summary>
    public PolledDescriptor(SafeFileHandle handle)
    {
        Handle = handle;
        _key = Poller.Shared.Register(this, handle);
    }

    /// <summary>The descriptor itself.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _isClosed;
        }
    }

    /// <summary>Opens a device, without it becoming the process's terminal.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        var descriptor = OpenFile(path, OpenFlags);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Asks for a number by <c>ioctl</c>.</summary>
    /// <returns>False when the device has no such thing, or is closed.</returns>
    public bool TryAsk(nuint request, out int answer)
    {
        answer = 0;
        try
        {
            return Ioctl.Control(Handle, request, ref answer) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="buffer">Not empty.</param>
    /// <param name="error">0, or the error's number.</param>
    /// <returns>How many bytes; 0 at the end; -1 with <paramref name="error"/>.</returns>
    public int TryRead(Span<byte> buffer, out int error)
    {
        error = 0;
        try
        {
            int count;
            do
            {
                count = (int)LibC.Read(Handle, buffer, buffer.Length);
                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (error == LibC.Interrupted);
            return count;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Writes what fits.</summary>
    /// <returns>How many bytes; -1 with <paramref name="error"/>.</returns>
    public int TryWrite(ReadOnlySpan<byte> data, out int error)
    {
        try
        {
            int count;
            do
            {
                count = (int)LibC.Write(Handle, data, data.Length);
                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (error == LibC.Interrupted);
            return count;
        }
        catch (ObjectDisposedException)
        {
            error = LibC.InputOutput;
            return -1;
        }
    }

    /// <summary>What is so now, of input, hang-up and error (<see cref="Poller.In"/> and its siblings).</summary>
    public uint Look()
    {
        var taken = false;
        try
        {
            Handle.DangerousAddRef(ref taken);
            Span<LibC.PollEntry> entry = [new LibC.PollEntry { Descriptor = (int)Handle.DangerousGetHandle(), Wanted = (short)Poller.In }];
            return LibC.Poll(entry, 1, 0) > 0 ? (uint)entry[0].Happened : 0;
        }
        catch (ObjectDisposedException)
        {
            return Poller.HangUp;
        }
        finally
        {
            if (taken)
                Handle.DangerousRelease();
        }
    }

    /// <summary>Waits until there may be something to read, until <see cref="Wake"/>, or the end.</summary>
    /// <param name="forInput">False to wait for <see cref="Wake"/> alone: a terminal nobody has open is hung up all the time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task WaitForInputAsync(bool forInput, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_isClosed)
                return Task.CompletedTask;
            _readable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waitsForInput = forInput;
            if (forInput)
                Arm();
            return _readable.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits until it may take bytes, or the end.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_isClosed)
                return Task.CompletedTask;
            _writable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Arm();
            return _writable.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Lets whoever waits for input look again.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _readable?.TrySetResult();
            _readable = null;
        }
    }

    /// <summary>Writes all of it.</summary>
    /// <returns>0, or the number of the error that ended it.</returns>
    public async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty)
        {
            var count = TryWrite(data.Span, out var error);
            if (count > 0)
                data = data[count..];
            else if (count == 0 || error == LibC.TryAgain)
                await WaitForRoomAsync(cancellation).ConfigureAwait(false);
            else
                return error;
        }

        return 0;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Poller.Shared.Forget(Handle, _key);
            _readable?.TrySetResult();
            _writable?.TrySetResult();
        }

        Handle.Dispose();
    }

    /// <summary>The poller's thread saw something.</summary>
    public void OnReady(uint events)
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            var isOver = (events & (Poller.HangUp | Poller.Error)) != 0;
            if (_waitsForInput && (isOver || (events & Poller.In) != 0))
            {
                _readable?.TrySetResult();
                _readable = null;
                _waitsForInput = false;
            }

            if (isOver || (events & Poller.Out) != 0)
            {
                _writable?.TrySetResult();
                _writable = null;
            }

            // The event has disarmed both; who was not meant waits on.
            if ((_waitsForInput && _readable is not null) || _writable is not null)
                Arm();
        }
    }

    private void Arm() => Poller.Shared.Arm(
        Handle,
        _key,
        (_waitsForInput && _readable is not null ? Poller.In : 0) | (_writable is not null ? Poller.Out : 0));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
