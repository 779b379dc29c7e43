using System.Globalization;

namespace Portside.Output;

/// <summary>How long ago, in one short word: <c>now</c>, <c>12s</c>, <c>5m</c>, <c>3h</c>, <c>9d</c>.</summary>
internal static class Age
{
    /// <summary>The age of <paramref name="time"/>.</summary>
    /// <param name="time">When; null is <c>never</c>.</param>
    /// <param name="now">The present.</param>
    /// <returns>The word.</returns>
    public static string Of(DateTimeOffset? time, DateTimeOffset now) => time is { } then ? Of(now - then) : "never";

    /// <summary>How long ago, for a sentence.</summary>
    /// <param name="time">When; null is <c>never</c>.</param>
    /// <param name="now">The present.</param>
    /// <returns><c>never</c>, <c>just now</c> or such as <c>5m ago</c>.</returns>
    public static string Ago(DateTimeOffset? time, DateTimeOffset now) => Of(time, now) switch
    {
        "never" => "never",
        "now" => "just now",
        var age => $"{age} ago",
    };

    /// <summary>A length of time.</summary>
    /// <param name="age">A length; less than a second, and what lies ahead because two clocks differ, is <c>now</c>.</param>
    /// <returns>The word.</returns>
    public static string Of(TimeSpan age) => age.TotalSeconds switch
    {
        < 1 => "now",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds}s"),
        < 2 * 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m"),
        < 2 * 86_400 => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d"),
    };
}
