using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Portside.Telnet;

namespace Portside.Host.Ports;

/// <summary>The one way onto a connection: what the machine says about itself goes before the guest's next bytes.</summary>
/// <remarks>
/// Words about the port (<see cref="Post"/>) never wait; they are few and small. The guest's bytes wait their turn, which
/// is the back-pressure of the network. Nothing is held while nothing is to be sent.
/// </remarks>
/// <param name="onFailure">The connection takes no more; its reader will learn why.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose.")]
internal sealed class LinkWriter(Action onFailure)
{
    /// <summary>Most guest bytes in one write; the guest stands still for a vMotion after at most this much.</summary>
    private const int MaxChunk = 65_536;

    /// <summary>Bytes of a chunk that needs escaping; its copy is at most twice as long.</summary>
    private const int MaxEscapedChunk = 16_384;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Stream? _stream;
    private ArrayBufferWriter<byte>? _words;
    private ArrayBufferWriter<byte>? _heldWords;
    private bool _flushing;
    private bool _holding;
    private volatile bool _failed;
    private volatile bool _quiet;

    /// <summary>Whether the guest's bytes are kept off the connection; those on their way still go.</summary>
    public bool IsQuiet
    {
        get => _quiet;
        set => _quiet = value;
    }

    /// <summary>Starts, or goes on, over a stream.</summary>
    public void Use(Stream stream)
    {
        lock (_lock)
            _stream = stream;
    }

    /// <summary>Sends words about the port, in order, before any guest bytes given later.</summary>
    public void Post(ReadOnlySpan<byte> words)
    {
        if (words.IsEmpty)
            return;
        lock (_lock)
        {
            if (_failed)
                return;
            (_holding ? _heldWords ??= new() : _words ??= new()).Write(words);
            if (_holding || _flushing || _stream is null)
                return;
            _flushing = true;
        }

        _ = FlushAsync();
    }

    /// <summary>What is posted from here on waits for <see cref="Release"/>; what was posted before still goes.</summary>
    public void Hold()
    {
        lock (_lock)
            _holding = true;
    }

    /// <summary>Sends what was held.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _holding = false;
            if (_heldWords is null)
                return;
            if (_words is null)
                _words = _heldWords;
            else
                _words.Write(_heldWords.WrittenSpan);
            _heldWords = null;
            if (_flushing || _failed)
                return;
            _flushing = true;
        }

        _ = FlushAsync();
    }

    /// <summary>Waits until everything posted is sent and nothing is under way.</summary>
    public async Task DrainAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_failed)
                await WriteWordsAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsLinkFailure(e))
        {
            Fail();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends some of the guest's bytes, escaped.</summary>
    /// <returns>How many were taken; 0 when the connection takes none: quiet, or broken.</returns>
    public async ValueTask<int> WriteDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        byte[]? rented = null;
        try
        {
            if (_quiet || _failed || _stream is not { } stream)
                return 0;
            await WriteWordsAsync().ConfigureAwait(false);

            // BEGIN may have been among the words; whoever posts it made the guest quiet before.
            if (_quiet)
                return 0;

            // A write under way is never given up: half a command on the wire would corrupt the rest.
            var chunk = data[..Math.Min(data.Length, MaxChunk)];
            if (!chunk.Span.Contains(TelnetCommand.Iac))
            {
                await stream.WriteAsync(chunk, CancellationToken.None).ConfigureAwait(false);
                return chunk.Length;
            }

            rented = ArrayPool<byte>.Shared.Rent(Math.Min(chunk.Length, MaxEscapedChunk) * 2);
            TelnetEncoder.Escape(chunk.Span, rented, out var consumed, out var written);
            await stream.WriteAsync(rented.AsMemory(0, written), CancellationToken.None).ConfigureAwait(false);
            return consumed;
        }
        catch (Exception e) when (IsLinkFailure(e))
        {
            Fail();
            return 0;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
            _turn.Release();
        }
    }

    /// <summary>Sends nothing more.</summary>
    public void Stop() => _failed = true;

    /// <summary>Whether an exception tells of the connection rather than of a mistake of ours.</summary>
    public static bool IsLinkFailure(Exception e) => e is IOException or ObjectDisposedException
        or System.Net.Sockets.SocketException;

    private async Task FlushAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await WriteWordsAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsLinkFailure(e))
        {
            Fail();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask WriteWordsAsync()
    {
        while (true)
        {
            ArrayBufferWriter<byte> words;
            Stream stream;
            lock (_lock)
            {
                if (_words is null || _stream is null)
                {
                    _flushing = false;
                    return;
                }

                words = _words;
                stream = _stream;
                _words = null;
            }

            await stream.WriteAsync(words.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Fail()
    {
        _failed = true;
        onFailure();
    }
}
