using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Lines;
using Portside.Lines.Uris;
using Portside.Telnet;
using Portside.Telnet.Terminal;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Concentrator.Links;

/// <summary>One live connection from a virtual machine. Dies with its socket.</summary>
/// <remarks>
/// One loop reads, one sender writes; the protocol between them is <see cref="LinkProtocol"/>. A silent link holds no
/// buffer: it waits with a read of zero bytes. <see cref="End"/> is the only way out, and its first reason wins.
/// </remarks>
public sealed partial class Link : Sender
{
    /// <summary>Bytes of replies a peer may leave unread; a whole opening is a few hundred.</summary>
    private const int MaxControlBytes = 64 * 1024;

    /// <summary>The first byte of a TLS handshake record.</summary>
    private const byte TlsHandshake = 0x16;

    private const int ReadBytes = 64 * 1024;

    /// <summary>Full reads in a row before other links get their turn on this thread.</summary>
    private const int ReadsPerTurn = 8;

    private static readonly TimeSpan QuietPeer = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetiredLimit = TimeSpan.FromSeconds(30);

    private static ReadOnlySpan<byte> WordsForPeople =>
        "\r\nThis is where virtual machines connect; it speaks VMware's telnet extension only.\r\n"u8
        + "People reach a console with 'portside attach NAME', or by the telnet port that 'portside ls' shows.\r\n"u8;

    private static ReadOnlySpan<byte> HandshakeFailureAlert => [0x15, 3, 1, 0, 2, 2, 40];

    private readonly LinkContext _context;
    private readonly ILogger _log;
    private readonly TelnetDecoder _decoder = new();
    private readonly LinkProtocol _protocol;
    private readonly Lock _controlLock = new();
    private readonly ByteQueue _control = new(MaxControlBytes);
    private readonly ByteQueue _replies = new(MaxControlBytes);
    private readonly Socket? _socket;
    private Stream _stream;
    private Memory<byte> _undecoded;
    private NvtOutput _nvtOutput;
    private string? _address;
    private TaskCompletionSource? _ended;
    private LinkEnd _farewell;
    private volatile bool _lineChanged;
    private volatile bool _suspended;
    private bool _received;
    private int _end;
    private long _retired;
    private GuardCase? _case;
    private Task<int>? _readable;

    internal Link(Stream stream, EndPoint? remote, LinkContext context, Socket? socket = null)
    {
        _stream = stream;
        _socket = socket;
        _context = context;
        _log = context.Log;
        RemoteEndPoint = remote;
        _protocol = new LinkProtocol(this, context, _replies);
        Accepted = LastReceived = context.Time.GetTimestamp();
    }

    /// <summary>Where the machine's host connects from.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The same as text.</summary>
    public string Address => _address ??= RemoteEndPoint?.ToString() ?? "unknown";

    /// <summary>TLS version; null on a plain link.</summary>
    public string? Tls { get; private set; }

    /// <summary>Why the link ended; <see cref="LinkEnd.None"/> while it lives.</summary>
    public LinkEnd EndReason => (LinkEnd)Volatile.Read(ref _end);

    /// <summary>Completes when the link ends; made for the few who wait for that.</summary>
    internal Task Ended
    {
        get
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = Interlocked.CompareExchange(ref _ended, ended, null) ?? ended;
            if (EndReason != LinkEnd.None)
                ended.TrySetResult();
            return ended.Task;
        }
    }

    /// <summary>The machine's UUID, 32 lower-case hex digits; null until it told one.</summary>
    internal string? Uuid { get; set; }

    /// <summary>Reads whose bytes came too late to be in order; the port's lock guards it.</summary>
    internal int LateReads { get; set; }

    /// <summary>What is open about its claim; null for nothing. The quarantine sets it.</summary>
    internal GuardCase? Case
    {
        get => Volatile.Read(ref _case);
        set => Volatile.Write(ref _case, value);
    }

    /// <summary>Whether its claim was found right; what was admitted so stays.</summary>
    internal bool Agrees { get; set; }

    /// <summary>Whether somebody said that it is right.</summary>
    internal bool IsAdmittedByHand { get; set; }

    /// <summary>When it took its port by a vMotion's secret, in the clock's ticks; 0 for not so.</summary>
    internal long Vouched { get; set; }

    /// <summary>vMotions it began as their source; the port's lock guards it.</summary>
    internal int Moves { get; set; }

    internal string? Name { get; set; }

    internal string? Direction { get; set; }

    internal string? ServiceUri { get; set; }

    internal string? Note { get; set; }

    /// <summary>The port it serves, or will after COMPLETE.</summary>
    internal Port? Port { get; private set; }

    /// <summary>When it was accepted, in the clock's ticks.</summary>
    internal long Accepted { get; }

    /// <summary>When it last brought bytes, in the clock's ticks.</summary>
    internal long LastReceived { get; private set; }

    /// <summary>Serves the link until it ends.</summary>
    /// <returns>A task that never fails.</returns>
    public async Task RunAsync()
    {
        _context.Metrics.LinkStarted();
        try
        {
            await ServeAsync();
        }
        catch (TelnetProtocolException error)
        {
            Reject(LinkEnd.Protocol, "protocol", error.Message);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            NoteRefusedCertificate($" ({TlsFailure.Explain(error)})");
            if (!IsRejected)
                End(LinkEnd.ConnectionLost);
        }
        catch (Exception error)
        {
            // A defect of ours must cost this link and no other, and must be seen.
            LogFailed(error, Address);
            End(LinkEnd.Failed);
        }
        finally
        {
            NoteRefusedCertificate("");
            End(_farewell != LinkEnd.None ? _farewell : _retired != 0 ? LinkEnd.Migrated : LinkEnd.PeerClosed);
            Port?.LinkEnded(this);
            if (Case is not null)
                _context.Ports.Quarantine.Forget(this);
            if (Port is { } port && _farewell == LinkEnd.Refused)
                _context.Ports.TidyUnserved(port);
            _context.Metrics.LinkEnded(EndReason.ToString());
            LogEnded(Address, EndReason);
            await _stream.DisposeAsync();
        }
    }

    /// <summary>Ends the link at once; the first reason wins.</summary>
    /// <param name="reason">Why.</param>
    public void End(LinkEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, (int)LinkEnd.None) != (int)LinkEnd.None)
            return;
        Volatile.Read(ref _ended)?.TrySetResult();

        // Disposing a socket wakes whoever waits on it; a TLS stream is left to its owner, the reading loop.
        if (_socket is not null)
            _socket.Dispose();
        else
            _stream.Dispose();
    }

    /// <summary>The machine lives elsewhere now: says good-bye with a FIN and reads what is still on its way.</summary>
    internal void Retire()
    {
        Volatile.Write(ref _retired, _context.Time.GetTimestamp());
        _context.Watch?.Invoke(this);
        try
        {
            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is what a source does.
        }
    }

    /// <summary>Whether both links come from one address, so that the newer may well be the same machine's.</summary>
    internal bool ComesFromWhere(Link other) =>
        Equals((RemoteEndPoint as IPEndPoint)?.Address, (other.RemoteEndPoint as IPEndPoint)?.Address);

    /// <summary>Counts as a sign of life: a link that waited for its port could not read meanwhile.</summary>
    internal void Touch() => LastReceived = _context.Time.GetTimestamp();

    internal void Bind(Port? port) => Port = port;

    /// <summary>Clients changed the line: tells the machine, if it is one that is told.</summary>
    internal void LineChanged()
    {
        if (_protocol.Line is not { IsTold: true })
            return;
        _lineChanged = true;
        Wake();
    }

    /// <summary>The machine takes no data from here on, or takes it again.</summary>
    internal void Suspend(bool suspended)
    {
        _suspended = suspended;
        if (!suspended)
            Wake();
    }

    /// <summary>Hands the protocol's replies to the sender.</summary>
    internal void FlushReplies()
    {
        if (_replies.Count == 0)
            return;
        Span<byte> chunk = stackalloc byte[256];
        var fits = true;
        lock (_controlLock)
        {
            while (_replies.Count > 0)
            {
                var reply = chunk[.._replies.Dequeue(chunk)];
                fits &= _control.Enqueue(reply) == reply.Length;
            }
        }

        Wake();
        if (!fits)
            End(LinkEnd.NotReading);
    }

    /// <summary>Asks for something every machine answers at any time, to see whether it lives.</summary>
    internal void AskForSignOfLife()
    {
        lock (_controlLock)
        {
            if (_control.Room > MaxControlBytes / 2)
                VspMessage.Write(_control, VspCode.GetVmName);
        }

        Wake();
    }

    internal int TakeFrom(ByteQueue input, Span<byte> destination, int limit, out int consumed)
    {
        if (!_protocol.TranslatesOutput)
            return input.DequeueEscaped(destination, limit, out consumed);
        Span<byte> plain = stackalloc byte[1024];
        consumed = input.Dequeue(plain[..Math.Min(limit, plain.Length)]);
        _nvtOutput.Escape(plain[..consumed], destination, out _, out var written);
        return written;
    }

    /// <summary>Whether it was refused and has only to say good-bye.</summary>
    internal bool IsRejected => _farewell != LinkEnd.None;

    /// <summary>Remembers why this attempt is refused; the loop says what is left to say and closes.</summary>
    internal void Reject(LinkEnd end, string reason, string detail)
    {
        if (Port is not null)
        {
            LogBroken(Port.Title, Address, detail);
            End(end);
            return;
        }

        var count = _context.Rejections.Add(RemoteEndPoint, reason, detail, Direction, ServiceUri);
        if (System.Numerics.BitOperations.IsPow2(count))
            LogRejected(Address, detail, count);
        _farewell = end;
    }

    /// <summary>A person, or a program that is no machine: told so in words.</summary>
    internal void RejectHuman()
    {
        lock (_controlLock)
            _control.Enqueue(WordsForPeople);
        Reject(LinkEnd.NotAMachine, "not-a-machine", "The peer is not a virtual machine: it did not offer telnet option 232.");
    }

    /// <summary>Ends a link that is overdue: one without identity past its deadline, or a source that stays after its machine moved.</summary>
    /// <returns>Whether it has a deadline still to come.</returns>
    internal bool EndIfOverdue()
    {
        var retired = Volatile.Read(ref _retired);
        if (retired != 0 && _context.Time.GetElapsedTime(retired) > RetiredLimit)
            End(LinkEnd.Migrated);
        if (_protocol.IsSettled || Port is not null || Case is not null || _farewell != LinkEnd.None || EndReason != LinkEnd.None)
            return retired != 0 && EndReason == LinkEnd.None;
        if (_context.Time.GetElapsedTime(Accepted) < _context.Options.IdentityTimeout)
            return true;
        if (_protocol.IsMachine)
        {
            Reject(LinkEnd.IdentityTimeout, "identity-timeout", Uuid is null
                ? "The machine told no UUID that can be read within the time allowed (vm.identityTimeout)."
                : "The machine sent no DO-PROXY within the time allowed (vm.identityTimeout).");
        }
        else
        {
            RejectHuman();
            Wake();
        }

        End(_farewell);
        return false;
    }

    /// <inheritdoc />
    protected override int Fill(Span<byte> chunk)
    {
        lock (_controlLock)
        {
            // Told here and not when it changes: however often that is, what waits to be told is what holds now.
            if (_lineChanged)
            {
                _lineChanged = false;
                _protocol.Line?.Tell(_control);
            }

            if (_control.Count > 0)
                return _control.Dequeue(chunk);
        }

        return _suspended ? 0 : Port?.TakeInput(this, chunk) ?? 0;
    }

    /// <inheritdoc />
    protected override ValueTask SendAsync(ReadOnlyMemory<byte> chunk) => _stream.WriteAsync(chunk);

    /// <inheritdoc />
    protected override void OnSendFailed(Exception error) => End(LinkEnd.ConnectionLost);

    private async Task ServeAsync()
    {
        var flow = Flow.Continue;
        while (EndReason == LinkEnd.None)
        {
            switch (flow)
            {
                case Flow.Continue when Case is { IsHeld: true } held && await IsReleasedAsync(held):
                    flow = Flow.Claim;
                    break;
                case Flow.Continue:
                    await WaitForBytesAsync();
                    if (await ReceiveAsync() is not { } next)
                        return;
                    flow = next;
                    break;
                case Flow.Claim:
                    flow = await ClaimAsync();
                    break;
                case Flow.StartTls:
                    // What was agreed in plain text leaves before the handshake begins.
                    await WhenIdleAsync();
                    flow = await SecureAsync();
                    break;
                default:
                    await SayGoodbyeAsync();
                    return;
            }
        }
    }

    /// <summary>Takes the port, and begins what the service URI asks for; a link that may not is held.</summary>
    private async ValueTask<Flow> ClaimAsync()
    {
        if (!PortId.TryCreate(Uuid, _protocol.Label, out var id))
            throw new InvalidOperationException("A link claims a port before it has an identity.");
        if (!_context.Ports.Quarantine.Admits(this, id))
            return DecodeRest();
        var uri = _protocol.Remote;
        var isClient = Direction == "client";
        if (isClient && uri is NetworkUri network && await _context.Remotes.CheckAsync(network) is { } forbidden)
            return Refuse(forbidden);
        if (await _context.Ports.ClaimAsync(this, id) is not { } port)
            return IsRejected || EndReason != LinkEnd.None ? Flow.Close : DecodeRest();
        _context.Ports.Quarantine.Claimed(this);
        if (_context.Remotes.Begin(port, this, uri, isClient) is { } refusal)
            return Refuse(refusal);
        port.Serve();
        port.TellRemotes();
        _protocol.Claimed(port);
        return DecodeRest();
    }

    private Flow Refuse(RemoteRefusal refusal)
    {
        _protocol.Refuse();
        FlushReplies();
        var count = _context.Rejections.Add(RemoteEndPoint, refusal.Reason, refusal.Detail, Direction, ServiceUri);
        if (System.Numerics.BitOperations.IsPow2(count))
            LogRejected(Address, refusal.Detail, count);
        _farewell = LinkEnd.Refused;
        return Flow.Close;
    }

    /// <summary>
    /// Reads what has come and takes its tokens, until none is left (null at the end of the stream) or one has to be
    /// waited for; its buffer is given back before that.
    /// </summary>
    private async ValueTask<Flow?> ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            for (var reads = 1; ; reads++)
            {
                if (Port is { Log: { } log } port && port.Recording.IsAheadOfPacer(ReadBytes))
                    await log.WaitForRoomAsync(ReadBytes, CancellationToken.None);
                var count = await _stream.ReadAsync(buffer.AsMemory(0, ReadBytes));
                if (count == 0)
                    return null;
                LastReceived = _context.Time.GetTimestamp();
                var bytes = buffer.AsMemory(0, count);
                var flow = !_received && !_protocol.HasSpoken && buffer[0] == TlsHandshake
                    ? BeginsWithTls()
                    : Decode(ref bytes);
                _received = true;
                FlushReplies();
                if (flow != Flow.Continue)
                {
                    _undecoded = bytes.ToArray();
                    return flow;
                }

                if (count < ReadBytes || EndReason != LinkEnd.None)
                    return flow;
                if (reads % ReadsPerTurn == 0)
                    await Task.Yield();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits until something came of a link that is held (false), or it may claim its port.</summary>
    private async ValueTask<bool> IsReleasedAsync(GuardCase held)
    {
        // The read outlives the wait: it is the next one's, here or where the link is served.
        _readable ??= _stream.ReadAsync(Memory<byte>.Empty).AsTask();
        while (true)
        {
            var changed = held.Changed;
            if (held.IsReleased)
                return true;
            if (held.IsFinal)
                _context.Ports.Quarantine.Dropped(held, _protocol.DropEarly());
            if (await Task.WhenAny(_readable, changed) == _readable)
                return false;
        }
    }

    /// <summary>Waits without a buffer. A peer that stays quiet at first is spoken to: some machines wait for that.</summary>
    private async ValueTask WaitForBytesAsync()
    {
        var readable = _readable is { } begun ? new ValueTask<int>(begun) : _stream.ReadAsync(Memory<byte>.Empty);
        _readable = null;
        if (readable.IsCompleted || _protocol.HasSpoken)
        {
            await readable;
            return;
        }

        var pending = readable.AsTask();
        using var stop = new CancellationTokenSource();
        if (await Task.WhenAny(pending, Task.Delay(QuietPeer, _context.Time, stop.Token)) != pending)
        {
            _protocol.Speak();
            FlushReplies();
        }

        await stop.CancelAsync();
        await pending;
    }

    private Flow DecodeRest()
    {
        var rest = _undecoded;
        _undecoded = default;
        var flow = Decode(ref rest);
        if (flow != Flow.Continue && !rest.IsEmpty)
            _undecoded = rest;
        FlushReplies();
        Wake();
        return flow;
    }

    private Flow Decode(ref Memory<byte> bytes)
    {
        var rest = bytes.Span;
        var flow = Flow.Continue;
        while (flow == Flow.Continue && _decoder.TryRead(ref rest, out var token))
            flow = _protocol.Accept(token);
        bytes = bytes[^rest.Length..];
        return flow;
    }

    /// <summary>A TLS handshake instead of telnet: <c>telnets</c>.</summary>
    private Flow BeginsWithTls()
    {
        if (_context.Tls is not null)
            return Flow.StartTls;
        _replies.Enqueue(HandshakeFailureAlert);
        Reject(LinkEnd.TlsOff, "tls-off", "The peer began TLS, which is turned off here (vm.tls: off).");
        return Flow.Close;
    }

    private async ValueTask<Flow> SecureAsync()
    {
        var tls = new SslStream(_undecoded.IsEmpty ? _stream : new PrefixedStream(_undecoded, _stream));
        _undecoded = default;
        using var deadline = new CancellationTokenSource(_context.Options.HandshakeTimeout, _context.Time);
        try
        {
            await tls.AuthenticateAsServerAsync(_context.Tls!(), deadline.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or AuthenticationException)
        {
            await tls.DisposeAsync();
            var why = deadline.IsCancellationRequested ? "it took longer than vm.handshakeTimeout" : TlsFailure.Explain(error);
            Reject(LinkEnd.TlsFailed, "tls-failed", $"The TLS handshake failed: {why}.");
            End(LinkEnd.TlsFailed);
            return Flow.Close;
        }

        _stream = tls;
        Tls = tls.SslProtocol.ToString();
        _received = false;
        _protocol.Secured();
        FlushReplies();
        return Flow.Continue;
    }

    /// <summary>
    /// With TLS 1.3 this end is done with the handshake before the peer looks at the certificate: one that refuses it
    /// leaves without a word, or with an alert.
    /// </summary>
    private void NoteRefusedCertificate(string alert)
    {
        if (Tls is null || _received || IsRejected || EndReason != LinkEnd.None)
            return;
        Reject(
            LinkEnd.TlsFailed,
            "tls-refused",
            $"The peer left right after the TLS handshake, without a word{alert}: a host does so that does not accept the "
            + "certificate, because its proxy URI pins another thumbprint or it trusts no authority of it.");
    }

    /// <summary>Lets the peer have the last words: sends them, closes this half, and waits a moment for the other.</summary>
    private async Task SayGoodbyeAsync()
    {
        using var deadline = new CancellationTokenSource(FarewellLimit, _context.Time);
        var scratch = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            await WhenIdleAsync().WaitAsync(deadline.Token);
            if (_readable is { } begun)
                await begun.WaitAsync(deadline.Token);
            if (_stream is SslStream tls)
                await tls.ShutdownAsync().WaitAsync(deadline.Token);
            _socket?.Shutdown(SocketShutdown.Send);
            while (_socket is not null && await _stream.ReadAsync(scratch, deadline.Token) > 0)
            {
                // Unread bytes would turn the close into a reset and lose the words.
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer left first, or would not listen; either way the link ends now.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            End(_farewell == LinkEnd.None ? LinkEnd.Refused : _farewell);
        }
    }
}
