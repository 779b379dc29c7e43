using System.Runtime.InteropServices;
using Portside.Lines.Terminals;

namespace Portside.Terminal;

/// <summary>Standard input or output, read and written byte by byte as it comes.</summary>
/// <remarks>
/// The platform's console streams prepare the terminal on first use: they switch its cursor keys to another mode
/// and read whole lines. A serial console must get the keys as they are, and only when they are typed.
/// </remarks>
/// <param name="descriptor">0, 1 or 2; stays open.</param>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const short PollIn = 1;
    private const short PollOut = 4;

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var count = LibC.Read(descriptor, buffer, buffer.Length);
            if (count >= 0)
                return (int)count;
            var error = Marshal.GetLastPInvokeError();
            // A terminal that was closed is the end of its input, not an error of ours.
            if (error == LibC.InputOutput)
                return 0;
            WaitOrThrow(error, PollIn);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = LibC.Write(descriptor, buffer, buffer.Length);
            if (count >= 0)
                buffer = buffer[(int)count..];
            else
                WaitOrThrow(Marshal.GetLastPInvokeError(), PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Read(buffer.Span), CancellationToken.None).WaitAsync(cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Output to a terminal or a pipe waits for its reader, and so must what is being shown: it is written on the spot.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WaitOrThrow(int error, short what)
    {
        if (error == LibC.Interrupted)
            return;
        if (error == LibC.BrokenPipe)
            throw new ReaderGoneException();
        if (error != LibC.TryAgain)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        Span<LibC.PollEntry> entry = [new LibC.PollEntry { Descriptor = descriptor, Wanted = what }];
        _ = LibC.Poll(entry, 1, -1);
    }
}
