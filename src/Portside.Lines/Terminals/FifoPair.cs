using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Portside.Lines.Terminals;

/// <summary>Two named pipes that another program takes for its console: it reads one and writes the other.</summary>
/// <remarks>
/// They are made as <c>PATH.in</c> and <c>PATH.out</c>, as QEMU's character device <c>pipe</c> has them. Unlike a socket
/// they tell exactly what the program took: what it did not take can be had back. One reads and one writes at a time.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed partial class FifoPair : IDisposable
{
    /// <summary>Read and write for the owner alone.</summary>
    private const uint OwnerOnly = 0x180;

    private readonly PolledDescriptor _in;
    private readonly PolledDescriptor _out;
    private volatile bool _isOver;

    /// <summary>Makes the pipes.</summary>
    /// <param name="path">Their path without the ends.</param>
    /// <exception cref="IOException">They cannot be made.</exception>
    public FifoPair(string path)
    {
        Path = path;
        foreach (var end in (string[])[".in", ".out"])
        {
            if (Make(path + end, OwnerOnly) != 0)
                throw new IOException($"{path}{end} cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        _in = new PolledDescriptor(PolledDescriptor.Open(path + ".in"));
        _out = new PolledDescriptor(PolledDescriptor.Open(path + ".out"));
    }

    /// <summary>Their path without the ends.</summary>
    public string Path { get; }

    /// <summary>Takes what the program wrote. An empty buffer waits until there is something and takes nothing.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="cancellation">Ends the wait; no byte is lost.</param>
    /// <returns>How many bytes; 0 for an empty buffer, and when nothing is left after <see cref="End"/>.</returns>
    /// <exception cref="IOException">The pipe broke.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var isOver = _isOver; // Before looking: what was written before the end is found.
            if (buffer.IsEmpty)
            {
                if (_out.Look() != 0)
                    return 0;
            }
            else
            {
                var count = _out.TryRead(buffer.Span, out var error);
                if (count >= 0)
                    return count;
                if (error != LibC.TryAgain)
                    throw new IOException($"{Path}.out broke: {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            if (isOver)
                return 0;
            await _out.WaitForInputAsync(forInput: true, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the program something to read, as far as its pipe takes it.</summary>
    /// <param name="data">Not empty.</param>
    /// <returns>How many bytes its pipe took; 0 when it is full, or closed.</returns>
    /// <exception cref="IOException">The pipe broke.</exception>
    public int TryWrite(ReadOnlySpan<byte> data)
    {
        var count = _in.TryWrite(data, out var error);
        if (count < 0 && error != LibC.TryAgain && !_in.IsClosed)
            throw new IOException($"{Path}.in broke: {Marshal.GetPInvokeErrorMessage(error)}.");
        return Math.Max(0, count);
    }

    /// <summary>Waits until the program's pipe may take something, or is closed.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes also without a reason now and then.</returns>
    public Task WaitForRoomAsync(CancellationToken cancellation) => _in.WaitForRoomAsync(cancellation);

    /// <summary>Takes back what the program did not read.</summary>
    /// <returns>It, in order.</returns>
    public byte[] TakeBack()
    {
        var all = new List<byte>();
        Span<byte> some = stackalloc byte[4096];
        while (_in.TryRead(some, out _) is > 0 and var count)
            all.AddRange(some[..count]);
        return [.. all];
    }

    /// <summary>The program writes nothing more: who reads gets what is left, and then the end.</summary>
    public void End()
    {
        _isOver = true;
        _out.Wake();
    }

    /// <summary>Closes both and removes them.</summary>
    public void Dispose()
    {
        End();
        _in.Dispose();
        _out.Dispose();
        File.Delete(Path + ".in");
        File.Delete(Path + ".out");
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Make(string path, uint mode);
}
