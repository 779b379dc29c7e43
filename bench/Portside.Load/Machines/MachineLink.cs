using System.Net.Sockets;
using Portside.Load.Wire;

namespace Portside.Load.Machines;

/// <summary>
/// One connection of a simulated machine. An idle link holds no buffer: it waits
/// with a zero-byte receive and reads into a buffer of its thread.
/// </summary>
/// <remarks>
/// Answers are delivered by the thread that polls sockets, so a continuation of <see cref="Ready"/> or
/// <see cref="BeginAsync"/> must not block.
/// </remarks>
internal sealed class MachineLink : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(10);

    [ThreadStatic]
    private static byte[]? _received;

    [ThreadStatic]
    private static TelnetWriter? _written;

    private readonly MachineTelnet _telnet;
    private readonly IGuest? _guest;
    private readonly MachineTelnet.DataHandler _deliver;
    private readonly TaskCompletionSource _ready;
    private readonly TaskCompletionSource _closed = new();
    private TaskCompletionSource<byte[]?>? _beginAnswer;

    /// <param name="socket">Connected; non-blocking for <see cref="RunAsync"/>. The link owns it from here on.</param>
    /// <param name="identity">Who the machine says it is.</param>
    /// <param name="guest">What runs in it; null hears nothing.</param>
    /// <param name="migrationKey">For a vMotion's destination: sequence and secret.</param>
    public MachineLink(Socket socket, MachineIdentity identity, IGuest? guest = null, byte[]? migrationKey = null)
    {
        Socket = socket;
        Identity = identity;
        _guest = guest;
        _telnet = new MachineTelnet(identity, migrationKey);
        _ready = new TaskCompletionSource(
            socket.Blocking ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
        _deliver = Deliver;
    }

    public Socket Socket { get; }

    public MachineIdentity Identity { get; }

    /// <summary>Held while replies are sent; hold it to send data that must not meet them halfway.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Proxied and identified, or PEER-OK received. Faults when refused or closed before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The link ended, whoever ended it. Never faults.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Receives that brought bytes: how often the concentrator's words woke this end.</summary>
    public int Reads { get; private set; }

    /// <summary>Serial bytes that came after GOAHEAD, which a concentrator has to keep for the destination.</summary>
    public long BytesAfterGoAhead { get; private set; }

    /// <summary>Says telnet's first words; then run it.</summary>
    public void Open()
    {
        var replies = Clean();
        _telnet.Open(replies);
        Send(replies.Written);
    }

    /// <summary>Starts without telnet, with bytes that say who it is: the floor's relay only joins bytes.</summary>
    public void OpenRaw(ReadOnlySpan<byte> preamble)
    {
        Send(preamble);
        _ready.TrySetResult();
    }

    /// <summary>Receives until the link ends, on the threads that poll sockets. Never faults.</summary>
    public async Task RunAsync()
    {
        try
        {
            do
                await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            while (Receive());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidDataException)
        {
            _ready.TrySetException(e);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>
    /// Receives until the link ends, on the calling thread and a blocking socket: the kernel wakes this thread for each
    /// event and nothing else, which is what measuring single events needs.
    /// </summary>
    public void Run()
    {
        try
        {
            while (Receive())
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidDataException)
        {
            _ready.TrySetException(e);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Offers option 232 unprompted.</summary>
    public void Lead()
    {
        lock (Gate)
        {
            var replies = Clean();
            _telnet.Lead(replies);
            Send(replies.Written);
        }
    }

    /// <summary>Announces a vMotion. Call with the guest silenced.</summary>
    /// <returns>Sequence and secret, or null for NOTNOW.</returns>
    public Task<byte[]?> BeginAsync(ReadOnlySpan<byte> sequence)
    {
        lock (Gate)
        {
            var answer = _beginAnswer = new TaskCompletionSource<byte[]?>();
            var replies = Clean();
            _telnet.Begin(sequence, replies);
            Send(replies.Written);
            return answer.Task;
        }
    }

    /// <summary>Takes the vMotion back; the guest may go on.</summary>
    public void Abort()
    {
        lock (Gate)
        {
            var replies = Clean();
            _telnet.Abort(replies);
            Send(replies.Written);
        }
    }

    /// <summary>Takes the port over, on the destination after <see cref="Ready"/>.</summary>
    public void Complete(ReadOnlySpan<byte> sequence)
    {
        lock (Gate)
            Send(Clean().Extend(Suboption.VmotionComplete, sequence).Written);
    }

    /// <summary>Sends all of it, waiting for room if it must; for what is short.</summary>
    /// <exception cref="SocketException">The link is gone, or took nothing for ten seconds.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = Socket.Send(bytes, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock && Socket.Poll(SendLimit, SelectMode.SelectWrite))
                continue;
            if (error != SocketError.Success)
                throw new SocketException((int)error);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Takes what was received, answers it, and then tells who waits.</summary>
    public void Process(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource<byte[]?>? answered = null;
        lock (Gate)
        {
            Reads++;
            var replies = Clean();
            _telnet.Hear(bytes, replies, _deliver);
            Send(replies.Written);
            if (_telnet.GoAhead is not null || _telnet.NotNow)
                (answered, _beginAnswer) = (_beginAnswer, null);
        }

        // Told last, outside the lock: a waiter runs right here and may use this thread's buffers for another link.
        if (_telnet.Refusal is not null)
            _ready.TrySetException(new InvalidOperationException($"{Identity.Name}: {_telnet.Refusal}."));
        if (_telnet.IsReady)
            _ready.TrySetResult();
        answered?.TrySetResult(_telnet.GoAhead);
    }

    public void Dispose()
    {
        Socket.Dispose();
        _ready.TrySetException(new IOException($"{Identity.Name}: the link ended before its port was served."));
        _beginAnswer?.TrySetException(new IOException($"{Identity.Name}: the link ended before BEGIN was answered."));
        _closed.TrySetResult();
    }

    private static TelnetWriter Clean()
    {
        var writer = _written ??= new TelnetWriter();
        writer.Clear();
        return writer;
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        if (_telnet.GoAhead is not null)
            BytesAfterGoAhead += data.Length;
        _guest?.Typed(this, data);
    }

    private bool Receive()
    {
        var buffer = _received ??= new byte[ReceiveBytes];
        var count = Socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return true;
        if (count == 0 || error != SocketError.Success)
            return false;
        Process(buffer.AsSpan(0, count));
        return true;
    }
}
