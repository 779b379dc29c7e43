using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Portside.Lines;

/// <summary>A line whose bytes travel as they are: over TCP, TLS, or a socket in the file system.</summary>
/// <remarks>With TLS, a write that is broken off breaks the line: half a record cannot be completed later.</remarks>
public sealed class StreamLine : Line
{
    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly Action? _closed;
    private int _disposed;

    /// <summary>A line over a connected stream.</summary>
    /// <param name="title">What it is connected to, for people.</param>
    /// <param name="stream">It becomes the line's own.</param>
    public StreamLine(string title, Stream stream)
        : this(title, stream, null, null)
    {
    }

    internal StreamLine(string title, Stream stream, Socket? socket, Action? closed)
    {
        Title = title;
        _stream = stream;
        _socket = socket;
        _closed = closed;
        Tls = (stream as SslStream)?.SslProtocol.ToString();
    }

    /// <inheritdoc/>
    public override string Title { get; }

    /// <inheritdoc/>
    public override string? Tls { get; }

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (IsDisposed)
            return 0;
        try
        {
            return await _stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (IsDisposed && e is not OperationCanceledException && LineSocket.IsFailure(e))
        {
            return 0;
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException($"The connection to {Title} is closed.", e);
        }
        catch (Exception e) when (e is AuthenticationException || (e is not (IOException or OperationCanceledException) && LineSocket.IsFailure(e)))
        {
            // What TLS says of a peer that breaks its rules later on.
            throw new IOException($"The connection to {Title} broke: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (IsDisposed)
            throw new IOException($"The connection to {Title} is closed.");
        try
        {
            await _stream.WriteAsync(data, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException($"The connection to {Title} is closed.", e);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await LineSocket.CloseAsync(_stream, _socket).ConfigureAwait(false);
        _closed?.Invoke();
    }
}
