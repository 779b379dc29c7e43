using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Portside.Lines.Tls;
using Portside.Telnet;
using Portside.Telnet.Authentication;
using Portside.Telnet.ComPort;
using Portside.Telnet.Negotiation;
using Portside.Telnet.Terminal;

namespace Portside.Lines;

/// <summary>A line whose bytes travel by telnet (RFC 854), with speed, framing and signals where the peer knows RFC 2217.</summary>
/// <remarks>
/// <para>
/// Both ways of BINARY and SUPPRESS-GO-AHEAD are asked for. With BINARY every byte travels as it is. Without it a lone CR
/// is sent as CR NUL; of what comes, the NUL behind a CR is dropped, and by an acceptor, whose peer is a terminal, the LF
/// too: both are its Return key.
/// </para>
/// <para>
/// TLS in band: a dialler says WILL AUTHENTICATION only when TLS is required, or when the peer asks (DO); an acceptor says
/// DO only when TLS is required, or when the peer offers. What is required and not had ends the line before it began.
/// </para>
/// <para>
/// One task reads the connection and keeps up to 64 KiB for <see cref="ReadAsync"/>; it answers the peer meanwhile. A write
/// that is broken off breaks the line: half a command cannot be completed later.
/// </para>
/// </remarks>
public sealed partial class TelnetLine : Line
{
    private const int ReadSize = 16_384;
    private const int WriteSize = 16_384;

    /// <summary>Answers that wait because the peer takes none; who asks more without listening is cut off.</summary>
    private const int MaxWaitingAnswers = 65_536;

    /// <summary>Longest subnegotiation taken: RFC 2217's signatures are the only ones with text.</summary>
    private const int MaxSubnegotiation = 4096;

    private readonly TelnetLineOptions _options;
    private readonly Socket? _socket;
    private readonly Action? _closed;
    private readonly TelnetDecoder _decoder = new(MaxSubnegotiation);
    private readonly OptionNegotiator _negotiator;
    private readonly Lock _sync = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ArrayBufferWriter<byte> _answers = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 65_536, resumeWriterThreshold: 32_768, useSynchronizationContext: false));
    private readonly Queue<Mark> _marks = new();
    private Stream _stream;
    private string? _tlsVersion;
    private bool _holdsGate;
    private NvtInput _nvtInput;
    private NvtOutput _nvtOutput;
    private bool _afterCr;
    private TlsState _tls;
    private byte _modifier;
    private bool _isLed;
    private string? _failure;
    private long _received;
    private long _taken;
    private long _dropBefore;
    private Task _pump = Task.CompletedTask;
    private int _disposed;

    private TelnetLine(Stream stream, Socket? socket, TelnetLineOptions options, Action? closed)
    {
        _stream = stream;
        _socket = socket;
        _options = options;
        _closed = closed;
        _tlsVersion = (stream as SslStream)?.SslProtocol.ToString();
        _tls = stream is SslStream ? TlsState.On : TlsState.Off;
        _negotiator = new OptionNegotiator(Table(options));
        if (!options.ComPort)
            return;
        if (IsDialler)
            _client = new ComPortClient(new ClientEvents(this), options.Signature);
        else
            _server = new ComPortServer(_device = new Device(this, options.Signature));
    }

    private enum TlsState
    {
        Off,
        Started,
        Refused,
        On,
    }

    private enum Step
    {
        Go,
        SayStart,
        Handshake,
        AcceptAndHandshake,
        Continue,
    }

    /// <inheritdoc/>
    public override string Title => _options.Title;

    /// <inheritdoc/>
    public override string? Tls => _tlsVersion;

    /// <summary>Whether COM-PORT-OPTION is on: settings and signals reach the peer.</summary>
    public bool HasComPort
    {
        get
        {
            lock (_sync)
                return ComPortIsOn;
        }
    }

    private bool IsDialler => _options.Role == TelnetRole.Dialler;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    private bool SendsBinary => _negotiator.IsOn(OptionSide.Local, TelnetOptionCode.Binary);

    private bool ReceivesBinary => _negotiator.IsOn(OptionSide.Remote, TelnetOptionCode.Binary);

    /// <summary>Begins to talk telnet on a connected stream; TLS in band is up when this completes, where it is required.</summary>
    /// <param name="stream">It becomes the line's own, also when this throws.</param>
    /// <param name="options">How the line is set up.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The line.</returns>
    /// <exception cref="PeerVerificationException">TLS is required and the peer does not offer it, or is not who it must be.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">No TLS could be agreed on.</exception>
    public static Task<TelnetLine> OpenAsync(Stream stream, TelnetLineOptions options, CancellationToken cancellation) =>
        OpenAsync(stream, null, options, null, cancellation);

    internal static async Task<TelnetLine> OpenAsync(
        Stream stream, Socket? socket, TelnetLineOptions options, Action? closed, CancellationToken cancellation)
    {
        var line = new TelnetLine(stream, socket, options, closed);
        try
        {
            await line.BeginAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await line.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        line._pump = line.PumpAsync();
        return line;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            if (TakeMark() is { } mark)
            {
                Tell(mark);
                continue;
            }

            var result = await _input.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            var (drop, limit) = Limits();
            if (drop > 0 && !result.Buffer.IsEmpty)
            {
                Consume(result.Buffer, Math.Min(drop, result.Buffer.Length));
                continue;
            }

            if (limit == 0 || result.Buffer.IsEmpty)
            {
                _input.Reader.AdvanceTo(result.Buffer.Start);
                if (limit == 0 || !result.IsCompleted)
                    continue;
                return _failure is null || IsDisposed ? 0 : throw new IOException(_failure);
            }

            var length = (int)Math.Min(Math.Min(buffer.Length, limit), result.Buffer.Length);
            result.Buffer.Slice(0, length).CopyTo(buffer.Span);
            Consume(result.Buffer, length);
            return length;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (!_ready.Task.IsCompleted)
            await _ready.Task.WaitAsync(cancellation).ConfigureAwait(false);
        while (!data.IsEmpty)
        {
            if (Resumed() is { } resumed)
                await resumed.WaitAsync(cancellation).ConfigureAwait(false);
            await _gate.WaitAsync(cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(WriteSize);
            try
            {
                await SendAnswersAsync(cancellation).ConfigureAwait(false);
                var length = Encode(data.Span, buffer.AsSpan(0, WriteSize), out var consumed);
                await SendAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
                data = data[consumed..];
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
                OpenGate();
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _input.Writer.CancelPendingFlush();
        Fail($"The connection to {Title} is closed.");
        await _closing.CancelAsync().ConfigureAwait(false);
        await LineSocket.CloseAsync(_stream, _socket).ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        await _input.Writer.CompleteAsync().ConfigureAwait(false);
        _closed?.Invoke();
    }

    private static OptionTable Table(TelnetLineOptions options)
    {
        var dialler = options.Role == TelnetRole.Dialler;
        var tls = options.StartTls is not null;
        return new OptionTable(
            new(TelnetOptionCode.Binary, "TRANSMIT-BINARY", "RFC 856", Local: true, Remote: true),
            new(TelnetOptionCode.Echo, "ECHO", "RFC 857", Local: !dialler, Remote: dialler),
            new(TelnetOptionCode.SuppressGoAhead, "SUPPRESS-GO-AHEAD", "RFC 858", Local: true, Remote: true),
            new(TelnetOptionCode.Authentication, "AUTHENTICATION", "RFC 2941", Local: dialler && tls, Remote: !dialler && tls),
            new(TelnetOptionCode.ComPort, "COM-PORT-OPTION", "RFC 2217", Local: dialler && options.ComPort, Remote: !dialler && options.ComPort));
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (!_options.RequiresTls || _tls == TlsState.On)
        {
            lock (_sync)
                Lead();
            PostAnswers();
            return;
        }

        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            lock (_sync)
            {
                var side = IsDialler ? OptionSide.Local : OptionSide.Remote;
                _negotiator.Request(side, TelnetOptionCode.Authentication, on: true, _answers);
            }

            PostAnswers();
            while (_tls != TlsState.On)
            {
                if (!await StepAsync(either.Token).ConfigureAwait(false))
                    throw new IOException($"{Title} closed the connection when asked for TLS.");
                if (_tls == TlsState.Refused)
                {
                    throw new PeerVerificationException(
                        $"{Title} does not offer TLS within telnet (AUTHENTICATION, type SSL), and the URI asks for it. "
                        + "If it speaks TLS from the first byte, write telnets://; if it speaks none, leave out what follows '#'.");
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new PeerVerificationException(
                $"{Title} did not begin TLS within {_options.HandshakeTimeout.TotalSeconds:0.#} s (AUTHENTICATION, type SSL), and the URI asks for it.");
        }
    }

    /// <summary>Says what this end says unasked.</summary>
    private void Lead()
    {
        if (_isLed)
            return;
        _isLed = true;
        _negotiator.Request(OptionSide.Local, TelnetOptionCode.Binary, on: true, _answers);
        _negotiator.Request(OptionSide.Remote, TelnetOptionCode.Binary, on: true, _answers);
        _negotiator.Request(OptionSide.Local, TelnetOptionCode.SuppressGoAhead, on: true, _answers);
        _negotiator.Request(OptionSide.Remote, TelnetOptionCode.SuppressGoAhead, on: true, _answers);

        // Who does not echo is echoed by the terminal, and sends whole lines only.
        if (!IsDialler)
            _negotiator.Request(OptionSide.Local, TelnetOptionCode.Echo, on: true, _answers);
        if (_options.ComPort)
            _negotiator.Request(IsDialler ? OptionSide.Local : OptionSide.Remote, TelnetOptionCode.ComPort, on: true, _answers);
    }

    private async Task PumpAsync()
    {
        try
        {
            using var wait = _options.Time.CreateTimer(
                static line => ((TelnetLine)line!)._ready.TrySetResult(), this, _options.NegotiationWait, Timeout.InfiniteTimeSpan);
            while (await StepAsync(_closing.Token).ConfigureAwait(false))
            {
                // Until the peer closes.
            }

            Fail(_holdsGate ? $"{Title} closed the connection when asked for TLS." : null);
        }
        catch (Exception e)
        {
            Fail(e is IOException && e.InnerException is null ? e.Message : $"The connection to {Title} broke: {e.GetBaseException().Message}");
        }
        finally
        {
            GiveGateBack();
        }
    }

    /// <summary>Nothing more comes, and nothing more goes if there is a reason.</summary>
    private void Fail(string? reason)
    {
        lock (_sync)
        {
            _failure ??= reason;
            _resumed?.TrySetResult();
        }

        _ready.TrySetResult();
        if (!IsDisposed)
            _input.Writer.Complete();
    }

    /// <summary>Reads once and does what it says.</summary>
    /// <returns>False when the peer closed.</returns>
    private async Task<bool> StepAsync(CancellationToken cancellation)
    {
        using var timeout = _holdsGate ? new CancellationTokenSource(_options.HandshakeTimeout, _options.Time) : null;
        using var either = timeout is null ? null : CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        cancellation = either?.Token ?? cancellation;

        // A silent connection waits here, without a buffer.
        await _stream.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var length = await _stream.ReadAsync(buffer.AsMemory(0, ReadSize), cancellation).ConfigureAwait(false);
            if (length == 0)
                return false;
            var rest = length;
            while (rest > 0)
            {
                var step = Process(buffer.AsSpan(length - rest, rest), out rest);
                PostAnswers();
                if (_tls == TlsState.Refused)
                    GiveGateBack();
                if (step is Step.Go or Step.Continue)
                    continue;
                if (await StartTlsAsync(step, buffer.AsMemory(length - rest, rest).ToArray(), cancellation).ConfigureAwait(false))
                    break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await _input.Writer.FlushAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    private Step Process(Span<byte> received, out int rest)
    {
        lock (_sync)
        {
            while (TryDecode(ref received, out var token))
            {
                var step = Accept(token);
                if (_answers.WrittenCount > MaxWaitingAnswers)
                    throw new IOException($"{Title} asks and does not take the answers.");
                if (step == Step.Go)
                    continue;
                rest = received.Length;
                return step;
            }

            rest = 0;
            return Step.Go;
        }
    }

    private bool TryDecode(ref Span<byte> received, out TelnetToken token)
    {
        try
        {
            return _decoder.TryRead(ref received, out token);
        }
        catch (TelnetProtocolException e)
        {
            throw new IOException($"{Title} talks no telnet: {e.Message}");
        }
    }

    private Step Accept(TelnetToken token)
    {
        switch (token.Kind)
        {
            case TelnetTokenKind.Data:
                Receive(token.Payload);
                return Step.Go;
            case TelnetTokenKind.Command when token.Command == TelnetCommand.Break:
                Remember(new Mark { Kind = MarkKind.Break });
                return Step.Go;
            case TelnetTokenKind.Negotiation:
                Negotiate(token);
                return Step.Go;
            case TelnetTokenKind.Subnegotiation when token.Option == TelnetOptionCode.Authentication:
                return Authenticate(token.Payload);
            case TelnetTokenKind.Subnegotiation when token.Option == TelnetOptionCode.ComPort:
                AcceptComPort(token.Payload);
                return Step.Go;
            default:
                return Step.Go;
        }
    }

    private void Receive(Span<byte> data)
    {
        // What comes in the clear where TLS is required is from nobody known.
        if (_options.RequiresTls && _tls != TlsState.On)
            return;
        if (!ReceivesBinary)
            data = IsDialler ? DropNuls(data) : _nvtInput.Filter(data);
        if (data.IsEmpty || IsDisposed)
            return;
        _input.Writer.Write(data);
        _received += data.Length;
    }

    /// <summary>Of CR NUL the NUL; CR LF is a line's end on its way to a screen and stays.</summary>
    private Span<byte> DropNuls(Span<byte> data)
    {
        var write = 0;
        foreach (var b in data)
        {
            if (!_afterCr || b != 0)
                data[write++] = b;
            _afterCr = b == '\r';
        }

        return data[..write];
    }

    private void Negotiate(TelnetToken token)
    {
        var change = _negotiator.Receive(token.Command, token.Option, _answers);
        switch (token.Option)
        {
            case TelnetOptionCode.Binary when change.Settled:
                if (change.Side == OptionSide.Remote)
                    (_nvtInput, _afterCr) = (default, false);
                else
                    _ready.TrySetResult();
                break;
            case TelnetOptionCode.Authentication when change.Settled && change.Side == OptionSide.Remote && change.Enabled:
                AuthenticationMessage.WriteSend(_answers);
                break;
            case TelnetOptionCode.Authentication when change.Settled && !change.Enabled && _tls is TlsState.Off or TlsState.Started:
                _tls = TlsState.Refused;
                break;
            case TelnetOptionCode.ComPort when change.Settled:
                StartComPort(change.Enabled);
                break;
        }
    }

    private Step Authenticate(ReadOnlySpan<byte> payload)
    {
        if (_tls is not (TlsState.Off or TlsState.Started) || _options.StartTls is null)
            return Step.Go;
        if (!IsDialler)
        {
            if (!_negotiator.IsOn(OptionSide.Remote, TelnetOptionCode.Authentication))
                return Step.Go;
            if (AuthenticationMessage.IsStart(payload, out _modifier))
                return Step.AcceptAndHandshake;
            _tls = TlsState.Refused;
            return Step.Continue;
        }

        if (!_negotiator.IsOn(OptionSide.Local, TelnetOptionCode.Authentication))
            return Step.Go;
        if (AuthenticationMessage.OffersSsl(payload, out _modifier))
            return _tls == TlsState.Off ? Step.SayStart : Step.Go;
        if (_tls == TlsState.Started && AuthenticationMessage.IsReply(payload, out var accepted))
            return accepted ? Step.Handshake : Refused();
        if (payload is [AuthenticationMessage.Send, ..])
        {
            AuthenticationMessage.WriteDecline(_answers);
            _tls = TlsState.Refused;
            return Step.Continue;
        }

        return Step.Go;

        Step Refused()
        {
            _tls = TlsState.Refused;
            return Step.Continue;
        }
    }

    /// <summary>Takes TLS a step on. Between START and the handshake nothing else may go out, so the gate is kept.</summary>
    /// <returns>Whether what was left of the last read went into the handshake.</returns>
    private async Task<bool> StartTlsAsync(Step step, byte[] rest, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        if (step != Step.Handshake)
        {
            await _gate.WaitAsync(either.Token).ConfigureAwait(false);
            _holdsGate = true;
            lock (_sync)
            {
                if (step == Step.SayStart)
                    AuthenticationMessage.WriteStart(_answers, _modifier);
                else
                    AuthenticationMessage.WriteReply(_answers, _modifier, accept: true);
                _tls = TlsState.Started;
            }

            await SendAnswersAsync(either.Token).ConfigureAwait(false);
            if (step == Step.SayStart)
                return false;
        }

        var tls = await _options.StartTls!(rest.Length == 0 ? _stream : new PrefixedStream(rest, _stream), either.Token).ConfigureAwait(false);
        lock (_sync)
        {
            _stream = tls;
            _tlsVersion = tls.SslProtocol.ToString();
            _tls = TlsState.On;
            Lead();
        }

        GiveGateBack();
        return true;
    }

    /// <summary>Lets writers in again after TLS was tried, whatever came of it.</summary>
    private void GiveGateBack()
    {
        if (!_holdsGate)
            return;
        _holdsGate = false;
        OpenGate();
    }

    private int Encode(ReadOnlySpan<byte> data, Span<byte> buffer, out int consumed)
    {
        lock (_sync)
        {
            int written;
            if (!SendsBinary)
                _nvtOutput.Escape(data, buffer, out consumed, out written);
            else
                TelnetEncoder.Escape(data, buffer, out consumed, out written);
            return written;
        }
    }

    /// <summary>Lets the next writer in, unless there are answers to send first.</summary>
    private void OpenGate()
    {
        _gate.Release();
        PostAnswers();
    }

    /// <summary>Sends what the holder has to say, or ends the line with a peer that takes none of it.</summary>
    /// <exception cref="IOException">So much waits that the peer must have stopped taking it.</exception>
    private void PostWords()
    {
        string? failure = null;
        lock (_sync)
        {
            if (_answers.WrittenCount > MaxWaitingAnswers)
                failure = _failure ??= $"{Title} does not take what it is told.";
        }

        if (failure is not null)
        {
            _ = _closing.CancelAsync();
            throw new IOException(failure);
        }

        PostAnswers();
    }

    /// <summary>Sends what waits as soon as nobody else sends; who does sends it along.</summary>
    private void PostAnswers()
    {
        lock (_sync)
        {
            if (_answers.WrittenCount == 0)
                return;
        }

        if (_gate.Wait(0, CancellationToken.None))
            _ = FlushAsync();

        async Task FlushAsync()
        {
            try
            {
                await SendAnswersAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (LineSocket.IsFailure(e))
            {
                // Whoever reads or writes next finds the same.
            }

            _gate.Release();
            lock (_sync)
            {
                if (_answers.WrittenCount == 0 || _failure is not null)
                    return;
            }

            PostAnswers();
        }
    }

    /// <summary>Sends what waits. The gate is held.</summary>
    private async ValueTask SendAnswersAsync(CancellationToken cancellation)
    {
        byte[] answers;
        lock (_sync)
        {
            if (_answers.WrittenCount == 0)
                return;
            answers = _answers.WrittenSpan.ToArray();
            _answers.ResetWrittenCount();
        }

        await SendAsync(answers, cancellation).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw new IOException(failure);
        try
        {
            await _stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_sync)
                _failure ??= $"A write to {Title} was broken off.";
            throw;
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException($"The connection to {Title} is closed.", e);
        }
    }

    private void Consume(ReadOnlySequence<byte> buffer, long length)
    {
        lock (_sync)
            _taken += length;
        _input.Reader.AdvanceTo(buffer.GetPosition(length));
    }
}
