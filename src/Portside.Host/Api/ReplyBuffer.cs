using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Portside.Host.Api;

/// <summary>
/// Takes a reply as it is written, and sends it in pieces: a short one at once with its length, a long one while it is
/// made. Until the first piece has left, a fault can still take its place.
/// </summary>
/// <param name="response">Where it goes.</param>
/// <param name="compress">Whether the client asked for gzip.</param>
internal sealed class ReplyBuffer(HttpResponse response, bool compress) : Stream
{
    /// <summary>Bytes that are kept before a piece leaves.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>Below this, compression is not worth its header.</summary>
    private const int CompressFrom = 2 * 1024;

    private readonly List<byte[]> _full = [];
    private byte[] _current = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private int _used;
    private GZipStream? _gzip;

    /// <summary>Whether a piece has left, so that the reply cannot be replaced.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether there is enough for a piece.</summary>
    public bool IsFull => _full.Count > 0;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_used == _current.Length)
            {
                _full.Add(_current);
                _current = ArrayPool<byte>.Shared.Rent(PieceBytes);
                _used = 0;
            }

            var count = Math.Min(buffer.Length, _current.Length - _used);
            buffer[..count].CopyTo(_current.AsSpan(_used));
            _used += count;
            buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Forgets what was written and has not left.</summary>
    public void Clear()
    {
        foreach (var piece in _full)
            ArrayPool<byte>.Shared.Return(piece);
        _full.Clear();
        _used = 0;
    }

    /// <summary>Sends what is full, and waits while the client is slow.</summary>
    public async ValueTask SpillAsync(CancellationToken cancellation)
    {
        Begin(length: null);
        var output = (Stream?)_gzip ?? response.Body;
        foreach (var piece in _full)
            await output.WriteAsync(piece, cancellation);
        foreach (var piece in _full)
            ArrayPool<byte>.Shared.Return(piece);
        _full.Clear();
    }

    /// <summary>Sends the rest.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (!HasBegun)
            Begin(_full.Sum(piece => (long)piece.Length) + _used);
        await SpillAsync(cancellation);
        var output = (Stream?)_gzip ?? response.Body;
        await output.WriteAsync(_current.AsMemory(0, _used), cancellation);
        _used = 0;
        if (_gzip is not null)
            await _gzip.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _current.Length > 0)
        {
            Clear();
            ArrayPool<byte>.Shared.Return(_current);
            _current = [];
        }

        base.Dispose(disposing);
    }

    private void Begin(long? length)
    {
        if (HasBegun)
            return;
        HasBegun = true;
        if (compress && length is null or >= CompressFrom)
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
            _gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        }
        else
        {
            response.ContentLength = length;
        }
    }
}
