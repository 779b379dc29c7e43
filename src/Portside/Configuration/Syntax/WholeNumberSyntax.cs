using System.Globalization;

namespace Portside.Configuration.Syntax;

/// <summary>A whole number in a range.</summary>
/// <param name="least">Smallest accepted.</param>
/// <param name="most">Largest accepted.</param>
internal sealed class WholeNumberSyntax(int least, int most) : ValueSyntax<int>
{
    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");

    public override bool IsLiteral => true;

    public override string? Read(string text, out int value) =>
        int.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
        && value >= least && value <= most
            ? null
            : Unexpected(text);

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
