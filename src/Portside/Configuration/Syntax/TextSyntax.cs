namespace Portside.Configuration.Syntax;

/// <summary>Text that is not empty and holds no control characters: a name or a path.</summary>
/// <param name="expected">What is expected, as the end of a sentence.</param>
internal sealed class TextSyntax(string expected) : ValueSyntax<string>
{
    public override string Expected => expected;

    public override string? Read(string text, out string value)
    {
        value = text.Trim();
        return value.Length > 0 && !value.Any(char.IsControl) ? null : Unexpected(text);
    }

    public override string Format(string value) => value;
}
