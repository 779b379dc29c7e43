using System.Globalization;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>
/// What a port's files are called. The current one is <c>ID</c>; a rotated one <c>ID-YYYYMMDD-HHMMSS</c> in UTC, as
/// conserver has it, and <c>ID-YYYYMMDD-HHMMSS.2</c> and on for more in one second.
/// </summary>
/// <remarks>
/// A label may hold digits and dashes, so an id may look like another port's rotated file. Such an id, and no other,
/// has <c>.log</c> behind it: a dot follows a label in no other name.
/// </remarks>
internal static class LogNames
{
    /// <summary>Directory beside the logs for their time indexes; no id begins with a dot.</summary>
    internal const string IndexDirectory = ".index";

    private const string StampFormat = "yyyyMMdd-HHmmss";

    internal static string Current(PortId id)
    {
        var name = id.ToString();
        var stamp = name.Length - StampFormat.Length;
        return stamp > 1 && name[stamp - 1] == '-' && IsStamp(name.AsSpan(stamp)) ? name + ".log" : name;
    }

    internal static string Rotated(string current, DateTime stamp, int number)
    {
        var name = $"{current}-{stamp.ToString(StampFormat, CultureInfo.InvariantCulture)}";
        return number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}.{number}");
    }

    /// <summary>Reads a rotated file's name.</summary>
    /// <returns>False when the file is not a rotated one of the port whose current file is <paramref name="current"/>.</returns>
    internal static bool TryParseRotated(string current, ReadOnlySpan<char> name, out DateTime stamp, out int number)
    {
        (stamp, number) = (default, 1);
        if (!name.StartsWith(current, StringComparison.Ordinal))
            return false;
        var rest = name[current.Length..];
        if (rest.Length <= StampFormat.Length || rest[0] != '-')
            return false;
        var when = rest[1..(1 + StampFormat.Length)];
        var tail = rest[(1 + StampFormat.Length)..];
        if (!tail.IsEmpty)
        {
            if (tail[0] != '.' || !int.TryParse(tail[1..], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 2)
                return false;
        }

        return IsStamp(when)
            && DateTime.TryParseExact(
                when, StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out stamp);
    }

    private static bool IsStamp(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (StampFormat[i] == '-' ? text[i] != '-' : !char.IsAsciiDigit(text[i]))
                return false;
        }

        return true;
    }
}
