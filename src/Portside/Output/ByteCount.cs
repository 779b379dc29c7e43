using System.Globalization;

namespace Portside.Output;

/// <summary>A number of bytes for people: <c>917 B</c>, <c>1.2 KiB</c>, <c>34 MiB</c>.</summary>
internal static class ByteCount
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Writes a number of bytes.</summary>
    /// <param name="bytes">How many.</param>
    /// <returns>Two or three digits and a unit.</returns>
    public static string Of(long bytes)
    {
        if (bytes < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        var value = (double)bytes;
        var unit = -1;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0} {Units[unit]}");
    }
}
