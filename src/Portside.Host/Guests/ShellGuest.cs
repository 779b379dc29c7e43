using System.Globalization;
using System.Text;
using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>What most people meet on a serial console: a boot log, a login, a shell. Any user may log in.</summary>
public sealed class ShellGuest : IGuest
{
    private const int YesBlock = 4096;

    private readonly ShellOptions _options;
    private readonly IReadOnlyList<(TimeSpan At, string Text)> _log;

    /// <summary>A guest that has not booted yet.</summary>
    /// <param name="options">What it looks like; null for the defaults.</param>
    public ShellGuest(ShellOptions? options = null)
    {
        _options = options ?? new ShellOptions();
        _log = BootLog.Lines(_options.Seed, _options.HostName);
    }

    /// <inheritdoc/>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(time);
        var terminal = new GuestTerminal(line);
        var booted = time.GetTimestamp();
        await BootAsync(terminal, time, cancellation).ConfigureAwait(false);
        while (true)
        {
            if (await LoginAsync(terminal, time, cancellation).ConfigureAwait(false) is not { } user)
                return GuestExit.PowerOff;
            var session = new Session(user, time.GetUtcNow(), booted);
            if (await ShellAsync(terminal, session, time, cancellation).ConfigureAwait(false) is { } exit)
                return exit;
        }
    }

    private async Task BootAsync(GuestTerminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        var scale = _options.BootTime / _log[^1].At;
        var shown = TimeSpan.Zero;
        foreach (var (at, text) in _log)
        {
            var pause = (at - shown) * scale;
            shown = at;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            await terminal.WriteLineAsync(BootLog.Format(at, text), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string?> LoginAsync(GuestTerminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            await terminal.WriteAsync($"\nQuay {BootLog.Version} {_options.HostName} ttyS0\n\n{_options.HostName} login: ", cancellation)
                .ConfigureAwait(false);
            var (key, user) = await terminal.ReadLineAsync(echo: true, cancellation).ConfigureAwait(false);
            if (key == TerminalKey.Closed)
                return null;
            user = user.Trim();
            if (key != TerminalKey.Enter || user.Length == 0)
                continue;
            await terminal.WriteAsync("Password: ", cancellation).ConfigureAwait(false);
            (key, var password) = await terminal.ReadLineAsync(echo: false, cancellation).ConfigureAwait(false);
            if (key == TerminalKey.Closed)
                return null;
            if (key == TerminalKey.Enter && password == _options.Password)
            {
                await terminal.WriteAsync($"Welcome to {_options.HostName}. Type 'help' for what there is.\n", cancellation).ConfigureAwait(false);
                return user;
            }

            await terminal.WriteAsync("\nLogin incorrect\n", cancellation).ConfigureAwait(false);
        }
    }

    private async Task<GuestExit?> ShellAsync(GuestTerminal terminal, Session session, TimeProvider time, CancellationToken cancellation)
    {
        var prompt = $"{session.User}@{_options.HostName}:~{(session.User == "root" ? '#' : '$')} ";
        while (true)
        {
            await terminal.WriteAsync(prompt, cancellation).ConfigureAwait(false);
            var (key, text) = await terminal.ReadLineAsync(echo: true, cancellation).ConfigureAwait(false);
            if (key == TerminalKey.Closed)
                return GuestExit.PowerOff;
            if (key == TerminalKey.EndOfInput)
            {
                await terminal.WriteAsync("logout\n", cancellation).ConfigureAwait(false);
                return null;
            }

            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (key != TerminalKey.Enter || words.Length == 0)
                continue;
            switch (words[0])
            {
                case "logout" or "exit":
                    return null;
                case "reboot":
                    await terminal.WriteAsync("init: stopping all services\nquayfs (sda1): unmounted\nreboot: restarting system\n", cancellation)
                        .ConfigureAwait(false);
                    return GuestExit.Reboot;
                case "poweroff":
                    await terminal.WriteAsync("init: stopping all services\nquayfs (sda1): unmounted\nreboot: power down\n", cancellation)
                        .ConfigureAwait(false);
                    return GuestExit.PowerOff;
                default:
                    await terminal.RunInterruptibleAsync(
                        interrupt => RunAsync(terminal, session, words, time, interrupt),
                        cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task RunAsync(GuestTerminal terminal, Session session, string[] words, TimeProvider time, CancellationToken interrupt)
    {
        switch (words[0])
        {
            case "seq":
                await SequenceAsync(terminal, words, interrupt).ConfigureAwait(false);
                return;
            case "yes":
                await YesAsync(terminal, words.Length > 1 ? string.Join(' ', words[1..]) : "y", interrupt).ConfigureAwait(false);
                return;
            case "sleep":
                if (words.Length == 2 && double.TryParse(words[1], CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 86_400)
                    await Task.Delay(TimeSpan.FromSeconds(seconds), time, interrupt).ConfigureAwait(false);
                else
                    await terminal.WriteLineAsync("usage: sleep SECONDS", interrupt).ConfigureAwait(false);
                return;
            default:
                await terminal.WriteAsync(Answer(session, words, time), interrupt).ConfigureAwait(false);
                return;
        }
    }

    private string Answer(Session session, string[] words, TimeProvider time) => words[0] switch
    {
        "help" => """
            clear           empty the screen          date            what time it is
            dmesg           the boot log              echo TEXT       say it
            help            this                      hostname        the machine's name
            logout, exit    leave                     poweroff        switch the machine off
            reboot          restart it                seq [A] B       count
            sleep SECONDS   wait                      uname [-a]      what runs here
            uptime          for how long              who             who is here
            yes [TEXT]      say it until ^C
            Keys: Backspace, ^W and ^U erase; ^C interrupts; ^D logs out.

            """,
        "echo" => string.Join(' ', words[1..]) + "\n",
        "date" => time.GetUtcNow().ToString("ddd MMM dd HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture) + "\n",
        "uname" => words.Contains("-a") ? $"Quay {_options.HostName} {BootLog.Version} {BootLog.Build} x86_64\n" : "Quay\n",
        "hostname" => _options.HostName + "\n",
        "dmesg" => string.Concat(_log.Select(entry => BootLog.Format(entry.At, entry.Text) + "\n")),
        "who" => string.Create(CultureInfo.InvariantCulture, $"{session.User,-12} ttyS0  {session.Since:yyyy-MM-dd HH:mm}\n"),
        "uptime" => string.Create(CultureInfo.InvariantCulture, $"up {time.GetElapsedTime(session.Booted):d\\.hh\\:mm\\:ss}, 1 user\n"),
        "clear" => "\u001b[H\u001b[2J",
        _ => $"{words[0]}: not found; try 'help'\n",
    };

    private static async Task SequenceAsync(GuestTerminal terminal, string[] words, CancellationToken interrupt)
    {
        long first = 1;
        if (words.Length is not (2 or 3)
            || !long.TryParse(words[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last)
            || (words.Length == 3 && !long.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out first)))
        {
            await terminal.WriteLineAsync("usage: seq [FIRST] LAST", interrupt).ConfigureAwait(false);
            return;
        }

        var block = new StringBuilder();
        for (var number = first; number <= last; number++)
        {
            block.Append(CultureInfo.InvariantCulture, $"{number}\n");
            if (block.Length < YesBlock && number < last)
                continue;
            await terminal.WaitForConnectionAsync(interrupt).ConfigureAwait(false);
            await terminal.WriteAsync(block.ToString(), interrupt).ConfigureAwait(false);
            block.Clear();
        }
    }

    private static async Task YesAsync(GuestTerminal terminal, string text, CancellationToken interrupt)
    {
        var block = string.Concat(Enumerable.Repeat(text + "\n", Math.Max(1, YesBlock / (text.Length + 1))));
        while (true)
        {
            await terminal.WaitForConnectionAsync(interrupt).ConfigureAwait(false);
            await terminal.WriteAsync(block, interrupt).ConfigureAwait(false);
        }
    }

    private sealed record Session(string User, DateTimeOffset Since, long Booted);
}
