namespace Portside.Host.Conformance;

/// <summary>Bytes as they come, and who waits for some of them.</summary>
/// <param name="what">Whose they are, for failures.</param>
/// <param name="time">The clock.</param>
internal sealed class ReceivedBytes(string what, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _end;

    /// <summary>Bytes that nobody has read yet.</summary>
    public int Unread
    {
        get
        {
            lock (_lock)
                return _bytes.Count;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes.AddRange(bytes);
            Wake();
        }
    }

    public void End(string reason)
    {
        lock (_lock)
        {
            _end ??= reason;
            Wake();
        }
    }

    /// <summary>Reads up to the end of a mark, whatever precedes it.</summary>
    /// <exception cref="CheckFailedException">It does not come.</exception>
    public Task<byte[]> ReadUntilAsync(byte[] mark, string awaited, TimeSpan patience, CancellationToken cancellation) => ReadAsync(
        bytes => bytes.IndexOf(mark) is var at and >= 0 ? at + mark.Length : -1, awaited, patience, cancellation);

    /// <summary>Reads exactly these bytes, which have to come next.</summary>
    /// <exception cref="CheckFailedException">Others come, or too few.</exception>
    public async Task ExpectAsync(byte[] expected, string awaited, TimeSpan patience, CancellationToken cancellation)
    {
        var came = await ReadAsync(
            bytes => bytes.Length >= expected.Length || !expected.AsSpan().StartsWith(bytes) ? Math.Min(bytes.Length, expected.Length) : -1,
            awaited,
            patience,
            cancellation).ConfigureAwait(false);
        if (came.AsSpan().SequenceEqual(expected))
            return;
        var at = came.AsSpan().CommonPrefixLength(expected);
        throw new CheckFailedException($"{what}: {awaited} arrives changed: byte {at} of {expected.Length} is {Show(came, at)}, not {Show(expected, at)}.");
    }

    private static string Show(byte[] bytes, int at) =>
        at < bytes.Length ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0x{bytes[at]:X2}") : "missing";

    private async Task<byte[]> ReadAsync(TakeUpTo length, string awaited, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var found = length(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes));
                if (found >= 0)
                {
                    byte[] taken = [.. _bytes.Take(found)];
                    _bytes.RemoveRange(0, found);
                    return taken;
                }

                if (_end is not null)
                    throw new CheckFailedException($"{what}: {awaited} does not arrive: {_end}");
                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new CheckFailedException($"{what}: {awaited} does not arrive within {patience.TotalSeconds:0.#} s; {Unread} other bytes did.");
            }
        }
    }

    private void Wake()
    {
        _more.TrySetResult();
        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private delegate int TakeUpTo(ReadOnlySpan<byte> bytes);
}
