namespace Portside.Testing;

/// <summary>One end of a <see cref="StreamPair"/>.</summary>
public sealed class PairedStream : Stream
{
    private readonly BoundedBytes _incoming;
    private readonly BoundedBytes _outgoing;

    internal PairedStream(BoundedBytes incoming, BoundedBytes outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    /// <summary>Bytes written here that the other end has not read yet.</summary>
    public int Unread => _outgoing.Count;

    /// <summary>Bytes the other end wrote that were not read here yet.</summary>
    public int Available => _incoming.Count;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Half-close, as FIN: the other end reads what is left and then the end; this end still reads.</summary>
    public void CompleteWrites() => _outgoing.End();

    /// <summary>As RST: both ends fail to read and to write, and what was under way is lost.</summary>
    public void Abort()
    {
        _incoming.Abort();
        _outgoing.Abort();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _incoming.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _incoming.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _outgoing.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _outgoing.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outgoing.End();
            _incoming.Abandon();
        }

        base.Dispose(disposing);
    }
}
