namespace Portside.Configuration.Syntax;

/// <summary><c>true</c> or <c>false</c>, also in the other words YAML 1.1 and shells know.</summary>
internal sealed class BooleanSyntax : ValueSyntax<bool>
{
    /// <summary>The one there is.</summary>
    public static BooleanSyntax Instance { get; } = new();

    public override string Expected => "true or false";

    public override bool IsLiteral => true;

    public override string? Read(string text, out bool value)
    {
        var word = text.Trim().ToLowerInvariant();
        value = word is "true" or "yes" or "on" or "1";
        return value || word is "false" or "no" or "off" or "0" ? null : Unexpected(text);
    }

    public override string Format(bool value) => value ? "true" : "false";
}
