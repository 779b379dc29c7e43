using Portside.Concentrator.Clients;
using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>A client that keeps what it gets, and that a test can stop from taking more.</summary>
/// <param name="name">Who it says it is.</param>
internal sealed class TestClient(string name) : Client(name, $"192.0.2.200:{name}", "test")
{
    private readonly Lock _lock = new();
    private readonly List<byte> _received = [];
    private readonly List<string> _notices = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _stall;

    public byte[] Received
    {
        get
        {
            lock (_lock)
                return [.. _received];
        }
    }

    public IReadOnlyList<string> Notices
    {
        get
        {
            lock (_lock)
                return [.. _notices];
        }
    }

    /// <summary>Who changed its mode last.</summary>
    public string? ChangedBy { get; private set; }

    public string? EndedBecause { get; private set; }

    /// <summary>From now on it takes nothing, until <see cref="GoOn"/>.</summary>
    public void Stall() => _stall = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn()
    {
        var stall = _stall;
        _stall = null;
        stall?.SetResult();
    }

    public override void Notice(string text) => Change(() => _notices.Add(text));

    public override void ModeChanged(string by) => ChangedBy = by;

    public override void End(string reason)
    {
        EndedBecause ??= reason;
        Port?.Detach(this, reason);
    }

    /// <summary>Everything received, once it is at least so much.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        await WaitAsync(() => _received.Count >= count, () => $"{count} bytes, have {HexScript.Format([.. _received])}");
        return Received;
    }

    public async Task ExpectAsync(string script)
    {
        var expected = HexScript.Bytes(script);
        Xunit.Assert.Equal(HexScript.Format(expected), HexScript.Format(await ReceiveAsync(expected.Length)));
    }

    public Task ExpectNoticeAsync(string part) => WaitAsync(
        () => _notices.Any(n => n.Contains(part, StringComparison.Ordinal)),
        () => $"\"{part}\" among {string.Join('|', _notices)}");

    /// <summary>Types, as slowly as the port wants.</summary>
    public async Task TypeAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Port!.Write(this, bytes.Span)..];
            if (!bytes.IsEmpty)
                await Port.WaitForRoomAsync(this, CancellationToken.None).WaitAsync(Patience.Limit);
        }
    }

    public Task TypeAsync(string script) => TypeAsync(HexScript.Bytes(script));

    protected override int Fill(Span<byte> chunk)
    {
        if (Reader is not { } reader)
            return 0;
        var count = reader.Read(chunk, out var missed);
        if (missed > 0)
            Miss(missed);
        return count;
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> chunk)
    {
        if (_stall is { } stall)
            await stall.Task;
        Change(() => _received.AddRange(chunk.Span));
    }

    protected override void OnSendFailed(Exception error) => End(error.Message);

    private void Change(Action change)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            change();
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    private async Task WaitAsync(Func<bool> condition, Func<string> awaited)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (condition())
                    return;
                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(Patience.Limit);
            }
            catch (TimeoutException)
            {
                throw new ScriptException($"Waited for {awaited()}");
            }
        }
    }
}
