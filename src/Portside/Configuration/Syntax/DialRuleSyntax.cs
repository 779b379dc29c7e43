using Portside.Lines.Dialling;

namespace Portside.Configuration.Syntax;

/// <summary>What may be dialled: <c>*.lab.example:7000-7999</c>, <c>192.0.2.0/24:23</c> or <c>[2001:db8::]/32</c>.</summary>
internal sealed class DialRuleSyntax : ValueSyntax<DialRule>
{
    /// <summary>The one there is.</summary>
    public static DialRuleSyntax Instance { get; } = new();

    public override string Expected => "hosts and ports such as *.lab.example:7000-7999 or 192.0.2.0/24:23";

    public override string? Read(string text, out DialRule value)
    {
        var good = DialRule.TryParse(text, out var rule, out var error);
        value = rule!;
        return good ? null : error;
    }

    public override string Format(DialRule value) => value.ToString();
}
