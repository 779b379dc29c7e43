using Portside.Configuration.Syntax;

namespace Portside.Configuration;

/// <summary>A key with any number of values.</summary>
/// <typeparam name="T">What one value means.</typeparam>
/// <param name="syntax">How one is written.</param>
/// <param name="get">Reads them.</param>
/// <param name="set">Replaces them.</param>
/// <param name="least">Fewest accepted.</param>
internal sealed class ListKey<T>(
    ValueSyntax<T> syntax, Func<PortsideOptions, IList<T>> get, Action<PortsideOptions, IList<T>> set, int least = 0)
    : ConfigKey
{
    public override string Expected => $"a list; each is {syntax.Expected}";

    public override bool IsList => true;

    public override bool IsLiteral => syntax.IsLiteral;

    public override bool Apply(IReadOnlyList<ConfigText> texts, PortsideOptions options, Action<ConfigMistake> complain)
    {
        var values = new List<T>();
        var right = true;
        foreach (var (text, origin) in texts)
        {
            if (syntax.Read(text, out var value) is { } complaint)
            {
                complain(new ConfigMistake(origin, $"{Path}: {complaint}"));
                right = false;
            }
            else if (values.Contains(value))
            {
                complain(new ConfigMistake(origin, $"{Path}: '{text}' is listed twice"));
                right = false;
            }
            else
            {
                values.Add(value);
            }
        }

        if (!right)
            return false;
        if (values.Count < least)
        {
            complain(new ConfigMistake(texts.Count > 0 ? texts[0].Origin : Origin.Default, $"{Path} needs at least {least}"));
            return false;
        }

        set(options, values);
        return true;
    }

    public override IReadOnlyList<string> Describe(PortsideOptions options) => [.. get(options).Select(syntax.Format)];

    public override bool TryCopy(PortsideOptions from, PortsideOptions to)
    {
        set(to, [.. get(from)]);
        return true;
    }
}
