using System.Text;
using Portside.Commands;
using Portside.Output;

namespace Portside.Contexts;

/// <summary>Asks a person for a password; what is typed is not shown.</summary>
internal static class PasswordPrompt
{
    private const byte Interrupt = 0x03, EndOfInput = 0x04, Backspace = 0x08, Tab = 0x09, LineFeed = 0x0A, Return = 0x0D, Clear = 0x15, Delete = 0x7F;
    private const int MaxBytes = 4096;

    /// <summary>Asks.</summary>
    /// <param name="caller">Whom.</param>
    /// <param name="whose">Whose password, and where it is for.</param>
    /// <param name="cancellation">Gives up; the terminal is as before then.</param>
    /// <returns>What was typed.</returns>
    /// <exception cref="CommandFailure">There is no terminal, or nothing was typed.</exception>
    public static async Task<string> AskAsync(Caller caller, string whose, CancellationToken cancellation)
    {
        if (!caller.InputIsTerminal)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"there is no password for {whose}, and no terminal to ask for it",
                "--password-file FILE, GOVC_PASSWORD, or: portside context set NAME --password-command COMMAND");
        }

        // In this order, or a fast hand's first keys are shown. ^C is a key like others meanwhile, and signals from elsewhere restore the terminal.
        using var hidden = caller.Terminal.EnterRawMode();
        var screen = caller.ErrorIsTerminal || !caller.OutputIsTerminal ? caller.Error : caller.Out;
        await screen.WriteAsync($"Password for {SafeText.Of(whose)}: ");
        try
        {
            return await ReadAsync(caller.Input, cancellation) is { Length: > 0 } password
                ? password
                : throw new CommandFailure(ExitCode.Usage, "no password was given");
        }
        finally
        {
            hidden.Dispose();
            await screen.WriteLineAsync();
        }
    }

    private static async Task<string> ReadAsync(Stream keys, CancellationToken cancellation)
    {
        var typed = new List<byte>();
        var key = new byte[1];
        while (typed.Count < MaxBytes && await keys.ReadAsync(key, cancellation) == 1)
        {
            switch (key[0])
            {
                case Return or LineFeed:
                case EndOfInput when typed.Count == 0:
                    return Encoding.UTF8.GetString([.. typed]);
                case Interrupt:
                    throw new CommandFailure(ExitCode.Interrupted, "no password was given");
                case Backspace or Delete:
                    Erase(typed);
                    break;
                case Clear:
                    typed.Clear();
                    break;
                case >= 0x20 or Tab:
                    typed.Add(key[0]);
                    break;
            }
        }

        // A terminal that was closed; half a password is none.
        return "";
    }

    // A character, which is several bytes beyond ASCII.
    private static void Erase(List<byte> typed)
    {
        var at = typed.Count - 1;
        while (at > 0 && (typed[at] & 0xC0) == 0x80)
            at--;
        if (at >= 0)
            typed.RemoveRange(at, typed.Count - at);
    }
}
