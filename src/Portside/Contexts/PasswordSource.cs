using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Portside.Commands;
using Portside.Files;

namespace Portside.Contexts;

/// <summary>Where a password is; it is read when it is needed, and written nowhere.</summary>
internal sealed class PasswordSource
{
    private readonly Func<CancellationToken, Task<string>> _read;

    private PasswordSource(string what, string from, Func<CancellationToken, Task<string>> read) => (What, From, _read) = (what, from, read);

    /// <summary>Where it is, for people; never the password.</summary>
    public string What { get; }

    /// <summary>Where that was said.</summary>
    public string From { get; }

    /// <summary>A password that is known already.</summary>
    public static PasswordSource OfText(string password, string from) => new("given", from, _ => Task.FromResult(password));

    /// <summary>A file's content, without the line's end.</summary>
    public static PasswordSource OfFile(string file, string from) =>
        new($"in {file}", from, _ => Task.FromResult(ReadText(from, file).TrimEnd('\r', '\n')));

    /// <summary>The first line that a command of the shell prints.</summary>
    public static PasswordSource OfCommand(string command, string from) =>
        // Any word of it may be a secret as well, the first one too: NAME=value stands before a command.
        new("by a command", from, cancellation => RunAsync(command, from, cancellation));

    /// <summary>Reads it.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The password.</returns>
    /// <exception cref="CommandFailure">It is not there.</exception>
    public Task<string> ReadAsync(CancellationToken cancellation) => _read(cancellation);

    /// <summary>The text of a file that was named.</summary>
    /// <param name="what">By what it was named.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="CommandFailure">It cannot be read.</exception>
    public static string ReadText(string what, string file)
    {
        try
        {
            return RegularFile.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{what}: {file} cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    // Our own input is not the command's: it may be the list of machines. What it has to ask, it asks the terminal; what it complains of is seen.
    private static async Task<string> RunAsync(string command, string from, CancellationToken cancellation)
    {
        var (shell, flag) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(shell, [flag, command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = new UTF8Encoding(false),
            })!;
            try
            {
                process.StandardInput.Close();
                var text = await process.StandardOutput.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                if (process.ExitCode != 0)
                    throw new CommandFailure(ExitCode.Failed, $"{from}: the command that prints the password ended with exit code {process.ExitCode}");
                return text.Split('\n')[0].TrimEnd('\r') is { Length: > 0 } password
                    ? password
                    : throw new CommandFailure(ExitCode.Failed, $"{from}: the command that prints the password printed none");
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        catch (Win32Exception e)
        {
            throw new CommandFailure(ExitCode.Failed, $"{from}: the command that prints the password cannot be run: {e.Message.TrimEnd('.')}");
        }
    }
}
