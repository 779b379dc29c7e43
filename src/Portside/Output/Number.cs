using System.Globalization;

namespace Portside.Output;

/// <summary>Numbers of things, as sentences have them.</summary>
internal static class Number
{
    /// <summary>So many things.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">One of them; more have an s at the end.</param>
    /// <returns>Such as <c>1 port</c> and <c>2 ports</c>.</returns>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    /// <summary>How often.</summary>
    /// <param name="count">How many times.</param>
    /// <returns><c>once</c>, or such as <c>3 times</c>.</returns>
    public static string Times(long count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
}
