using System.Net.WebSockets;
using System.Text.Json;
using Portside.Api.Contracts;
using Portside.Commands;
using Portside.Concentrator.Clients;
using Portside.Configuration.Syntax;
using Portside.Output;

namespace Portside.Attach;

/// <summary>One attachment from this side: keys to the machine, the machine's bytes to the screen.</summary>
internal sealed class AttachSession : IDisposable
{
    private const int MaxFrame = 1024 * 1024;

    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly Caller _caller;
    private readonly AttachScreen _screen;
    private readonly AttachSettings _settings;
    private readonly EscapeScanner _escapes;
    private readonly SemaphoreSlim _sending = new(1);
    private long _lastByteAt;
    private string _title;
    private string _mode = "read-write";
    private bool _toldReadOnly;
    private AttachEvent? _welcome;
    private long _replayLeft;

    /// <summary>An attachment over an open socket.</summary>
    /// <param name="socket">From the server; the caller disposes it.</param>
    /// <param name="caller">Who is attached.</param>
    /// <param name="screen">What they see.</param>
    /// <param name="settings">How they are served.</param>
    public AttachSession(WebSocket socket, Caller caller, AttachScreen screen, AttachSettings settings)
    {
        (_socket, _caller, _screen, _settings) = (socket, caller, screen, settings);
        _escapes = new EscapeScanner(settings.Escape, settings.TildeEscape);
        _title = settings.Selector;
        _lastByteAt = caller.Clock.GetTimestamp();
    }

    /// <summary>Why the server ended the attachment, or what broke the connection.</summary>
    public string? Reason { get; private set; }

    /// <summary>Bytes of the machine that never came.</summary>
    public long MissedBytes { get; private set; }

    /// <summary>Bytes that were sent and went nowhere.</summary>
    public long DiscardedBytes { get; private set; }

    /// <summary>Why they went nowhere, the last of the reasons.</summary>
    public string? DiscardedBecause { get; private set; }

    /// <summary>What people call the port.</summary>
    public string Title => _title;

    /// <summary>Runs until somebody ends it.</summary>
    /// <param name="cancellation">The program is asked to end.</param>
    /// <returns>How it ended.</returns>
    public async Task<AttachEnd> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var resizes = _caller.Terminal.OnResize(() => _ = TellSizeAsync(stop.Token));
        var receiving = ReceiveAsync(stop.Token);
        var typing = _settings.ReadsInput ? TypeAsync(stop.Token) : receiving;
        var first = await Task.WhenAny(receiving, typing);
        if (first == receiving)
        {
            await stop.CancelAsync();
            return await receiving;
        }

        try
        {
            await typing;
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The socket broke under a key. What was said before is still to be read, and ends with the reason.
            return await receiving;
        }

        await CloseAsync();
        if (!_settings.IsInteractive)
            await HearOutAsync(receiving);
        return AttachEnd.Left;
    }

    /// <summary>Frees what the session itself holds; the socket is the caller's.</summary>
    public void Dispose() => _sending.Dispose();

    private async Task<AttachEnd> ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        var text = new MemoryStream();
        try
        {
            while (true)
            {
                var frame = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (frame.MessageType == WebSocketMessageType.Close)
                {
                    Reason ??= _socket.CloseStatusDescription;
                    return Reason is null ? AttachEnd.Lost : AttachEnd.Ended;
                }

                if (frame.MessageType == WebSocketMessageType.Binary)
                {
                    Volatile.Write(ref _lastByteAt, _caller.Clock.GetTimestamp());
                    Show(buffer.AsSpan(0, frame.Count));
                    continue;
                }

                text.Write(buffer, 0, frame.Count);
                if (text.Length > MaxFrame)
                    throw new JsonException("The server sent a control frame that is too long.");
                if (!frame.EndOfMessage)
                    continue;
                var message = JsonSerializer.Deserialize(text.GetBuffer().AsSpan(0, (int)text.Length), SparseJson.Default.AttachEvent);
                text.SetLength(0);
                if (message is not null)
                    Take(message);
            }
        }
        catch (Exception e) when (e is WebSocketException or JsonException)
        {
            if (Reason is not null)
                return AttachEnd.Ended;
            Reason = (e.InnerException ?? e).Message.TrimEnd('.');
            return AttachEnd.Lost;
        }
    }

    private void Take(AttachEvent message)
    {
        switch (message.Type)
        {
            case "attached":
                _mode = message.Mode ?? _mode;
                _title = message.Port is { } port ? PortTables.Title(port) : _title;
                if (_settings.IsPlain)
                    break;
                (_welcome, _replayLeft) = (message, message.ReplayBytes ?? 0);
                Welcome();
                break;
            case "mode":
                _mode = message.Mode ?? _mode;
                _toldReadOnly = false;
                Say(message.By is null ? $"you are {_mode} now" : $"{message.By} took over; you are {_mode} now");
                break;
            case "gap":
                MissedBytes += message.Bytes ?? 0;
                Say($"{ByteCount.Of(message.Bytes ?? 0)} missed here");
                _replayLeft -= message.Bytes ?? 0;
                Welcome();
                break;
            case "discarded":
                DiscardedBytes += message.Bytes ?? 0;
                DiscardedBecause = message.Reason ?? DiscardedBecause;
                // A person in read-only mode was told so here, at the first key.
                if (_settings.IsInteractive && message.Reason is not null && _mode != "read-only")
                    Say($"{message.Reason}: what you type is dropped");
                break;
            case "end":
                Reason = message.Reason ?? "the server ended it";
                break;
            case "notice" or "silence" when message.Text is not null:
                Say(message.Text);
                break;
        }
    }

    /// <summary>Shows what the machine said; behind what it said before we came stands the banner, where it is seen.</summary>
    private void Show(ReadOnlySpan<byte> bytes)
    {
        var before = _welcome is null ? 0 : (int)Math.Min(_replayLeft, bytes.Length);
        _screen.Machine(bytes[..before]);
        _replayLeft -= before;
        Welcome();
        _screen.Machine(bytes[before..]);
    }

    private void Welcome()
    {
        if (_welcome is not { } message || _replayLeft > 0)
            return;
        _welcome = null;
        if (message.ReplayBytes > 0)
            _screen.Notice($"----- above: the last {ByteCount.Of(message.ReplayBytes.Value)} it said -----");
        var state = message.Port switch
        {
            null => _title,
            { State: "connected" } port => $"{_title} is connected from {port.Source}",
            { State: "migrating" } => $"{_title} is moving to another host",
            _ => $"{_title} is disconnected",
        };
        _screen.Notice($"{state}; you are {_mode}");
        var now = _caller.Clock.GetUtcNow();
        foreach (var other in message.Others ?? [])
            _screen.Notice($"also here: {other.Name}, {other.Mode}, {Age.Of(other.Since, now)}");
        if (_settings.IsInteractive)
            _screen.Notice(HowToLeave());
    }

    private string HowToLeave()
    {
        var ways = new List<string>();
        if (_settings.Escape is { } escape)
        {
            // On keyboards where ] needs a third hand, Ctrl and 5 make the same byte.
            ways.Add($"{KeySyntax.Instance.Format(escape)} q{(escape == 0x1D ? " (^] is also Ctrl-5)" : "")}");
        }

        if (_settings.TildeEscape)
            ways.Add("Enter ~ .");
        if (ways.Count == 0)
            return "no escape is set; close the window or end the process to leave";
        var menu = _settings.Escape is { } key ? $"; menu: {KeySyntax.Instance.Format(key)} ?" : "";
        return $"leave: {string.Join(" or ", ways)}{menu}";
    }

    private async Task TypeAsync(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var count = await _caller.Input.ReadAsync(buffer, cancellation);
            if (count == 0)
            {
                if (!_settings.IsInteractive)
                    await DrainAsync(cancellation);
                return;
            }

            if (!_settings.IsInteractive)
                await SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, cancellation);
            else if (!await TypeAsync(buffer.AsMemory(0, count), cancellation))
                return;
        }
    }

    /// <summary>Sends what was typed, and does what was meant for us; false leaves.</summary>
    private async Task<bool> TypeAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation)
    {
        while (true)
        {
            var action = Scan(ref typed, out var forMachine, out var key);
            if (forMachine.Length > 0)
                await KeysAsync(forMachine, cancellation);
            switch (action)
            {
                case EscapeAction.None:
                    return true;
                case EscapeAction.Leave:
                    return false;
                case EscapeAction.Menu:
                    _screen.Prompt();
                    break;
                case EscapeAction.SysRq:
                    var sysRq = ((char)key).ToString();
                    _screen.Answer(SysRqKey.TryParse(sysRq, out _) ? $"break and {sysRq}" : SysRqKey.Rule);
                    if (SysRqKey.TryParse(sysRq, out _))
                        await SendAsync(new AttachRequest { Type = "break", Sysrq = sysRq }, cancellation);
                    break;
                case EscapeAction.Key when !await MenuAsync(key, cancellation):
                    return false;
            }
        }
    }

    private EscapeAction Scan(ref ReadOnlyMemory<byte> typed, out ReadOnlyMemory<byte> forMachine, out byte key)
    {
        var rest = typed.Span;
        var action = _escapes.Read(ref rest, out var bytes, out key);
        forMachine = bytes.ToArray();
        typed = typed[^rest.Length..];
        return action;
    }

    private async Task KeysAsync(ReadOnlyMemory<byte> keys, CancellationToken cancellation)
    {
        if (_mode == "read-only" && !_toldReadOnly)
        {
            _toldReadOnly = true;
            Say("you are read-only; the machine does not get your keys"
                + (_settings.Escape is { } escape ? $" ({KeySyntax.Instance.Format(escape)} r to write)" : ""));
        }

        await SendAsync(keys, WebSocketMessageType.Binary, cancellation);
    }

    private async Task<bool> MenuAsync(byte key, CancellationToken cancellation)
    {
        var escape = _settings.Escape ?? 0;
        if (key == escape || key == 'e')
        {
            _screen.Answer($"{KeySyntax.Instance.Format(escape)} sent");
            await SendAsync(new[] { escape }, WebSocketMessageType.Binary, cancellation);
            return true;
        }

        switch ((char)key)
        {
            case 'q' or '.':
                _screen.Answer("left");
                return false;
            case 'w':
                _screen.Answer("here");
                await SendAsync(new AttachRequest { Type = "who" }, cancellation);
                break;
            case 'i':
                _screen.Answer("info");
                await SendAsync(new AttachRequest { Type = "info" }, cancellation);
                break;
            case 'r':
                var wanted = _mode == "read-only" ? "read-write" : "read-only";
                _screen.Answer(wanted);
                await SendAsync(new AttachRequest { Type = "mode", Mode = wanted }, cancellation);
                break;
            case 'b':
                _screen.Answer("break");
                await SendAsync(new AttachRequest { Type = "break" }, cancellation);
                break;
            case 's':
                // The prompt stays open for the key.
                break;
            case '?' or 'h':
                var name = KeySyntax.Instance.Format(escape);
                _screen.Answer("keys");
                _screen.Notice("  q  leave               w  who is here");
                _screen.Notice("  i  about the port      r  read-only / read-write");
                _screen.Notice("  b  send a break        s  send a break and the SysRq key typed next");
                _screen.Notice($"  e  send {name} itself (also {name} {name})");
                _screen.Notice("  c, or any other key: go on");
                break;
            default:
                _screen.Answer("go on");
                break;
        }

        return true;
    }

    /// <summary>Input ended: what the machine still has to say about it is waited for.</summary>
    private async Task DrainAsync(CancellationToken cancellation)
    {
        if (_settings.Wait is not { } wait)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return;
        }

        Volatile.Write(ref _lastByteAt, _caller.Clock.GetTimestamp());
        while (wait - _caller.Clock.GetElapsedTime(Volatile.Read(ref _lastByteAt)) is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest, _caller.Clock, cancellation);
    }

    /// <summary>What the server says while it closes, such as that bytes went nowhere, is still to be heard.</summary>
    private async Task HearOutAsync(Task receiving)
    {
        try
        {
            await receiving.WaitAsync(FarewellLimit, _caller.Clock);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It has nothing more to say.
        }
    }

    private void Say(string text)
    {
        if (!_settings.IsPlain)
            _screen.Notice(text);
    }

    private async Task TellSizeAsync(CancellationToken cancellation)
    {
        try
        {
            if (_settings.Size() is var (columns, rows))
                await SendAsync(new AttachRequest { Type = "resize", Columns = columns, Rows = rows }, cancellation);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The window changed as the session ended.
        }
    }

    private Task SendAsync(AttachRequest request, CancellationToken cancellation) => _settings.IsPlain
        ? Task.CompletedTask
        : SendAsync(JsonSerializer.SerializeToUtf8Bytes(request, SparseJson.Default.AttachRequest), WebSocketMessageType.Text, cancellation);

    private async Task SendAsync(ReadOnlyMemory<byte> data, WebSocketMessageType type, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _socket.SendAsync(data, type, endOfMessage: true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(FarewellLimit);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "left", patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
    }
}
