using System.Globalization;

namespace Portside.Configuration;

/// <summary>Where a value came from, precisely enough to go there and change it.</summary>
/// <param name="Kind">The layer.</param>
/// <param name="Place">File name, variable or option; empty for a default.</param>
/// <param name="Line">Line in the file, from 1; 0 elsewhere.</param>
/// <param name="Column">Column in the file, from 1; 0 elsewhere.</param>
internal readonly record struct Origin(OriginKind Kind, string Place, long Line = 0, long Column = 0)
{
    /// <summary>Nobody said anything.</summary>
    public static Origin Default { get; } = new(OriginKind.Default, "");

    /// <summary><c>file:line:column</c>, the variable, the option, or <c>default</c>.</summary>
    /// <returns>The place.</returns>
    public override string ToString() => Kind switch
    {
        OriginKind.Default => "default",
        OriginKind.File when Line > 0 => string.Create(CultureInfo.InvariantCulture, $"{Place}:{Line}:{Column}"),
        _ => Place,
    };
}
