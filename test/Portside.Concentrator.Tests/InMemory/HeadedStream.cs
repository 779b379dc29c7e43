using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>Sends a head together with the first bytes written, and takes the other side's head off before the first read.</summary>
internal sealed class HeadedStream(Stream inner, byte[] head, byte[] expected) : Stream
{
    private bool _wrote;
    private bool _read;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_read)
        {
            _read = true;
            var came = new byte[expected.Length];
            await inner.ReadExactlyAsync(came, cancellationToken);
            if (!came.AsSpan().SequenceEqual(expected))
                throw new ScriptException($"Expected {HexScript.Format(expected)}, got {HexScript.Format(came)}");
        }

        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_wrote)
            return inner.WriteAsync(buffer, cancellationToken);
        _wrote = true;
        return inner.WriteAsync((byte[])[.. head, .. buffer.Span], cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
