using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Telnet;
using Portside.Telnet.Negotiation;
using Portside.Telnet.Terminal;

namespace Portside.Concentrator.Clients;

/// <summary>A client on a port's own telnet port: a person behind a terminal, or a program.</summary>
/// <remarks>
/// A peer that answers a telnet option is a person's telnet: it gets a banner, recent output, notices and escapes.
/// One that answers none within <see cref="ConsoleOptions.OptionAnswerWithin"/>, or sends data first, is a program
/// (gdb, nc, an expect script): after the opening's options it gets the machine's bytes and nothing else. So is one that
/// offers RFC 2217 (pyserial, ser2net): to it this port is an access server with a serial line. As such a program says
/// some other options first, a person is one who answered the last option asked for, or any until that time is over.
/// </remarks>
internal sealed partial class TelnetClient : Client
{
    private const int ReadBytes = 16 * 1024;
    private const int MaxControlBytes = 64 * 1024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Time a client has to take the reason why it is ended.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly Port _port;
    private readonly ClientContext _context;
    private readonly TelnetDecoder _decoder = new(maxSubnegotiationLength: 1024);
    private readonly OptionNegotiator _options = new(OptionTables.Console);
    private readonly EscapeScanner _escapes;
    private readonly Lock _controlLock = new();
    private readonly ByteQueue _control = new(MaxControlBytes);
    private readonly ByteQueue _answers = new(MaxControlBytes);
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _saidGoodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _log;
    private NvtInput _nvtInput;
    private NvtOutput _nvtOutput;
    private volatile string? _ended;
    private volatile ClientLine? _line;
    private volatile bool _lineChanged;
    private volatile bool _anyOption;
    private int _peerOrUndecided;
    private volatile bool _binaryOutput;
    private volatile bool _anyOutput;
    private volatile bool _open;
    private string? _banner;
    private long _bannerAt;

    public TelnetClient(Stream stream, EndPoint? remote, Port port, ClientContext context, Socket? socket = null)
        : base(remote?.ToString() ?? "unknown", remote?.ToString() ?? "unknown", "telnet")
    {
        (_stream, _socket, _port, _context, _log) = (stream, socket, port, context, context.Log);
        _escapes = new EscapeScanner(context.Options.Escape, context.Options.TildeEscape);
    }

    private enum Peer
    {
        Undecided,
        Person,
        Program,
    }

    private Peer Who => (Peer)Volatile.Read(ref _peerOrUndecided);

    /// <summary>Twice what is taken from the recording at once: every byte may be an IAC, and a CR may be pending.</summary>
    protected override int ChunkBytes => 2 * base.ChunkBytes;

    /// <summary>Serves the client until it leaves or is ended.</summary>
    /// <returns>A task that never fails.</returns>
    public async Task RunAsync()
    {
        using var over = new CancellationTokenSource();
        var greeting = Task.CompletedTask;
        try
        {
            var result = _port.Attach(this, _context.Options.DefaultMode, steal: false);
            if (!result.Granted)
            {
                Say($"\r\n[{result.Refusal}]\r\n");
                await WhenIdleAsync().WaitAsync(FarewellLimit, _context.Time);
                await PartAsync();
                return;
            }

            Ask();
            greeting = GreetAsync(result.Others, over.Token);
            await ReceiveAsync();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or TimeoutException)
        {
            if (Leave("connection lost"))
                _saidGoodbye.SetResult();
        }
        catch (TelnetProtocolException error)
        {
            End(error.Message);
        }
        catch (Exception error)
        {
            // A defect of ours must cost this client and no other, and must be seen.
            LogFailed(error, Name);
            End("failed");
        }
        finally
        {
            // Whoever ended it gives it a moment to hear why; who left needs none.
            if (!Leave("left"))
                await _saidGoodbye.Task;
            await over.CancelAsync();
            await greeting;
            await _stream.DisposeAsync();
        }
    }

    public override void Notice(string text)
    {
        if (Who == Peer.Person)
            Say($"\r\n[{text}]\r\n");
    }

    public override void ModeChanged(string by) => Notice($"{by} took over; you are {Mode.ToWord()} now");

    public override void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _ended, reason, null) is not null)
            return;
        Notice(reason);
        _port.Detach(this, reason);
        _ = CloseAsync();
    }

    protected internal override void OnLineChanged()
    {
        if (_line is null)
            return;
        _lineChanged = true;
        Wake();
    }

    protected internal override void OnBreak()
    {
        _line?.HearBreak();
        OnLineChanged();
    }

    protected override int Fill(Span<byte> chunk)
    {
        // Before the answer that says so goes out.
        if (_line?.TakePurge() == true && Reader is { } purged)
            purged.MoveToEnd();
        lock (_controlLock)
        {
            // Told here and not when it changes: however often that is, what waits to be told is what holds now.
            if (_lineChanged)
            {
                _lineChanged = false;
                _line?.Tell(_control);
            }

            if (_control.Count > 0)
                return _control.Dequeue(chunk);
        }

        if (!_open || _ended is not null || Reader is not { } reader || _line is { IsSuspended: true })
            return 0;
        var most = base.ChunkBytes - 1;
        if (_banner is not null)
        {
            // Behind what was said before, where it is seen; what is said from now on follows it.
            var before = _bannerAt - reader.Position;
            if (before <= 0)
                return Banner(chunk);
            most = (int)Math.Min(most, before);
        }

        var count = reader.Read(chunk[..most], out var missed);
        if (missed > 0)
            return Gap(chunk, count, missed);
        if (count > 0)
            _anyOutput = true;
        return Encode(chunk, count);
    }

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> chunk) => _stream.WriteAsync(chunk);

    protected override void OnSendFailed(Exception error)
    {
        // Its reading loop may be waiting for the machine, and only this tells it that nobody is there any more.
        if (Leave("connection lost"))
            _saidGoodbye.SetResult();
        Close();
    }

    /// <summary>Encodes in place what stands at the chunk's start; most chunks need no change and no copy.</summary>
    private int Encode(Span<byte> chunk, int count)
    {
        var plain = Who == Peer.Program || _binaryOutput;
        var data = chunk[..count];
        if (plain ? data.IndexOf(TelnetCommand.Iac) < 0 : !_nvtOutput.IsPending && data.IndexOfAny(TelnetCommand.Iac, (byte)'\r') < 0)
            return count;
        var copy = ArrayPool<byte>.Shared.Rent(count);
        data.CopyTo(copy);
        int written;
        if (plain)
            TelnetEncoder.Escape(copy.AsSpan(0, count), chunk, out _, out written);
        else
            _nvtOutput.Escape(copy.AsSpan(0, count), chunk, out _, out written);
        ArrayPool<byte>.Shared.Return(copy);
        return written;
    }

    /// <summary>Bytes were overwritten before this client took them: a person sees where.</summary>
    private int Gap(Span<byte> chunk, int count, long missed)
    {
        Miss(missed);
        count = Encode(chunk, count);
        if (Who != Peer.Person)
            return count;
        var mark = Encoding.ASCII.GetBytes($"\r\n[portside: {missed} bytes missed here]\r\n");
        if (count + mark.Length > chunk.Length)
        {
            // No room beside so many doubled IACs: the mark comes right behind them.
            Say(Encoding.ASCII.GetString(mark));
            return count;
        }

        chunk[..count].CopyTo(chunk[mark.Length..]);
        mark.CopyTo(chunk);
        return count + mark.Length;
    }

    private void Ask()
    {
        lock (_controlLock)
        {
            _options.Request(OptionSide.Local, TelnetOptionCode.Echo, on: true, _control);
            _options.Request(OptionSide.Local, TelnetOptionCode.SuppressGoAhead, on: true, _control);
            _options.Request(OptionSide.Remote, TelnetOptionCode.SuppressGoAhead, on: true, _control);
            _options.Request(OptionSide.Local, TelnetOptionCode.Binary, on: true, _control);
            _options.Request(OptionSide.Remote, TelnetOptionCode.Binary, on: true, _control);
            _options.Request(OptionSide.Remote, TelnetOptionCode.WindowSize, on: true, _control);
            _options.Request(OptionSide.Remote, TelnetOptionCode.ComPort, on: true, _control);
        }

        Wake();
    }

    private async Task GreetAsync(IReadOnlyList<Client> others, CancellationToken over)
    {
        if (await Task.WhenAny(_decided.Task, Wait(_context.Options.OptionAnswerWithin, over)) != _decided.Task)
            Decide(_anyOption ? Peer.Person : Peer.Program);
        if (_ended is not null)
            return;
        if (Who == Peer.Person)
            Welcome(others);
        _open = true;
        Wake();
        if (Who == Peer.Program)
            return;

        await Wait(_context.Options.SilenceAfter, over);
        if (!_anyOutput && _ended is null)
            Notice(PortFacts.Silence(_port, _context.Time.GetUtcNow()));
    }

    /// <summary>Waits a while, or until the client is gone; never fails.</summary>
    private Task Wait(TimeSpan time, CancellationToken over) => Task.Delay(time, _context.Time, over).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private int Banner(Span<byte> chunk)
    {
        lock (_controlLock)
        {
            TelnetEncoder.WriteData(_control, Encoding.UTF8.GetBytes(_banner!));
            _banner = null;
            return _control.Dequeue(chunk);
        }
    }

    private void Welcome(IReadOnlyList<Client> others)
    {
        var end = Reader!.Position;
        Reader.MoveBack(_context.Options.ReplayBytes);
        var banner = new StringBuilder();
        if (end - Reader.Position is var replayed and > 0)
            banner.Append($"\r\n[----- above: the last {PortFacts.Bytes(replayed)} it said -----]");
        banner.Append($"\r\n[{PortFacts.State(_port)}; you are {Mode.ToWord()}]\r\n");
        foreach (var other in others)
            banner.Append($"[also here: {other.Name}, {other.Mode.ToWord()} since {other.Since:HH:mm:ss}Z]\r\n");
        banner.Append($"[{HowToLeave()}]\r\n");

        (_banner, _bannerAt) = (banner.ToString(), end);
    }

    private string HowToLeave()
    {
        // Telnet programs keep ^] for themselves, unless told not to: the other way comes first.
        var escape = PortFacts.Key(_context.Options.Escape);
        var where = _context.Options.Escape == 0x1D ? "with telnet -E " : "";
        return _context.Options.TildeEscape
            ? $"leave: Enter ~ .; menu: Enter ~ ?; {where}also {escape} q and {escape} ?"
            : $"{where}leave: {escape} q; menu: {escape} ?";
    }

    /// <summary>Says something between the machine's bytes, unless too much is waiting to be read already.</summary>
    private void Say(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        lock (_controlLock)
        {
            if (bytes.Length <= _control.Room / 2)
                TelnetEncoder.WriteData(_control, bytes);
        }

        Wake();
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            // A read of no bytes waits without a buffer.
            _ = await _stream.ReadAsync(Memory<byte>.Empty);
            var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
            var typed = ArrayPool<byte>.Shared.Rent(ReadBytes + 16);
            try
            {
                var count = await _stream.ReadAsync(buffer.AsMemory(0, ReadBytes));
                if (count == 0 || !await AcceptAsync(buffer.AsMemory(0, count), typed))
                    return;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
                ArrayPool<byte>.Shared.Return(typed);
            }
        }
    }

    /// <summary>Takes what was received; false when the client left or was ended.</summary>
    private async ValueTask<bool> AcceptAsync(Memory<byte> received, byte[] typed)
    {
        do
        {
            var keys = Decode(ref received, typed, out var breaks);
            // What has to wait for its place among the keys is answered when it is done.
            if (_line is not { IsDue: true })
                Answer();
            if (!await TypeAsync(typed.AsMemory(0, keys)))
                return false;

            // Behind what was typed before it, and before what was typed after it.
            if (breaks && PortAccess.Writes(Mode))
                _port.Break(Name);
            _line?.Settle();
            Answer();
        }
        while (!received.IsEmpty);
        return true;
    }

    /// <summary>Hands what was decided on while decoding to the sender.</summary>
    private void Answer()
    {
        bool waiting, reads;
        Span<byte> chunk = stackalloc byte[256];
        lock (_controlLock)
        {
            while (_answers.Count > 0)
                _control.Enqueue(chunk[.._answers.Dequeue(chunk)]);
            (waiting, reads) = (_control.Count > 0, _control.Room >= 1024);
        }

        if (waiting)
            Wake();
        if (!reads)
            throw new IOException("The client does not read the answers to its options.");
    }

    /// <summary>Takes what was typed; false when the client left or was ended.</summary>
    private async ValueTask<bool> TypeAsync(Memory<byte> rest)
    {
        if (Who != Peer.Person)
        {
            await WriteAsync(rest);
            return _ended is null;
        }

        while (_ended is null)
        {
            var action = Scan(ref rest, out var forMachine, out var key);
            await WriteAsync(forMachine);
            switch (action)
            {
                case EscapeAction.None:
                    return _ended is null;
                case EscapeAction.Menu:
                    Say("\r\n[portside> ");
                    break;
                case EscapeAction.SysRq:
                    Say($"{SendBreak(key)}]\r\n");
                    break;
                case EscapeAction.Key when Menu(key, out forMachine):
                    await WriteAsync(forMachine);
                    break;
                case EscapeAction.Leave or EscapeAction.Key:
                    return false;
            }
        }

        return false;
    }

    private EscapeAction Scan(ref Memory<byte> typed, out ReadOnlyMemory<byte> forMachine, out byte key)
    {
        ReadOnlySpan<byte> rest = typed.Span;
        var action = _escapes.Read(ref rest, out var bytes, out key);
        forMachine = bytes.ToArray();
        typed = typed[^rest.Length..];
        return action;
    }

    /// <summary>
    /// Decodes until the input is used up or something is due behind it; what was typed, CR rules applied, goes to <paramref name="typed"/>.
    /// </summary>
    private int Decode(ref Memory<byte> received, byte[] typed, out bool breaks)
    {
        var keys = 0;
        var rest = received.Span;
        var due = breaks = false;
        while (!due && _decoder.TryRead(ref rest, out var token))
        {
            switch (token.Kind)
            {
                case TelnetTokenKind.Data:
                    Decide(_anyOption ? Peer.Person : Peer.Program);
                    var data = token.Payload;
                    if (Who == Peer.Person && !_options.IsOn(OptionSide.Remote, TelnetOptionCode.Binary))
                        data = _nvtInput.Filter(data);
                    data.CopyTo(typed.AsSpan(keys));
                    keys += data.Length;
                    break;
                case TelnetTokenKind.Negotiation:
                    Negotiate(token.Command, token.Option);
                    break;
                case TelnetTokenKind.Subnegotiation when token.Option == TelnetOptionCode.WindowSize:
                    if (WindowSize.TryRead(token.Payload, out var size))
                        (Columns, Rows) = (size.Columns, size.Rows);
                    break;
                case TelnetTokenKind.Subnegotiation when token.Option == TelnetOptionCode.ComPort && AsSerial() is { } line:
                    var wasSuspended = line.IsSuspended;
                    due = line.Accept(token.Payload, _answers);
                    if (wasSuspended && !line.IsSuspended)
                        Wake();
                    break;
                case TelnetTokenKind.Command when token.Command == TelnetCommand.Break:
                    due = breaks = true;
                    break;
                case TelnetTokenKind.Command when token.Command == TelnetCommand.AreYouThere:
                    Say("\r\n[portside: yes]\r\n");
                    break;
            }
        }

        received = received[^rest.Length..];
        return keys;
    }

    /// <summary>The line a message of RFC 2217 is about; null when the option is off.</summary>
    /// <remarks>pyserial takes our DO for the answer to a WILL it has not sent yet, and then never sends it.</remarks>
    private ClientLine? AsSerial()
    {
        if (_line is null && _options[OptionSide.Remote, TelnetOptionCode.ComPort] == OptionState.WantYes)
            Negotiate(TelnetCommand.Will, TelnetOptionCode.ComPort);
        return _options.IsOn(OptionSide.Remote, TelnetOptionCode.ComPort) ? _line : null;
    }

    private void Negotiate(byte verb, byte option)
    {
        _anyOption = true;
        OptionChange change;
        lock (_controlLock)
            change = _options.Receive(verb, option, _control);
        _binaryOutput = _options.IsOn(OptionSide.Local, TelnetOptionCode.Binary);
        if (option == TelnetOptionCode.VirtualSerialPort && verb == TelnetCommand.Will)
        {
            LogMachine(Name, _port.Title);
            _context.Rejections?.Add(
                IPEndPoint.TryParse(Address, out var source) ? source : null,
                "console-port",
                $"A virtual machine dials the console telnet port of {_port.Title}: its proxy URI has to be the address where machines connect.");
        }

        if (option != TelnetOptionCode.ComPort || change.Side != OptionSide.Remote)
            return;
        if (!change.Enabled)
        {
            Decide(Peer.Person);
            return;
        }

        if (_line is null)
        {
            var line = new ClientLine(this, _port);
            line.Start(_answers);
            _line = line;
        }

        Decide(Peer.Program);
        Volatile.Write(ref _peerOrUndecided, (int)Peer.Program);
    }

    private void Decide(Peer peer)
    {
        if (Interlocked.CompareExchange(ref _peerOrUndecided, (int)peer, (int)Peer.Undecided) == (int)Peer.Undecided)
            _decided.TrySetResult();
    }

    /// <summary>Detaches; false when that has happened before.</summary>
    private bool Leave(string reason)
    {
        if (Interlocked.CompareExchange(ref _ended, reason, null) is not null)
            return false;
        _port.Detach(this, reason);
        return true;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[_port.Write(this, data.Span)..];
            if (!data.IsEmpty)
                await WaitForRoomAsync();
        }
    }

    /// <summary>Waits for the machine, and looks now and then whether the client is still there: nobody reads its socket meanwhile.</summary>
    private async Task WaitForRoomAsync()
    {
        var room = _port.WaitForRoomAsync(this, CancellationToken.None);
        using var enough = new CancellationTokenSource();
        while (await Task.WhenAny(room, Task.Delay(LookEvery, _context.Time, enough.Token)) != room)
        {
            if (_socket?.Poll(0, SelectMode.SelectError) == true)
                throw new IOException("The client is gone.");
        }

        await enough.CancelAsync();
        await room;
    }

    /// <summary>Does what a menu key asks; false leaves.</summary>
    private bool Menu(byte key, out ReadOnlyMemory<byte> forMachine)
    {
        forMachine = default;
        var escape = _context.Options.Escape;
        if (key == escape || key is (byte)'e')
        {
            forMachine = new[] { escape };
            Say("escape sent]\r\n");
            return true;
        }

        switch ((char)key)
        {
            case 'q' or '.':
                Say("left]\r\n");
                return false;
            case 'w':
                Say($"here]\r\n{string.Concat(PortFacts.Who(_port, this).Select(line => $"[{line}]\r\n"))}");
                break;
            case 'i':
                Say($"info]\r\n[{PortFacts.Silence(_port, _context.Time.GetUtcNow())}]\r\n");
                break;
            case 'r':
                var wanted = PortAccess.Writes(Mode) ? ClientMode.ReadOnly : ClientMode.ReadWrite;
                Say(_port.ChangeMode(this, wanted, steal: false) is { } refusal
                    ? $"{refusal}]\r\n"
                    : $"you are {Mode.ToWord()} now]\r\n");
                break;
            case 'b':
                Say($"{SendBreak(null)}]\r\n");
                break;
            case 's':
                Say("break and SysRq key: ");
                break;
            case '?' or 'h':
                var name = PortFacts.Key(escape);
                Say("keys]\r\n"
                    + "[  q  leave               w  who is here]\r\n"
                    + "[  i  about the port      r  read-only / read-write]\r\n"
                    + $"[  b  send a break        s  send a break and the SysRq key typed next]\r\n"
                    + $"[  e  send {name} itself (also {name} {name})]\r\n"
                    + "[  any other key: go on]\r\n");
                break;
            default:
                Say("go on]\r\n");
                break;
        }

        return true;
    }

    /// <summary>Closes this half and reads what was typed meanwhile: unread, it would turn the close into a reset and lose the words.</summary>
    private async Task PartAsync()
    {
        if (_socket is null)
        {
            Close();
            return;
        }

        _socket.Shutdown(SocketShutdown.Send);
        using var limit = new CancellationTokenSource(FarewellLimit, _context.Time);
        var scratch = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (await _stream.ReadAsync(scratch, limit.Token) > 0)
            {
                // Nobody takes it.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private string SendBreak(byte? sysRq) =>
        !PortAccess.Writes(Mode) ? "you may only read"
        : !_port.Break(Name, sysRq) ? "no machine is connected"
        : sysRq is { } key ? $"break and {PortFacts.Key(key)} sent"
        : "break sent";

    private async Task CloseAsync()
    {
        try
        {
            await WhenIdleAsync().WaitAsync(FarewellLimit, _context.Time);
        }
        catch (TimeoutException)
        {
            // It does not read; it cannot be told.
        }

        Close();
        _saidGoodbye.SetResult();
    }

    [LoggerMessage(321, LogLevel.Warning, "{Source} is a virtual machine at the console telnet port of {Port}: its proxy URI belongs to the address where machines connect (vm.listen)")]
    private partial void LogMachine(string source, string port);

    [LoggerMessage(320, LogLevel.Error, "Client {Client} failed for an unforeseen reason")]
    private partial void LogFailed(Exception error, string client);

    private void Close()
    {
        try
        {
            // A plain shutdown wakes the reading loop, which disposes.
            if (_socket is not null)
                _socket.Shutdown(SocketShutdown.Both);
            else
                _stream.Dispose();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
    }
}
