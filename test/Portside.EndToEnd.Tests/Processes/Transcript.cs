using System.Runtime.InteropServices;
using System.Text;

namespace Portside.EndToEnd.Tests.Processes;

/// <summary>Everything one side said, with a place up to which a test has read it.</summary>
/// <param name="name">Whose words these are, for failures.</param>
internal sealed class Transcript(string name)
{
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _read;
    private bool _ended;

    /// <summary>All of it so far.</summary>
    public byte[] Bytes
    {
        get
        {
            lock (_lock)
                return [.. _bytes];
        }
    }

    /// <summary>All of it so far, as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Adds what was said.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes.AddRange(bytes);
            Signal();
        }
    }

    /// <summary>Nothing more will be said.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Signal();
        }
    }

    /// <summary>Waits until some text was said behind the place read so far, and reads up to its end.</summary>
    /// <returns>What was read, the text itself included.</returns>
    public Task<string> WaitForAsync(string text) => ReadAsync(
        unread => unread.IndexOf(Encoding.UTF8.GetBytes(text)) is var at and >= 0 ? at + Encoding.UTF8.GetByteCount(text) : -1,
        $"\"{text}\"",
        bytes => Encoding.UTF8.GetString(bytes));

    /// <summary>Waits for a number of bytes behind the place read so far, and reads them.</summary>
    public Task<byte[]> ReadAsync(int count) =>
        ReadAsync(unread => unread.Length >= count ? count : -1, $"{count} bytes", bytes => bytes.ToArray());

    /// <summary>Asserts that this text, as UTF-8, is said next.</summary>
    public async Task ExpectAsync(string text) =>
        Assert.Equal(text, Encoding.UTF8.GetString(await ReadAsync(Encoding.UTF8.GetByteCount(text))));

    /// <summary>Copies a stream until it ends or breaks.</summary>
    public async Task CopyAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer) is var length and > 0)
                Append(buffer.AsSpan(0, length));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // An end like any other here.
        }

        End();
    }

    public override string ToString() => $"--- {name}:\n{Text}\n---";

    private async Task<T> ReadAsync<T>(FindEnd find, string awaited, Take<T> take)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            Task more;
            bool ended;
            lock (_lock)
            {
                var unread = CollectionsMarshal.AsSpan(_bytes)[_read..];
                var end = find(unread);
                if (end >= 0)
                {
                    _read += end;
                    return take(unread[..end]);
                }

                ended = _ended;
                more = _more.Task;
            }

            if (ended)
                Assert.Fail($"{name} ended without {awaited}.\n{this}");
            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited {Patience.Limit.TotalSeconds:0} s for {awaited}.\n{this}");
            }
        }
    }

    private void Signal()
    {
        _more.TrySetResult();
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private delegate int FindEnd(ReadOnlySpan<byte> unread);

    private delegate T Take<out T>(ReadOnlySpan<byte> bytes);
}
