using System.Buffers;
using System.Globalization;
using System.Text;

namespace Portside.Configuration.Syntax;

/// <summary>A length of time: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>, or several in a row, <c>1h30m</c>.</summary>
/// <param name="least">Shortest accepted.</param>
/// <param name="most">Longest accepted.</param>
internal sealed class DurationSyntax(TimeSpan least, TimeSpan most) : ValueSyntax<TimeSpan>
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Any duration from nothing to ten years.</summary>
    public static DurationSyntax Any { get; } = new(TimeSpan.Zero, TimeSpan.FromDays(3650));

    public override string Expected => "a duration such as 500ms, 30s, 10m or 24h";

    public override string? Read(string text, out TimeSpan value)
    {
        value = default;
        var rest = text.AsSpan().Trim();
        if (rest is "0")
            rest = "0s";
        if (rest.IsEmpty)
            return Unexpected(text);
        if (rest.IndexOfAnyExceptInRange('0', '9') < 0)
            return $"'{text}' has no unit; write {rest}s, {rest}ms, {rest}m or {rest}h";

        var total = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > int.MaxValue)
            {
                return Unexpected(text);
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('0', '9');
            var word = letters < 0 ? rest : rest[..letters];
            var unit = Find(word);
            if (unit is null)
                return Unexpected(text);
            total += number * unit.Value.Ticks;
            rest = rest[word.Length..];
        }

        if (total < least.Ticks || total > most.Ticks)
            return $"'{text}' is out of range; expected {Format(least)} to {Format(most)}";
        value = TimeSpan.FromTicks((long)total);
        return null;
    }

    public override string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
            return "0s";
        var text = new StringBuilder();
        var rest = value;
        foreach (var (unit, length) in Units)
        {
            // A day is written as 24h and a week as 7d: nobody says 1d for a lease.
            if (unit == "d" && (value < TimeSpan.FromDays(2) || value.Ticks % length.Ticks != 0))
                continue;
            var count = rest.Ticks / length.Ticks;
            if (count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            rest -= count * length;
        }

        return text.ToString();
    }

    private static TimeSpan? Find(ReadOnlySpan<char> word)
    {
        foreach (var (unit, length) in Units)
        {
            if (word.SequenceEqual(unit))
                return length;
        }

        return null;
    }
}
