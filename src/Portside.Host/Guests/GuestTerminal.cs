using System.Text;
using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>A guest's line discipline: echo, line editing, and ^C while a command runs.</summary>
internal sealed class GuestTerminal(ISerialLine line)
{
    private const int MaxLine = 1024;
    private const int MaxTypedAhead = 4096;
    private const byte Interrupt = 0x03;

    private readonly byte[] _buffer = new byte[256];
    private readonly Queue<byte> _typed = new();
    private bool _afterReturn;

    /// <summary>Shows text; LF becomes CR LF.</summary>
    public ValueTask WriteAsync(string text, CancellationToken cancellation) =>
        line.WriteAsync(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")), cancellation);

    /// <summary>Shows a line of text.</summary>
    public ValueTask WriteLineAsync(string text, CancellationToken cancellation) => WriteAsync(text + "\n", cancellation);

    /// <summary>Waits until somebody can see it: endless output to nobody would only burn the processor.</summary>
    public Task WaitForConnectionAsync(CancellationToken cancellation) => line.WaitForConnectionAsync(cancellation);

    /// <summary>Reads a line: Backspace, ^U and ^W edit it.</summary>
    /// <param name="echo">Whether it is shown; a password is not.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(TerminalKey Key, string Text)> ReadLineAsync(bool echo, CancellationToken cancellation)
    {
        var text = new List<byte>();
        var escape = 0;
        while (true)
        {
            if (await ReadByteAsync(cancellation).ConfigureAwait(false) is not { } key)
                return (TerminalKey.Closed, "");

            // Enter arrives as CR, as LF, as CR LF or as CR NUL.
            var second = _afterReturn && key is 0x0A or 0x00;
            _afterReturn = key == 0x0D;
            if (second)
                continue;

            // Cursor keys and their like (ESC [ … letter) are passed over.
            if (escape > 0)
            {
                escape = escape == 1 ? key is (byte)'[' or (byte)'O' ? 2 : 0 : key is >= 0x40 and <= 0x7E ? 0 : 2;
                continue;
            }

            switch (key)
            {
                case 0x1B:
                    escape = 1;
                    break;
                case 0x0D or 0x0A:
                    await WriteAsync("\n", cancellation).ConfigureAwait(false);
                    return (TerminalKey.Enter, Encoding.UTF8.GetString([.. text]));
                case Interrupt:
                    await WriteAsync("^C\n", cancellation).ConfigureAwait(false);
                    return (TerminalKey.Interrupt, "");
                case 0x04 when text.Count == 0:
                    return (TerminalKey.EndOfInput, "");
                case 0x08 or 0x7F:
                    await EraseAsync(text, EraseCharacter(text), echo, cancellation).ConfigureAwait(false);
                    break;
                case 0x15:
                    await EraseAsync(text, text.Count, echo, cancellation).ConfigureAwait(false);
                    break;
                case 0x17:
                    await EraseAsync(text, EraseWord(text), echo, cancellation).ConfigureAwait(false);
                    break;
                case >= 0x20 when text.Count < MaxLine:
                    text.Add(key);
                    if (echo)
                        await line.WriteAsync(new[] { key }, cancellation).ConfigureAwait(false);
                    break;
                case >= 0x20:
                    await WriteAsync("\a", cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Runs a command that ^C ends; other keys wait for whoever reads next.</summary>
    public async Task RunInterruptibleAsync(Func<CancellationToken, Task> command, CancellationToken cancellation)
    {
        using var interrupted = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupted.Token, cancellation);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(interrupted, done.Token);
        try
        {
            await command(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            await WriteAsync("^C\n", cancellation).ConfigureAwait(false);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(CancellationTokenSource interrupted, CancellationToken done)
    {
        try
        {
            while (await line.ReadAsync(_buffer, done).ConfigureAwait(false) is > 0 and var length)
            {
                foreach (var key in _buffer.AsSpan(0, length))
                {
                    if (key == Interrupt)
                        _typed.Clear();
                    else if (_typed.Count < MaxTypedAhead)
                        _typed.Enqueue(key);
                }

                if (_buffer.AsSpan(0, length).Contains(Interrupt))
                    await interrupted.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The command is done.
        }
    }

    private async ValueTask<byte?> ReadByteAsync(CancellationToken cancellation)
    {
        if (_typed.Count == 0)
        {
            var length = await line.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
            foreach (var key in _buffer.AsSpan(0, length))
                _typed.Enqueue(key);
        }

        return _typed.TryDequeue(out var typed) ? typed : null;
    }

    private async ValueTask EraseAsync(List<byte> text, int count, bool echo, CancellationToken cancellation)
    {
        var erased = text.GetRange(text.Count - count, count);
        text.RemoveRange(text.Count - count, count);
        if (!echo)
            return;
        // A character of several bytes takes one place on the screen.
        var places = erased.Count(b => (b & 0xC0) != 0x80);
        await WriteAsync(string.Concat(Enumerable.Repeat("\b \b", places)), cancellation).ConfigureAwait(false);
    }

    private static int EraseCharacter(List<byte> text)
    {
        var count = 0;
        while (count < text.Count)
        {
            count++;
            if ((text[^count] & 0xC0) != 0x80)
                break;
        }

        return count;
    }

    private static int EraseWord(List<byte> text)
    {
        var count = 0;
        while (count < text.Count && text[^(count + 1)] == ' ')
            count++;
        while (count < text.Count && text[^(count + 1)] != ' ')
            count++;
        return count;
    }
}
