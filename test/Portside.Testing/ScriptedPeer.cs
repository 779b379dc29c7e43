using System.Runtime.InteropServices;
using System.Text;

namespace Portside.Testing;

/// <summary>
/// Plays one end of a connection from a script: send these bytes, expect those. A small program, not a mock: it says
/// what came instead, and no wait is without bound.
/// </summary>
/// <remarks>
/// Scripts are <see cref="HexScript"/>. An expectation reads no byte beyond its own, so another reader, such as TLS, can
/// take over between two. Not thread-safe, but sending and expecting may run at the same time.
/// </remarks>
/// <param name="stream">The peer's end; disposed with the peer.</param>
public sealed class ScriptedPeer(Stream stream) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _pending = [];

    /// <summary>How long one expectation may take; it only bounds a hang, so it is generous.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The stream, for what a script does not cover: TLS, half-close, abort. See <see cref="Replace"/>.</summary>
    public Stream Stream { get; private set; } = stream;

    /// <summary>Everything received so far, whether expected or not.</summary>
    public List<byte> Received { get; } = [];

    /// <summary>Goes on over another stream, such as TLS over the former one.</summary>
    /// <param name="stream">It wraps or replaces the former stream.</param>
    /// <exception cref="ScriptException">Bytes of the former stream were received and not expected.</exception>
    public void Replace(Stream stream)
    {
        if (_pending.Count > 0)
            throw new ScriptException($"Received before the change of streams: {Show(_pending)}");
        Stream = stream;
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="script">What to send.</param>
    /// <returns>Completes when they are written.</returns>
    public Task SendAsync(string script) => SendAsync(HexScript.Bytes(script));

    /// <inheritdoc cref="SendAsync(string)"/>
    public async Task SendAsync(ReadOnlyMemory<byte> script)
    {
        using var patience = new CancellationTokenSource(Patience);
        await Stream.WriteAsync(script, patience.Token).ConfigureAwait(false);
        await Stream.FlushAsync(patience.Token).ConfigureAwait(false);
    }

    /// <summary>Sends UTF-8 text as it is.</summary>
    /// <param name="text">What to send.</param>
    /// <returns>Completes when it is written.</returns>
    public Task SendTextAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Expects exactly these bytes next.</summary>
    /// <param name="script">What must come; <c>..</c> stands for any byte.</param>
    /// <returns>The bytes that came, which tells what stood for <c>..</c>.</returns>
    /// <exception cref="ScriptException">Other bytes, the end of the stream, or nothing in time.</exception>
    public async Task<byte[]> ExpectAsync(string script)
    {
        var pattern = HexScript.Pattern(script);
        for (var at = 0; at < pattern.Length; at++)
        {
            if (_pending.Count == at && !await FillAsync(pattern.Length - at, $"{script} (byte {at} of {pattern.Length})").ConfigureAwait(false))
                throw new ScriptException($"Expected {script}; the stream ended after {Show(_pending)}");
            if (pattern[at] is { } expected && _pending[at] != expected)
                throw new ScriptException($"Expected {script}; byte {at} differs: {Show(_pending)}");
        }

        return Take(pattern.Length);
    }

    /// <summary>Expects this text next.</summary>
    /// <param name="text">It is sent as UTF-8.</param>
    /// <returns>Completes when it came.</returns>
    /// <exception cref="ScriptException">Other bytes, the end of the stream, or nothing in time.</exception>
    public Task ExpectTextAsync(string text) => ExpectAsync(Convert.ToHexString(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads until these bytes have come, whatever precedes them.</summary>
    /// <param name="script">What must come; <c>..</c> stands for any byte.</param>
    /// <returns>Everything up to and with them.</returns>
    /// <exception cref="ScriptException">The end of the stream, or nothing in time.</exception>
    public async Task<byte[]> ExpectEventuallyAsync(string script)
    {
        var pattern = HexScript.Pattern(script);
        for (var from = 0; ; from++)
        {
            while (_pending.Count < from + pattern.Length)
            {
                if (!await FillAsync(from + pattern.Length - _pending.Count, $"{script} at last").ConfigureAwait(false))
                    throw new ScriptException($"Expected {script} at last; the stream ended after {Show(_pending)}");
            }

            if (pattern.Index().All(entry => entry.Item is null || entry.Item == _pending[from + entry.Index]))
                return Take(from + pattern.Length);
        }
    }

    /// <summary>Reads until this text has come, whatever precedes it.</summary>
    /// <param name="text">As UTF-8.</param>
    /// <returns>Everything up to and with it, as UTF-8.</returns>
    /// <exception cref="ScriptException">The end of the stream, or nothing in time.</exception>
    public async Task<string> ExpectTextEventuallyAsync(string text) => Encoding.UTF8.GetString(
        await ExpectEventuallyAsync(Convert.ToHexString(Encoding.UTF8.GetBytes(text))).ConfigureAwait(false));

    /// <summary>Reads a number of bytes.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="ScriptException">The end of the stream, or too few in time.</exception>
    public async Task<byte[]> ReadAsync(int count)
    {
        while (_pending.Count < count)
        {
            if (!await FillAsync(count - _pending.Count, $"{count} bytes").ConfigureAwait(false))
                throw new ScriptException($"Expected {count} bytes; the stream ended after {_pending.Count}: {Show(_pending)}");
        }

        return Take(count);
    }

    /// <summary>Expects the end of the stream, orderly or not, and nothing before it.</summary>
    /// <returns>Completes at the end.</returns>
    /// <exception cref="ScriptException">Bytes came, or no end in time.</exception>
    public async Task ExpectEndAsync()
    {
        if (_pending.Count > 0 || await FillAsync(_buffer.Length, "the end of the stream").ConfigureAwait(false))
            throw new ScriptException($"Expected the end of the stream, got {Show(_pending)}");
    }

    /// <summary>Reads to the end of the stream, orderly or not.</summary>
    /// <returns>Everything before it that was not expected yet.</returns>
    /// <exception cref="ScriptException">No end in time.</exception>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync(_buffer.Length, "the end of the stream").ConfigureAwait(false))
        {
        }

        return Take(_pending.Count);
    }

    /// <summary>Closes the stream.</summary>
    /// <returns>Completes when it is closed.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static string Show(List<byte> bytes)
    {
        const int Most = 512;
        var shown = CollectionsMarshal.AsSpan(bytes);
        if (shown.IsEmpty)
            return "nothing";
        var cut = shown.Length > Most ? $" … ({shown.Length} bytes)" : "";
        return HexScript.Format(shown[..Math.Min(shown.Length, Most)]) + cut;
    }

    private byte[] Take(int count)
    {
        byte[] taken = [.. _pending.Take(count)];
        _pending.RemoveRange(0, count);
        return taken;
    }

    private async Task<bool> FillAsync(int most, string awaited)
    {
        using var patience = new CancellationTokenSource(Patience);
        int length;
        try
        {
            length = await Stream.ReadAsync(_buffer.AsMemory(0, Math.Min(most, _buffer.Length)), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new ScriptException($"Waited {Patience.TotalSeconds:0} s for {awaited}; so far {Show(_pending)}");
        }
        catch (IOException)
        {
            length = 0; // A reset is an end too; a test that cares looks at the stream itself.
        }

        _pending.AddRange(_buffer.AsSpan(0, length));
        Received.AddRange(_buffer.AsSpan(0, length));
        return length > 0;
    }
}
