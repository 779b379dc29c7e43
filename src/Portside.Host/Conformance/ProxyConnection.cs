using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Portside.Host.Ports;
using Portside.Lines;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet;
using Portside.Telnet.Authentication;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>One connection to the concentrator that is tried: what must be said at once is, the rest is the check's to say.</summary>
/// <remarks>
/// Options are negotiated and questions for names answered as they come, TLS in band is taken where it is offered. All
/// else, DO-PROXY and vMotion, is said by the one who checks, who may say it wrong.
/// </remarks>
internal sealed class ProxyConnection : IAsyncDisposable
{
    /// <summary>Options that nobody assigned; each asks once whether the other end still answers.</summary>
    private const byte FirstUnassigned = 0x80;

    /// <summary>So that a segment is read before the next one arrives, by a proxy that is not too busy.</summary>
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(1);

    /// <summary>A proxy may leave AUTHENTICATION unanswered; of the usual 10 s that is half a second, as a machine waits.</summary>
    private const int AuthenticationShareOfPatience = 20;

    private readonly ConformanceOptions _options;
    private readonly ProbeMachine _machine;
    private readonly CancellationTokenSource _closing;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private ArrayBufferWriter<byte> _unsent = new();
    private readonly TelnetDecoder _decoder = new();
    private readonly OptionNegotiator _negotiator;
    private readonly List<Heard> _heard = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream _stream = Stream.Null;
    private Socket? _socket;
    private Task _reading = Task.CompletedTask;
    private string? _end;
    private byte _nextPing = FirstUnassigned;
    private bool _startedTls;
    private bool _goesOnPlain;
    private bool _silent;

    public ProxyConnection(ProbeMachine machine, ConformanceOptions options, CancellationToken cancellation)
    {
        (_machine, _options) = (machine, options);
        _closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var secured = options.Proxy.Scheme == NetworkScheme.Telnets;
        _negotiator = new OptionNegotiator(OptionTables.Machine(comPort: true, tls: !secured));
        Data = new ReceivedBytes("At the machine", options.Time);
    }

    /// <summary>What came for the guest.</summary>
    public ReceivedBytes Data { get; }

    /// <summary>The TLS version; null for plaintext.</summary>
    public string? Tls { get; private set; }

    /// <summary>Whether questions for names are left to the check.</summary>
    public bool HoldsIdentity { get; init; }

    /// <summary>Whether each byte is a segment of its own.</summary>
    public bool ByteByByte { get; init; }

    /// <summary>A place in what the proxy said: what comes from here on is behind it.</summary>
    public int Here
    {
        get
        {
            lock (_lock)
                return _heard.Count;
        }
    }

    /// <summary>Whether it ended, and how.</summary>
    public string? Ended
    {
        get
        {
            lock (_lock)
                return _end;
        }
    }

    /// <summary>The codes that the proxy says it knows; null before it said so.</summary>
    public byte[]? Suboptions => All().FirstOrDefault(heard => heard.Code == VspCode.KnownSuboptions2)?.Content;

    /// <summary>Dials, with TLS where the URI has it from the first byte.</summary>
    public async Task ConnectAsync()
    {
        using var limit = new CancellationTokenSource(_options.Patience, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        try
        {
            var transport = await TcpConnector.ConnectAsync(new VirtualSerialPortOptions { ProxyUri = _options.Proxy }, either.Token).ConfigureAwait(false);
            _socket = (transport as NetworkStream)?.Socket;
            _stream = transport;
            if (_options.Proxy.Scheme == NetworkScheme.Telnets)
                await SecureAsync(transport, either.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new CheckFailedException($"{Address} cannot be reached: {e.Message}.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new CheckFailedException($"{Address} does not answer within {_options.Patience.TotalSeconds:0.#} s.");
        }

        _reading = ReadAsync();
    }

    /// <summary>Agrees on options as a machine does, up to option 232.</summary>
    public async Task NegotiateAsync()
    {
        if (_options.Proxy.Scheme == NetworkScheme.Telnet)
            await AuthenticateAsync().ConfigureAwait(false);
        await WriteAsync(output =>
        {
            foreach (var option in (byte[])[TelnetOptionCode.VirtualSerialPort, TelnetOptionCode.Binary, TelnetOptionCode.SuppressGoAhead])
            {
                _negotiator.Request(OptionSide.Local, option, on: true, output);
                if (option != TelnetOptionCode.VirtualSerialPort)
                    _negotiator.Request(OptionSide.Remote, option, on: true, output);
            }
        }).ConfigureAwait(false);
        await WaitAsync(
            0,
            heard => heard.Is(TelnetCommand.Do, TelnetOptionCode.VirtualSerialPort) || heard.Is(TelnetCommand.Dont, TelnetOptionCode.VirtualSerialPort),
            "an answer to WILL 232 (VMWARE-TELNET-EXT)").ConfigureAwait(false);
        if (All().Any(heard => heard.Is(TelnetCommand.Dont, TelnetOptionCode.VirtualSerialPort)))
            throw new CheckFailedException("It refuses option 232 (DONT 232), so it is no proxy for serial ports.");
        await SendAsync(VspCode.KnownSuboptions1, VspSuboptions.Machine.ToArray()).ConfigureAwait(false);
    }

    /// <summary>Sends DO-PROXY.</summary>
    public Task AskAsync(byte? direction = null, string? serviceUri = null) => SendAsync(
        VspCode.DoProxy, [direction ?? (byte)_options.Direction, .. Encoding.UTF8.GetBytes(serviceUri ?? _options.ServiceUri)]);

    /// <summary>Negotiates and asks, and waits until the port is served.</summary>
    public async Task OpenAsync()
    {
        await NegotiateAsync().ConfigureAwait(false);
        await AskAsync().ConfigureAwait(false);
        var answer = await WaitAsync(0, heard => heard.Code is VspCode.WillProxy or VspCode.WontProxy, "an answer to DO-PROXY").ConfigureAwait(false);
        if (answer.Code == VspCode.WontProxy)
            throw new CheckFailedException($"It does not serve service URI '{_options.ServiceUri}' in direction {_options.Direction.ToString().ToLowerInvariant()} (WONT-PROXY).");
    }

    /// <summary>Sends a message of option 232.</summary>
    public Task SendAsync(VspCode code, byte[]? payload = null) => WriteAsync(output => VspMessage.Write(output, code, payload));

    /// <summary>Tells its name or a UUID.</summary>
    public Task TellAsync(VspCode asked) => SendAsync(asked - 1, asked == VspCode.GetVmName
        ? Encoding.UTF8.GetBytes(_machine.Name)
        : VspUuid.Format(_machine.Uuid.ToString("N")));

    /// <summary>Sends bytes of the guest.</summary>
    public Task WriteDataAsync(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            TelnetEncoder.WriteData(_unsent, data);
        return FlushAsync();
    }

    /// <summary>Sends bytes as they are.</summary>
    public Task WriteRawAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(output => output.Write(bytes.Span));

    /// <summary>Waits for something that the proxy says.</summary>
    /// <param name="from">From where on it counts; see <see cref="Here"/>.</param>
    /// <param name="wanted">What.</param>
    /// <param name="awaited">The same in words.</param>
    /// <param name="patience">How long; null for as long as anything may take.</param>
    /// <exception cref="CheckFailedException">It does not come, or the connection ends.</exception>
    public async Task<Heard> WaitAsync(int from, Func<Heard, bool> wanted, string awaited, TimeSpan? patience = null) =>
        await TryWaitAsync(from, wanted, patience ?? _options.Patience).ConfigureAwait(false)
        ?? throw new CheckFailedException(Ended is { } end
            ? $"Instead of {awaited}: {end}"
            : $"There is not {awaited} within {(patience ?? _options.Patience).TotalSeconds:0.#} s.{Others(from)}");

    /// <summary>Waits for a message of option 232.</summary>
    /// <exception cref="CheckFailedException">It does not come, or the connection ends.</exception>
    public Task<Heard> WaitAsync(int from, VspCode code, TimeSpan? patience = null) =>
        WaitAsync(from, heard => heard.Code == code, Heard.Name(code), patience);

    /// <summary>Waits for something that the proxy says.</summary>
    /// <returns>Null when it does not come, or the connection ends.</returns>
    public async Task<Heard?> TryWaitAsync(int from, Func<Heard, bool> wanted, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_heard.Skip(from).FirstOrDefault(wanted) is { } found)
                    return found;
                if (_end is not null)
                    return null;
                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Waits until the proxy has dealt with all that was said: it refuses an option that nobody assigned.</summary>
    /// <exception cref="CheckFailedException">It does not answer.</exception>
    public async Task PingAsync()
    {
        byte option;
        lock (_lock)
            option = _nextPing++;
        var from = Here;
        await WriteRawAsync((byte[])[TelnetCommand.Iac, TelnetCommand.Will, option]).ConfigureAwait(false);
        await WaitAsync(from, heard => heard.Is(TelnetCommand.Dont, option), $"DONT {option} to WILL {option}").ConfigureAwait(false);
    }

    /// <summary>Everything heard so far.</summary>
    public IReadOnlyList<Heard> All(int from = 0)
    {
        lock (_lock)
            return [.. _heard.Skip(from)];
    }

    /// <summary>Waits until the proxy closes.</summary>
    /// <returns>False if it does not in time.</returns>
    public async Task<bool> WaitForEndAsync(TimeSpan patience)
    {
        await TryWaitAsync(0, _ => false, patience).ConfigureAwait(false);
        return Ended is not null;
    }

    /// <summary>Closes this half.</summary>
    public void Finish()
    {
        try
        {
            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (LinkWriter.IsLinkFailure(e))
        {
            // The proxy closed first.
        }
    }

    /// <summary>Breaks the connection.</summary>
    public void Break()
    {
        if (_socket is null)
            return;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Neither reads nor closes any more, as a host does that lost its power.</summary>
    public void FallSilent() => Volatile.Write(ref _silent, true);

    public async ValueTask DisposeAsync()
    {
        Finish();
        if (!_silent)
            await WaitForEndAsync(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            _socket?.Dispose();
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (LinkWriter.IsLinkFailure(e))
        {
            // Closing what is broken may complain.
        }

        await _reading.ConfigureAwait(false);
        _closing.Dispose();
    }

    private string Address => $"{_options.Proxy.Host}:{_options.Proxy.Port}";

    private string Others(int from) => All(from) is { Count: > 0 } others ? $" It said {string.Join(", ", others.TakeLast(5))}." : "";

    private Task WriteAsync(Action<IBufferWriter<byte>> write)
    {
        lock (_lock)
            write(_unsent);
        return FlushAsync();
    }

    /// <summary>
    /// Sends what is unsent, in the order in which it was written: an option is agreed to before what it makes
    /// possible, whether the check or the reader was the one to agree.
    /// </summary>
    private async Task FlushAsync()
    {
        lock (_lock)
        {
            // Who only reads must not wait for a write that the proxy does not take before it is read from.
            if (_unsent.WrittenCount == 0)
                return;
        }

        using var limit = new CancellationTokenSource(_options.Patience, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            ReadOnlyMemory<byte> bytes;
            lock (_lock)
            {
                bytes = _unsent.WrittenMemory;
                _unsent = new();
            }

            for (var at = 0; at < bytes.Length;)
            {
                var length = ByteByByte ? 1 : bytes.Length;
                await _stream.WriteAsync(bytes.Slice(at, length), either.Token).ConfigureAwait(false);
                await _stream.FlushAsync(either.Token).ConfigureAwait(false);
                at += length;
                if (ByteByByte)
                    await Task.Delay(BetweenBytes, _options.Time, either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (LinkWriter.IsLinkFailure(e))
        {
            throw new CheckFailedException(Ended ?? $"The connection broke: {e.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !_closing.IsCancellationRequested)
        {
            throw new CheckFailedException($"It takes no bytes for {_options.Patience.TotalSeconds:0.#} s.");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>AUTHENTICATION: refused, or TLS.</summary>
    private async Task AuthenticateAsync()
    {
        await WriteAsync(output => _negotiator.Request(OptionSide.Local, TelnetOptionCode.Authentication, on: true, output)).ConfigureAwait(false);
        var answer = await TryWaitAsync(
            0,
            heard => heard.Is(TelnetCommand.Do, TelnetOptionCode.Authentication) || heard.Is(TelnetCommand.Dont, TelnetOptionCode.Authentication),
            _options.Patience / AuthenticationShareOfPatience).ConfigureAwait(false);
        bool plain;
        lock (_lock)
        {
            // What is said from here on is plain, so an offer that comes late has to be declined.
            plain = _goesOnPlain = answer?.Verb != TelnetCommand.Do && !_startedTls;
        }

        if (!plain)
            await WaitAsync(0, _ => Tls is not null, "TLS, which it agreed to").ConfigureAwait(false);
        else if (_options.Proxy.RequiresTls)
            throw new CheckFailedException("It does not offer TLS, and the URI's parameters make TLS a must.");
    }

    private async Task SecureAsync(Stream transport, CancellationToken cancellation)
    {
        var tls = await TlsDialer.AuthenticateAsync(
            transport,
            new TlsPeer(_options.Proxy.Host, _options.Proxy.Parameters, "proxy"),
            default,
            _options.TrustedRoots,
            _options.Time,
            cancellation).ConfigureAwait(false);
        _stream = tls;
        Tls = tls.SslProtocol.ToString();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[32_768];
        try
        {
            while (true)
            {
                var length = await _stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false);
                if (Volatile.Read(ref _silent))
                    return;
                if (length == 0)
                {
                    End("the proxy closed the connection.");
                    return;
                }

                var rest = Accept(buffer.AsSpan(0, length), out var startTls);
                await FlushAsync().ConfigureAwait(false);
                if (!startTls)
                    continue;
                var inner = rest == 0 ? _stream : new PrefixedStream(buffer.AsSpan(length - rest, rest).ToArray(), _stream);
                await SecureAsync(inner, _closing.Token).ConfigureAwait(false);
                Wake();
            }
        }
        catch (OperationCanceledException)
        {
            End("the check is over.");
        }
        catch (Exception e) when (e is CheckFailedException or System.Security.Authentication.AuthenticationException or TelnetProtocolException
            || LinkWriter.IsLinkFailure(e))
        {
            End($"the connection broke: {e.GetBaseException().Message}");
        }
    }

    private int Accept(Span<byte> input, out bool startTls)
    {
        startTls = false;
        lock (_lock)
        {
            var output = _unsent;
            while (!startTls && _decoder.TryRead(ref input, out var token))
            {
                if (token.Kind == TelnetTokenKind.Data)
                {
                    Data.Append(token.Payload);
                    continue;
                }

                var heard = new Heard(token.Kind, token.Command, token.Option, token.Payload.ToArray());
                _heard.Add(heard);
                if (heard.Kind == TelnetTokenKind.Negotiation)
                    _negotiator.Receive(heard.Verb, heard.Option, output);
                else if (heard.Kind == TelnetTokenKind.Subnegotiation && heard.Option == TelnetOptionCode.Authentication)
                    startTls = Authenticate(heard.Payload, output);
                else if (!HoldsIdentity && heard.Code is VspCode.GetVmVcUuid or VspCode.GetVmBiosUuid or VspCode.GetVmLocationUuid or VspCode.GetVmName)
                    Tell(heard.Code.Value, output);
            }

            Wake();
            return input.Length;
        }
    }

    private void Tell(VspCode asked, ArrayBufferWriter<byte> output) => VspMessage.Write(
        output,
        asked - 1,
        asked == VspCode.GetVmName ? Encoding.UTF8.GetBytes(_machine.Name) : VspUuid.Format(_machine.Uuid.ToString("N")));

    private bool Authenticate(byte[] payload, ArrayBufferWriter<byte> output)
    {
        if (AuthenticationMessage.IsReply(payload, out var accepted))
            return accepted && _startedTls;
        if (_startedTls || _goesOnPlain || !AuthenticationMessage.OffersSsl(payload, out var modifier))
        {
            AuthenticationMessage.WriteDecline(output);
            return false;
        }

        _startedTls = true;
        AuthenticationMessage.WriteStart(output, modifier);
        return false;
    }

    private void End(string reason)
    {
        lock (_lock)
        {
            _end ??= reason;
            Wake();
        }

        Data.End(reason);
    }

    private void Wake()
    {
        lock (_lock)
        {
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
