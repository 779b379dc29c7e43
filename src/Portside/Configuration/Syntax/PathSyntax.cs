namespace Portside.Configuration.Syntax;

/// <summary>The path of a file or a directory; a relative one is taken from the working directory and shown in full.</summary>
/// <param name="expected">What is expected, as the end of a sentence.</param>
internal sealed class PathSyntax(string expected) : ValueSyntax<string>
{
    public override string Expected => expected;

    public override string? Read(string text, out string value)
    {
        value = text.Trim();
        if (value.Length == 0 || value.Any(char.IsControl))
            return Unexpected(text);
        if (value.StartsWith("~/", StringComparison.Ordinal))
            return $"'{text}' begins with ~, which only shells know; write the path in full";
        value = Path.GetFullPath(value);
        return null;
    }

    public override string Format(string value) => value;
}
