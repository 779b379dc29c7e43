using System.Text;
using Portside.Commands;
using Portside.Output;

namespace Portside.Attach;

/// <summary>
/// What an attached person sees: the machine's bytes as they are, and our own words on lines of their own. Where the
/// results are read by a program, our words go to the errors, and with <c>--plain</c> nowhere.
/// </summary>
/// <param name="caller">Who looks.</param>
/// <param name="isRaw">Whether the terminal is raw, so that a line needs a carriage return.</param>
/// <param name="copy">Gets the machine's bytes as well, or null.</param>
internal sealed class AttachScreen(Caller caller, bool isRaw, Stream? copy)
{
    private readonly Lock _lock = new();
    private readonly string _newLine = isRaw ? "\r\n" : "\n";
    private bool _isAtLineStart = true;

    /// <summary>Why the copy is incomplete, or null.</summary>
    public string? CopyFailure { get; private set; }

    /// <summary>Shows what the machine said.</summary>
    /// <param name="bytes">Serial bytes.</param>
    public void Machine(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        lock (_lock)
        {
            caller.Output.Write(bytes);
            // Behind a lone carriage return the line's text still stands there.
            _isAtLineStart = bytes[^1] == '\n' || bytes.EndsWith("\n\r"u8);
            if (copy is null || CopyFailure is not null)
                return;
            try
            {
                copy.Write(bytes);
            }
            catch (IOException e)
            {
                // The console is worth more than the copy of it.
                CopyFailure = e.Message.TrimEnd('.');
                Write($"[the copy ends here: {SafeText.Of(CopyFailure)}]{_newLine}", ownLine: true);
            }
        }
    }

    /// <summary>Says something in words of our own.</summary>
    /// <param name="text">One line or several.</param>
    public void Notice(string text)
    {
        lock (_lock)
        {
            foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
                Write($"[{SafeText.Of(line)}]{_newLine}", ownLine: true);
        }
    }

    /// <summary>Asks for a key of the menu.</summary>
    public void Prompt()
    {
        lock (_lock)
        {
            Write("[portside> ", ownLine: true);
            _isAtLineStart = false;
        }
    }

    /// <summary>Ends the line that <see cref="Prompt"/> began.</summary>
    /// <param name="answer">What the key was taken for.</param>
    public void Answer(string answer)
    {
        lock (_lock)
            Write($"{answer}]{_newLine}", ownLine: false);
    }

    private void Write(string text, bool ownLine)
    {
        if (caller.OutputIsTerminal)
        {
            if (ownLine && !_isAtLineStart)
                text = _newLine + text;
            caller.Output.Write(Encoding.UTF8.GetBytes(text));
            _isAtLineStart = true;
        }
        else
        {
            caller.Error.Write(text);
        }
    }
}
