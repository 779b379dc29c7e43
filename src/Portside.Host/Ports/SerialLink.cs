using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Portside.Lines;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet;
using Portside.Telnet.ComPort;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Ports;

/// <summary>One connection of a port to its proxy, from dialling to its end.</summary>
/// <remarks>
/// Reads in one place (<see cref="RunAsync"/>), writes in one place (<see cref="LinkWriter"/>), and ends once: the first
/// reason wins. Between reads it holds no buffer. Lock order: this link, then its port; never the other way.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without timer or wait handle holds nothing to dispose.")]
internal sealed class SerialLink : IMachineEvents
{
    private const int ReadSize = 32_768;

    /// <summary>How long a closed connection waits for the proxy to close too, so that no byte under way is reset.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _threadOutput;

    private readonly VirtualSerialPort _port;
    private readonly VirtualSerialPortOptions _options;
    private readonly TimeProvider _time;
    private readonly MachineProtocol _protocol;
    private readonly LinkWriter _writer;
    private readonly LineQueue _aside = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource? _introduced;
    private readonly Lock _sync = new();
    private Stream? _transport;
    private Stream? _stream;
    private ITimer? _timer;
    private TaskCompletionSource<MigrationAnswer>? _awaited;
    private VspCode _asked;
    private ReadOnlyMemory<byte> _sequence;
    private volatile EndCause? _cause;
    private volatile bool _writeFailed;
    private volatile bool _silent;
    private bool _talking;
    private bool _authenticationTimerFired;
    private bool _holding;
    private bool _isAside;
    private bool _servedNow;
    private LineEvents _lineEvents;
    private volatile bool _suspended;

    /// <summary>A connection not made yet.</summary>
    /// <param name="port">Whose it is.</param>
    /// <param name="options">The port's options, its machine's name and UUIDs filled in.</param>
    /// <param name="time">The clock.</param>
    public SerialLink(VirtualSerialPort port, VirtualSerialPortOptions options, TimeProvider time)
        : this(port, options, time, key: default)
    {
    }

    private SerialLink(VirtualSerialPort port, VirtualSerialPortOptions options, TimeProvider time, ReadOnlyMemory<byte> key)
    {
        _port = port;
        _options = options;
        _time = time;
        _writer = new LinkWriter(OnWriteFailure) { IsQuiet = true };
        _protocol = new MachineProtocol(options, key, options.ProxyUri.Scheme == NetworkScheme.Telnets, this);
        IsDestination = !key.IsEmpty;
        if (IsDestination)
            _introduced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whether this connection is, or was, the destination of a vMotion.</summary>
    public bool IsDestination { get; }

    /// <summary>Completes when the connection is closed at both ends, or given up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Completes when a destination has sent PEER, or ended.</summary>
    public Task Introduced => _introduced?.Task ?? Task.CompletedTask;

    /// <summary>Why it ended; <see cref="LinkEnd.None"/> before that.</summary>
    public LinkEnd End => _cause?.End ?? LinkEnd.None;

    /// <summary>The same in words.</summary>
    public string EndReason => _cause?.Reason ?? "";

    /// <summary>Whether the connection ended, or is about to: there is no use in waiting before reading it on.</summary>
    public bool IsEnding => _cause is not null || _writeFailed;

    /// <summary>This end's address.</summary>
    public EndPoint? LocalEndPoint { get; private set; }

    /// <summary>The TLS version; null for plaintext.</summary>
    /// <remarks>Kept, because an ended stream does not tell it any more.</remarks>
    public string? Tls { get; private set; }

    /// <summary>Whether COM-PORT-OPTION is on.</summary>
    public bool ComPort => _protocol.ComPort;

    /// <summary>Whether the proxy takes no data now.</summary>
    public bool IsSuspended => _suspended;

    /// <summary>The proxy's KNOWN-SUBOPTIONS.</summary>
    public IReadOnlyList<byte>? ProxySuboptions => _protocol.ProxySuboptions;

    /// <summary>Input set aside until it is known whose it is, in bytes.</summary>
    public int AsideCount
    {
        get
        {
            lock (_sync)
                return _aside.Count;
        }
    }

    /// <summary>The destination's connection of a vMotion, not made yet.</summary>
    /// <param name="port">Whose it is.</param>
    /// <param name="options">The port's options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="key">Sequence and secret of GOAHEAD.</param>
    /// <param name="sequence">The sequence, which PEER-OK repeats.</param>
    /// <param name="answer">PEER's answer.</param>
    /// <returns>The connection; <see cref="RunAsync"/> makes it.</returns>
    public static SerialLink ForDestination(
        VirtualSerialPort port,
        VirtualSerialPortOptions options,
        TimeProvider time,
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte> sequence,
        out Task<MigrationAnswer> answer)
    {
        var link = new SerialLink(port, options, time, key) { _isAside = true };
        answer = link.Await(VspCode.VmotionPeer, sequence);
        return link;
    }

    /// <summary>Makes the connection and reads it to its end.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ConnectAsync().ConfigureAwait(false);
            await ReadAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            TrySetEnd(LinkEnd.Closed, "Closed by the machine.");
        }
        catch (OperationCanceledException)
        {
            var within = $"within {_options.ConnectTimeout.TotalSeconds:0.#} s";
            if (_transport is null)
                TrySetEnd(LinkEnd.Unreachable, $"No answer from {Address} {within}.");
            else
                TrySetEnd(LinkEnd.TlsFailed, $"No TLS handshake with {Address} {within}.");
        }
        catch (PeerVerificationException e)
        {
            TrySetEnd(LinkEnd.NotVerified, e.Message);
        }
        catch (AuthenticationException e)
        {
            TrySetEnd(LinkEnd.TlsFailed, $"No TLS with {Address}: {Innermost(e)}");
        }
        catch (Exception e)
        {
            if (_transport is null)
                TrySetEnd(LinkEnd.Unreachable, $"{Address} cannot be reached: {Innermost(e)}");
            else if (!_talking || IsShakingHands)
                TrySetEnd(LinkEnd.TlsFailed, $"The TLS handshake with {Address} broke off: {Innermost(e)}");
            else
                TrySetEnd(LinkEnd.Broken, $"The connection to {Address} broke: {Innermost(e)}");
        }
        finally
        {
            await FinishAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends some of the guest's bytes.</summary>
    /// <returns>How many were taken; 0 when the connection takes none.</returns>
    public ValueTask<int> WriteDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        _writer.WriteDataAsync(data, cancellation);

    /// <summary>Lets the guest's bytes through, or keeps them off.</summary>
    public void SetQuiet(bool quiet) => _writer.IsQuiet = quiet;

    /// <summary>Sends BEGIN and awaits its answer. The guest must be quiet.</summary>
    /// <returns>GOAHEAD, NOTNOW, not understood, or the connection's end. From GOAHEAD on input is set aside.</returns>
    public Task<MigrationAnswer> BeginAsync(ReadOnlyMemory<byte> sequence)
    {
        var answer = Await(VspCode.VmotionBegin, sequence);
        Post(VspCode.VmotionBegin, sequence.Span);
        return answer;
    }

    /// <summary>An answer that comes from here on is ignored.</summary>
    /// <returns>False when the answer came just before.</returns>
    public bool GiveUpAwaiting()
    {
        lock (_sync)
        {
            var awaited = _awaited is not null;
            _awaited = null;
            return awaited;
        }
    }

    /// <summary>Tells the proxy how the line is set, as far as it does not know.</summary>
    /// <param name="signalsOnly">Whether only the modem lines changed.</param>
    public void TellLine(bool signalsOnly = false)
    {
        lock (_sync)
        {
            if (_protocol.Line is not { } line)
                return;
            var output = new ArrayBufferWriter<byte>(64);
            SayLine(line, output, signalsOnly);
            _writer.Post(output.WrittenSpan);
        }
    }

    /// <summary>Sends a break, behind the guest's bytes that were given before.</summary>
    public void SendBreak() => _writer.Post([TelnetCommand.Iac, TelnetCommand.Break]);

    /// <summary>Sends a message of option 232.</summary>
    public void Post(VspCode code, ReadOnlySpan<byte> payload = default)
    {
        var output = new ArrayBufferWriter<byte>(64);
        VspMessage.Write(output, code, payload);
        _writer.Post(output.WrittenSpan);
    }

    /// <summary>What was set aside is the guest's, and so is what follows; the guest may speak.</summary>
    public void GoLive()
    {
        lock (_sync)
        {
            if (IsDestination && !_protocol.IsServed)
            {
                _protocol.OnComplete();
                _timer?.Dispose();
            }

            _isAside = false;
            _port.OnInput(this, _aside);
            _writer.IsQuiet = false;
        }
    }

    /// <summary>What was set aside came too late for anybody; it is counted.</summary>
    public void DropAside()
    {
        lock (_sync)
            _port.OnInput(this, _aside);
    }

    /// <summary>Closes in good order: what was sent arrives, then the end. What still comes is counted and dropped.</summary>
    public void Close()
    {
        if (!TrySetEnd(LinkEnd.Closed, "Closed by the machine."))
            return;
        _writer.IsQuiet = true;

        // Either this sees that talking began, or the one who begins sees the end.
        bool talking;
        lock (_sync)
            talking = _talking;
        if (talking)
            _ = ShutdownAsync();
        else
            _closing.Cancel();
        _port.OnRoom();
    }

    /// <summary>Says nothing any more, and does not close when the proxy does, until <see cref="Kill"/>.</summary>
    public void FallSilent()
    {
        _silent = true;
        _writer.IsQuiet = true;
    }

    /// <summary>Breaks the connection, as a host that dies would.</summary>
    public void Kill()
    {
        TrySetEnd(LinkEnd.Closed, "Broken by the machine.");
        _writer.Stop();
        _closing.Cancel();
        if (_transport is NetworkStream { Socket: var socket })
        {
            try
            {
                // The socket itself, not its stream, which would say goodbye first.
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception e) when (LinkWriter.IsLinkFailure(e))
            {
                // It is gone already, which is what was asked for.
            }
        }

        _transport?.Dispose();
        _port.OnRoom();
    }

    void IMachineEvents.OnInput(ReadOnlySpan<byte> data)
    {
        if (_isAside)
            _aside.Append(data);
        else
            _port.OnInput(this, data);
    }

    void IMachineEvents.OnBreak()
    {
        if (_isAside)
            _aside.AppendBreak();
        else
            _port.OnBreak(this);
    }

    void IMachineEvents.OnComPort(ComPortClient line, IBufferWriter<byte> output)
    {
        line.SendSignature(output);
        SayLine(line, output);
    }

    void IComPortObserver.OnSettings(LineSettings inForce) => _lineEvents.Settings = inForce;

    void IComPortObserver.OnModemState(ComPortModemState state) => _lineEvents.Add(state);

    void IComPortObserver.OnLineState(ComPortLineState state) => _lineEvents.LineState |= state;

    void IComPortObserver.OnSuspended(bool suspended) => _suspended = suspended;

    void IComPortObserver.OnSignature(ReadOnlySpan<byte> text)
    {
        // Nothing depends on what a proxy calls itself.
    }

    void IMachineEvents.OnServed() => _servedNow = true;

    void IMachineEvents.OnMigrationAnswer(VspCode code, ReadOnlySpan<byte> payload)
    {
        // Answers of another attempt are not ours. Some proxies append the secret where the sequence would do.
        var expected = _asked == VspCode.VmotionPeer ? code == VspCode.VmotionPeerOk : code != VspCode.VmotionPeerOk;
        if (_awaited is null || !expected || !payload.StartsWith(_sequence.Span))
            return;
        if (code == VspCode.VmotionGoAhead)
            _isAside = true;
        if (code == VspCode.VmotionPeerOk)
            _timer?.Dispose(); // From here on the vMotion decides how long this may last.
        Answer(new MigrationAnswer(code, payload.ToArray()));
    }

    void IMachineEvents.OnNotUnderstood(VspCode code)
    {
        if (_awaited is not null && code == _asked)
            Answer(new MigrationAnswer(VspCode.UnknownSuboptionReceived2, default));
    }

    private string Address => $"{_options.ProxyUri.Host}:{_options.ProxyUri.Port}";

    private bool IsShakingHands
    {
        get
        {
            lock (_sync)
                return _protocol.HoldsOutput;
        }
    }

    private static string Innermost(Exception e) => e.GetBaseException().Message;

    private async Task ConnectAsync()
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        if (_options.Block?.Invoke() is { } reason)
            throw new IOException(reason);
        var connector = _options.Connector ?? TcpConnector.ConnectAsync;
        var transport = await connector(_options, either.Token).ConfigureAwait(false);
        lock (_sync)
        {
            _transport = transport;
            _stream = transport;
        }

        LocalEndPoint = (transport as NetworkStream)?.Socket.LocalEndPoint;
        either.Token.ThrowIfCancellationRequested();
        if (_options.ProxyUri.Scheme == NetworkScheme.Telnets)
            _stream = await AuthenticateAsync(transport, either.Token).ConfigureAwait(false);

        _writer.Use(_stream);
        lock (_sync)
        {
            if (_cause is not null)
                throw new OperationCanceledException();
            _talking = true;
            var output = Output();
            _protocol.Open(output);
            _writer.Post(output.WrittenSpan);
            var first = _options.ProxyUri.Scheme == NetworkScheme.Telnet ? _options.AuthenticationWait : _options.NegotiationTimeout;
            _authenticationTimerFired = _options.ProxyUri.Scheme == NetworkScheme.Telnets;
            _timer = _time.CreateTimer(static link => ((SerialLink)link!).OnTimer(), this, first, Timeout.InfiniteTimeSpan);
        }

        _port.OnNegotiating(this);
    }

    private async Task<SslStream> AuthenticateAsync(Stream transport, CancellationToken cancellation)
    {
        var tls = await TlsDialer.AuthenticateAsync(
            transport,
            new TlsPeer(_options.ProxyUri.Host, _options.ProxyUri.Parameters, "proxy"),
            _options.TlsProtocols,
            _options.TrustedRoots,
            _time,
            cancellation).ConfigureAwait(false);
        Tls = tls.SslProtocol.ToString();
        return tls;
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            // A silent connection waits here, without a buffer.
            await _stream!.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            await _port.WaitForRoomAsync(this).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
            try
            {
                int length;
                do
                {
                    length = await _stream.ReadAsync(buffer.AsMemory(0, ReadSize)).ConfigureAwait(false);
                    if (length == 0)
                    {
                        if (_silent)
                            await Task.Delay(Timeout.InfiniteTimeSpan, _closing.Token).ConfigureAwait(false);
                        OnPeerClosed();
                        return;
                    }

                    switch (Process(buffer.AsSpan(0, length), out var rest))
                    {
                        case Flow.StartTls:
                            await StartTlsAsync(buffer.AsSpan(length - rest, rest).ToArray()).ConfigureAwait(false);
                            break;
                        case Flow.End:
                            TrySetEnd(_protocol.End, $"{Address}: {_protocol.EndReason}");
                            return;
                    }

                    if (length == ReadSize)
                        await _port.WaitForRoomAsync(this).ConfigureAwait(false);
                }
                while (length == ReadSize);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private Flow Process(Span<byte> input, out int rest)
    {
        var suspended = _suspended;
        var flow = ProcessAll(input, out rest);

        // Outside the lock: who hears of it may want to say something.
        var events = _lineEvents;
        if (!events.IsNone)
        {
            _lineEvents = default;
            _port.OnLine(this, events);
        }

        if (suspended && !_suspended)
            _port.OnResumed();
        return flow;
    }

    private void SayLine(ComPortClient line, IBufferWriter<byte> output, bool signalsOnly = false)
    {
        var (settings, dtr, rts) = _port.LineToTell;
        if (!signalsOnly)
            line.Want(settings, output);
        line.SetSignals(dtr, rts, output);
    }

    private Flow ProcessAll(Span<byte> input, out int rest)
    {
        lock (_sync)
        {
            var output = Output();
            Flow flow;
            do
            {
                flow = _protocol.Accept(ref input, output);
                if (_servedNow)
                    Serve(output);
                if (_protocol.HoldsOutput == _holding)
                    continue;

                // START goes out, and nothing after it; what was held goes out before what a REJECT sets free.
                _holding = _protocol.HoldsOutput;
                if (!_holding)
                    _writer.Release();
                _writer.Post(output.WrittenSpan);
                output.ResetWrittenCount();
                if (_holding)
                    _writer.Hold();
            }
            while (flow == Flow.Continue);
            _writer.Post(output.WrittenSpan);
            if (_introduced is not null && _protocol.IsIntroduced)
                _introduced.TrySetResult();
            rest = input.Length;
            return flow;
        }
    }

    private void Send(ArrayBufferWriter<byte> output)
    {
        if (_servedNow)
            Serve(output);
        else
            _writer.Post(output.WrittenSpan);
    }

    /// <summary>The guest may speak, but not before the words its machine says now.</summary>
    private void Serve(ArrayBufferWriter<byte> output)
    {
        _servedNow = false;
        _timer?.Dispose();
        _writer.Post(output.WrittenSpan);
        output.ResetWrittenCount();
        _writer.IsQuiet = false;
        _port.OnServed(this);
    }

    private async Task StartTlsAsync(byte[] rest)
    {
        // A TLS server speaks second, so nothing should be left; if it is, it is TLS and not telnet.
        var inner = rest.Length == 0 ? _transport! : new PrefixedStream(rest, _transport!);
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        await _writer.DrainAsync().ConfigureAwait(false);
        _stream = await AuthenticateAsync(inner, either.Token).ConfigureAwait(false);
        _writer.Use(_stream);
        lock (_sync)
        {
            var output = Output();
            _protocol.OnSecured(output);
            _holding = false;
            _writer.Release();
            Send(output);
        }
    }

    private void OnPeerClosed()
    {
        bool inside;
        bool served;
        lock (_sync)
        {
            inside = _protocol.IsInsideCommand;
            served = _protocol.IsServed;
        }

        var when = served ? "" : " before it agreed to serve the port";
        TrySetEnd(LinkEnd.PeerClosed, inside
            ? $"{Address} closed the connection in the middle of a telnet command."
            : $"{Address} closed the connection{when}.");
    }

    private void OnTimer()
    {
        lock (_sync)
        {
            if (_protocol.IsServed || _cause is not null)
                return;
            if (!_authenticationTimerFired)
            {
                _authenticationTimerFired = true;
                var output = Output();
                _protocol.OnAuthenticationTimeout(output);
                Send(output);
                _timer?.Change(_options.NegotiationTimeout, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        var within = $"within {_options.NegotiationTimeout.TotalSeconds:0.#} s";
        if (!TrySetEnd(LinkEnd.NegotiationTimedOut, $"{Address} did not agree to serve the port {within}: is it a proxy for serial ports?"))
            return;
        _closing.Cancel();
        _transport?.Dispose();
    }

    /// <summary>The reader has the last word: bytes that came before the end, and the end's reason.</summary>
    private void OnWriteFailure()
    {
        _writeFailed = true;
        _port.OnRoom();
    }

    private async Task ShutdownAsync()
    {
        try
        {
            await _writer.DrainAsync().WaitAsync(Linger, _time).ConfigureAwait(false);
            if (_stream is SslStream tls)
                await tls.ShutdownAsync().WaitAsync(Linger, _time).ConfigureAwait(false);
            if (_transport is not NetworkStream { Socket: var socket })
                return;
            socket.Shutdown(SocketShutdown.Send);
            await _ended.Task.WaitAsync(Linger, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (LinkWriter.IsLinkFailure(e) || e is TimeoutException)
        {
            // The proxy does not close its half; ours is closed all the same.
        }
        finally
        {
            _transport?.Dispose();
        }
    }

    private async Task FinishAsync()
    {
        _writer.Stop();
        TaskCompletionSource<MigrationAnswer>? awaited;
        lock (_sync)
        {
            _timer?.Dispose();
            awaited = _awaited;
            _awaited = null;
        }

        if (_stream is not null)
        {
            try
            {
                if (_stream is SslStream && End != LinkEnd.Broken)
                    await _stream.DisposeAsync().ConfigureAwait(false);
                await _transport!.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (LinkWriter.IsLinkFailure(e))
            {
                // Closing what is broken may complain; the reason is known already.
            }
        }

        awaited?.TrySetResult(default);
        _introduced?.TrySetResult();
        _ended.TrySetResult();
        _port.OnEnded(this);
    }

    private Task<MigrationAnswer> Await(VspCode asked, ReadOnlyMemory<byte> sequence)
    {
        lock (_sync)
        {
            _asked = asked;
            _sequence = sequence;
            _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_ended.Task.IsCompleted)
                _awaited.TrySetResult(default);
            return _awaited.Task;
        }
    }

    private void Answer(MigrationAnswer answer)
    {
        _awaited?.TrySetResult(answer);
        _awaited = null;
    }

    private bool TrySetEnd(LinkEnd end, string reason) =>
        Interlocked.CompareExchange(ref _cause, new EndCause(end, reason), null) is null;

    private static ArrayBufferWriter<byte> Output()
    {
        var output = _threadOutput ??= new ArrayBufferWriter<byte>(256);
        output.ResetWrittenCount();
        return output;
    }

    private sealed record EndCause(LinkEnd End, string Reason);
}
