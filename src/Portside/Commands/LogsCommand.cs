using System.CommandLine;
using System.Globalization;
using Portside.Api.Contracts;
using Portside.Configuration.Syntax;

namespace Portside.Commands;

/// <summary><c>portside logs PORT</c>: what a port said, byte by byte.</summary>
internal sealed class LogsCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly PortArgument _port;
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with what the machine says from now on; ^C ends." };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Begin at a time (2026-01-31T12:00:00Z, 2026-01-31, 14:30) or so long ago (1h, 30m).",
        HelpName = "TIME",
    };

    private readonly Option<string?> _tail = new("--tail")
    {
        Description = "Begin so many lines (100) or bytes (64KiB, 500B) before the end.",
        HelpName = "N",
    };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public LogsCommand(GlobalOptions global)
        : base("logs", "Write what a port said, exactly as it was said.")
    {
        _global = global;
        _port = new PortArgument(global);
        Add(_port);
        Add(_follow);
        Add(_since);
        Add(_tail);
        Validators.Add(result =>
        {
            if (result.GetValue(_since) is not null && result.GetValue(_tail) is not null)
                result.AddError("--since and --tail say two different beginnings; use one");
        });
        global.HasOneForm(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var query = $"?follow={(arguments.GetValue(_follow) ? "true" : "false")}";
        if (arguments.GetValue(_since) is { } since)
            query += $"&since={Uri.EscapeDataString(UtcTimeConverter.Format(ReadTime(since, caller.Clock)))}";
        if (arguments.GetValue(_tail) is { } tail)
            query += $"&{ReadTail(tail)}";

        using var api = _global.Connect(arguments);
        try
        {
            using var log = await api.OpenLogAsync(arguments.GetValue(_port)!, query, cancellation);
            await log.CopyToAsync(caller.Output, cancellation);
        }
        catch (OperationCanceledException) when (arguments.GetValue(_follow) && cancellation.IsCancellationRequested)
        {
            // That is how following ends.
        }
        catch (Exception e) when (e is HttpIOException or HttpRequestException)
        {
            throw new CommandFailure(ExitCode.Failed, $"the connection to {api.Server.Authority} broke; the log is longer than this", "the same command with --since");
        }

        return ExitCode.Done;
    }

    /// <summary>A time, or how long ago.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="clock">The present and the local time zone.</param>
    /// <returns>The time.</returns>
    internal static DateTimeOffset ReadTime(string text, TimeProvider clock)
    {
        if (DurationSyntax.Any.Read(text, out var ago) is null)
            return clock.GetUtcNow() - ago;

        // A time without a zone is meant as the clock on the wall shows it, and one without a day is today's.
        var isDated = text.Contains('-', StringComparison.Ordinal);
        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.NoCurrentDateDefault, out var time))
        {
            if (time.Kind == DateTimeKind.Utc)
                return new DateTimeOffset(time);
            var local = isDated ? time : clock.GetLocalNow().Date + time.TimeOfDay;
            return new DateTimeOffset(local, clock.LocalTimeZone.GetUtcOffset(local));
        }

        throw new CommandFailure(ExitCode.Usage, $"--since: '{text}' is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 1h");
    }

    private static string ReadTail(string text)
    {
        // Lines are what tail counts everywhere else; bytes carry a unit.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lines))
            return string.Create(CultureInfo.InvariantCulture, $"lines={lines}");
        return SizeSyntax.Any.Read(text, out var bytes) is null
            ? string.Create(CultureInfo.InvariantCulture, $"tail={bytes}")
            : throw new CommandFailure(ExitCode.Usage, $"--tail: '{text}' is neither a number of lines nor a size such as 64KiB");
    }
}
