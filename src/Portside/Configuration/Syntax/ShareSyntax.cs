using System.Globalization;

namespace Portside.Configuration.Syntax;

/// <summary>A share of a whole: <c>0.01</c> or <c>1%</c>.</summary>
internal sealed class ShareSyntax : ValueSyntax<double>
{
    public override string Expected => "a share from 0 to 1 such as 0.01, or 1%";

    public override bool IsLiteral => true;

    public override string? Read(string text, out double value)
    {
        var isPercent = text.EndsWith('%');
        if (!double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
            return Unexpected(text);
        value /= isPercent ? 100 : 1;
        return value is >= 0 and <= 1 ? null : Unexpected(text);
    }

    public override string Format(double value) => value.ToString(CultureInfo.InvariantCulture);
}
