using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Portside.Api.Contracts;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;

namespace Portside.Api.Server;

/// <summary>
/// A client over a WebSocket: binary frames are serial bytes, text frames are JSON control.
/// </summary>
/// <remarks>It is attached before its WebSocket exists, so that a refusal can still be said in HTTP.</remarks>
/// <param name="name">Who it says it is; safe to show.</param>
/// <param name="address">Where it comes from.</param>
/// <param name="plain">Whether the only text frame is the one that says why it ended.</param>
internal sealed class WebSocketClient(string name, string address, bool plain)
    : Client(name, address, "websocket")
{
    private const int ReadBytes = 16 * 1024;

    /// <summary>Longest control message of a client, in bytes; they are a few dozen.</summary>
    private const int MaxControlBytes = 4096;

    /// <summary>Control messages that may wait for a client that does not read.</summary>
    private const int MaxWaiting = 64;

    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _controlLock = new();
    private readonly Queue<byte[]> _control = new();
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _discarded;
    private string? _discardedBecause;
    private Task _closing = Task.CompletedTask;
    private WebSocket? _socket;
    private TimeProvider _time = TimeProvider.System;
    private string? _ended;
    private bool _sendsText;
    private volatile bool _open;
    private volatile bool _anyOutput;

    /// <summary>The connection below the WebSocket, to see whether it still stands; null when that is not known.</summary>
    public Socket? Connection { get; init; }

    /// <summary>The request is aborted: nobody is there any more.</summary>
    public CancellationToken Aborted { get; init; }

    /// <summary>Serves an attached client until it leaves or is ended.</summary>
    /// <param name="socket">Its WebSocket; closed here, disposed by the caller.</param>
    /// <param name="others">Those attached before it.</param>
    /// <param name="describe">Describes the port for the first message.</param>
    /// <param name="replay">Bytes of recent output to show first.</param>
    /// <param name="options">What people are told and when.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">The request or the program ends.</param>
    /// <returns>A task that never fails.</returns>
    public async Task RunAsync(
        WebSocket socket,
        IReadOnlyList<Client> others,
        Func<Port, PortDescription> describe,
        int replay,
        ConsoleOptions options,
        TimeProvider time,
        CancellationToken stopping)
    {
        var port = Port!;
        (_socket, _time) = (socket, time);
        using var left = new CancellationTokenSource();
        using var _ = stopping.Register(() => End("the concentrator stops"));
        var silence = Task.CompletedTask;
        try
        {
            var before = Reader!.Position;
            Reader.MoveBack(replay);
            Say(new AttachEvent
            {
                Type = "attached",
                Client = Id,
                Mode = Mode.ToWord(),
                Port = describe(port),
                Others = [.. others.Select(Describe.Other)],
                ReplayBytes = before - Reader.Position,
            });
            _open = true;
            Wake();
            silence = TellSilenceAsync(port, options, time, left.Token);

            // Whoever ended it before it had a socket could not close one.
            if (_ended is not null)
                _closing = CloseAsync();
            await ReceiveAsync(socket, port);
            End("left");
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            End("connection lost");
        }
        finally
        {
            _received.TrySetResult();
            await left.CancelAsync();
            await silence;
            await _closing;
            port.Detach(this, _ended!);
        }
    }

    public override void Notice(string text) => Say(new AttachEvent { Type = "notice", Text = text });

    public override void ModeChanged(string by) => Say(new AttachEvent { Type = "mode", Mode = Mode.ToWord(), By = by });

    public override void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _ended, reason, null) is not null)
            return;
        Port?.Detach(this, reason);
        Say(new AttachEvent { Type = "end", Reason = reason }, always: true);
        _closing = CloseAsync();
    }

    protected override void OnDiscarded(int bytes, string? reason)
    {
        // However often that is, what waits to be told is the sum.
        lock (_controlLock)
            (_discarded, _discardedBecause) = (_discarded + bytes, reason ?? _discardedBecause);
        if (!plain)
            Wake();
    }

    protected override int Fill(Span<byte> chunk)
    {
        if (_socket is null)
            return 0;
        lock (_controlLock)
        {
            if (_discarded > 0 && !plain)
            {
                var discarded = new AttachEvent { Type = "discarded", Bytes = _discarded, Reason = _discardedBecause };
                (_discarded, _discardedBecause) = (0, null);
                return Text(Json(discarded), chunk);
            }

            if (_control.TryDequeue(out var message))
                return Text(message, chunk);
        }

        if (!_open || Reader is not { } reader)
            return 0;
        var count = reader.Peek(chunk, out var missed);
        reader.Advance(missed);
        if (missed > 0)
        {
            Miss(missed);

            // The mark goes out first; the bytes behind the gap with the next chunk.
            if (!plain)
                return Text(Json(new AttachEvent { Type = "gap", Bytes = missed }), chunk);
        }

        reader.Advance(count);
        _anyOutput |= count > 0;
        _sendsText = false;
        return count;
    }

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> chunk) => _socket!.SendAsync(
        chunk,
        _sendsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
        endOfMessage: true,
        CancellationToken.None);

    protected override void OnSendFailed(Exception error) => End("connection lost");

    private static byte[] Json(AttachEvent message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, SparseJson.Default.AttachEvent);

    private int Text(byte[] message, Span<byte> chunk)
    {
        _sendsText = true;
        message.CopyTo(chunk);
        return message.Length;
    }

    private void Say(AttachEvent message, bool always = false)
    {
        if (plain && !always)
            return;
        var json = Json(message);
        lock (_controlLock)
        {
            if (_control.Count < MaxWaiting && json.Length <= ChunkBytes)
                _control.Enqueue(json);
        }

        Wake();
    }

    private async Task TellSilenceAsync(Port port, ConsoleOptions options, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(options.SilenceAfter, time, stop);
            if (!_anyOutput)
                Say(new AttachEvent { Type = "silence", Text = PortFacts.Silence(port, time.GetUtcNow()) });
        }
        catch (OperationCanceledException)
        {
            // It left before.
        }
    }

    private async Task ReceiveAsync(WebSocket socket, Port port)
    {
        var control = new ArrayBufferWriter<byte>(256);
        while (true)
        {
            // A receive of no bytes waits without a buffer.
            var begun = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (begun.MessageType == WebSocketMessageType.Close)
                return;
            if (begun is { MessageType: WebSocketMessageType.Text, EndOfMessage: true })
            {
                // A frame without bytes, such as the last one of a message in parts: it is used up by now.
                Obey(port, control.WrittenSpan);
                control.ResetWrittenCount();
                continue;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
            try
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(0, ReadBytes), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    return;
                if (received.MessageType == WebSocketMessageType.Binary)
                {
                    await WriteAsync(port, buffer.AsMemory(0, received.Count));
                    continue;
                }

                if (control.WrittenCount + received.Count > MaxControlBytes)
                    throw new WebSocketException($"A control message is longer than {MaxControlBytes} bytes.");
                control.Write(buffer.AsSpan(0, received.Count));
                if (!received.EndOfMessage)
                    continue;
                Obey(port, control.WrittenSpan);
                control.ResetWrittenCount();
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask WriteAsync(Port port, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[port.Write(this, data.Span)..];
            if (!data.IsEmpty)
                await WaitForRoomAsync(port);
        }
    }

    /// <summary>Waits for the machine, and looks now and then whether the client is still there: nobody reads its socket meanwhile.</summary>
    private async Task WaitForRoomAsync(Port port)
    {
        var room = port.WaitForRoomAsync(this, Aborted);
        using var enough = new CancellationTokenSource();
        while (await Task.WhenAny(room, Task.Delay(LookEvery, _time, enough.Token)) != room)
        {
            if (_socket!.State == WebSocketState.Aborted || Connection?.Poll(0, SelectMode.SelectError) == true)
                throw new IOException("The client is gone.");
        }

        await enough.CancelAsync();
        await room;
    }

    private void Obey(Port port, ReadOnlySpan<byte> json)
    {
        AttachRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(json, SparseJson.Default.AttachRequest);
        }
        catch (JsonException error)
        {
            Notice($"not a control message: {error.Message}");
            return;
        }

        switch (request?.Type)
        {
            case "resize":
                (Columns, Rows) = (Math.Clamp(request.Columns ?? 0, 0, 9999), Math.Clamp(request.Rows ?? 0, 0, 9999));
                break;
            case "break":
                Notice(!SysRqKey.TryParse(request.Sysrq, out var key) ? SysRqKey.Rule
                    : !PortAccess.Writes(Mode) ? "you may only read"
                    : !port.Break(Name, key) ? "no machine is connected"
                    : key is null ? "break sent"
                    : $"break and {request.Sysrq} sent");
                break;
            case "mode" when ClientModes.TryParse(request.Mode, out var mode):
                if (port.ChangeMode(this, mode, steal: false) is { } refusal)
                    Notice(refusal);
                else
                    Say(new AttachEvent { Type = "mode", Mode = Mode.ToWord() });
                break;
            case "who":
                foreach (var line in PortFacts.Who(port, this))
                    Notice(line);
                break;
            case "info":
                Notice(PortFacts.Silence(port, TimeProvider.System.GetUtcNow()));
                break;
            default:
                Notice($"unknown control message \"{Concentrator.Diagnostics.PeerText.Clean(request?.Type ?? "")}\"");
                break;
        }
    }

    /// <summary>Says good-bye and waits a moment for the client's, so that the reason is not lost in a reset.</summary>
    private async Task CloseAsync()
    {
        if (_socket is not { } socket)
            return;
        try
        {
            await WhenIdleAsync().WaitAsync(FarewellLimit);
            using var limit = new CancellationTokenSource(FarewellLimit);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            await _received.Task.WaitAsync(FarewellLimit);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException
            or ObjectDisposedException or TimeoutException or InvalidOperationException)
        {
            socket.Abort();
        }
    }
}
