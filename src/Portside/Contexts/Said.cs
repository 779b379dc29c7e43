namespace Portside.Contexts;

/// <summary>A value, and where it was said.</summary>
/// <param name="Value">The value.</param>
/// <param name="From">An option, a variable, or a context.</param>
internal sealed record Said(string Value, string From)
{
    /// <summary>What stands for the place where nobody says something.</summary>
    public const string Default = "default";

    /// <summary>Whether nobody said it.</summary>
    public bool IsDefault => From == Default;
}
