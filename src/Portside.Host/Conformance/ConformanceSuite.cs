using System.IO.Enumeration;
using System.Net.Sockets;
using System.Security.Authentication;
using Portside.Lines.Dialling;

namespace Portside.Host.Conformance;

/// <summary>Tries a concentrator, any concentrator, from the machine's end of the wire.</summary>
/// <remarks>
/// Each check has a machine of its own with a name and UUID nobody else has, one check follows the other, and every wait
/// is bounded. What needs somebody at the console is tried where <see cref="ConformanceOptions.Console"/> leads to it.
/// </remarks>
public static class ConformanceSuite
{
    /// <summary>Every check there is, in the order they run.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } =
        [.. OpeningChecks.All, .. DataChecks.All, .. RobustnessChecks.All, .. ConnectionChecks.All, .. MigrationChecks.All];

    /// <summary>The checks that patterns name.</summary>
    /// <param name="patterns">Separated by commas; <c>*</c> and <c>?</c> as in file names, <c>!</c> before one takes away. Null or empty for all.</param>
    /// <returns>The checks in their order.</returns>
    public static IReadOnlyList<ConformanceCheck> Select(string? patterns)
    {
        var words = (patterns ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var (without, with) = (words.Where(word => word[0] == '!').Select(word => word[1..]).ToList(), words.Where(word => word[0] != '!').ToList());
        return [.. Checks.Where(check => (with.Count == 0 || with.Any(word => Matches(word, check))) && !without.Any(word => Matches(word, check)))];

        static bool Matches(string word, ConformanceCheck check) => FileSystemName.MatchesSimpleExpression(word, check.Id);
    }

    /// <summary>Tries them.</summary>
    /// <param name="options">Which concentrator, and how.</param>
    /// <param name="checks">The checks; null for all.</param>
    /// <param name="begun">Called before each.</param>
    /// <param name="ended">Called after each.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What became of each.</returns>
    public static async Task<ConformanceReport> RunAsync(
        ConformanceOptions options,
        IReadOnlyList<ConformanceCheck>? checks = null,
        Action<ConformanceCheck>? begun = null,
        Action<ConformanceResult>? ended = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (started, stamp) = (options.Time.GetUtcNow(), options.Time.GetTimestamp());
        var results = new List<ConformanceResult>();
        foreach (var check in checks ?? Checks)
        {
            begun?.Invoke(check);
            var result = await RunAsync(options, check, cancellation).ConfigureAwait(false);
            results.Add(result);
            ended?.Invoke(result);
        }

        return new ConformanceReport(options.Proxy.ToString(), started, options.Time.GetElapsedTime(stamp), results);
    }

    private static async Task<ConformanceResult> RunAsync(ConformanceOptions options, ConformanceCheck check, CancellationToken cancellation)
    {
        var started = options.Time.GetTimestamp();
        var (outcome, seen) = await TryAsync(options, check, cancellation).ConfigureAwait(false);
        return new ConformanceResult(check, outcome, seen, options.Time.GetElapsedTime(started));
    }

    private static async Task<(ConformanceOutcome Outcome, string Seen)> TryAsync(
        ConformanceOptions options, ConformanceCheck check, CancellationToken cancellation)
    {
        if (check.NeedsConsole && options.Console is null)
            return (ConformanceOutcome.NotApplicable, "There is no way to the port's console.");
        await using var bench = new CheckBench(options, cancellation);
        try
        {
            return (ConformanceOutcome.Pass, await check.Run(bench).ConfigureAwait(false));
        }
        catch (CheckNotApplicableException e)
        {
            return (ConformanceOutcome.NotApplicable, e.Message);
        }
        catch (CheckFailedException e)
        {
            return (ConformanceOutcome.Fail, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or DialException or TimeoutException or ObjectDisposedException)
        {
            return (ConformanceOutcome.Fail, $"The connection failed: {e.GetBaseException().Message}");
        }
    }
}
