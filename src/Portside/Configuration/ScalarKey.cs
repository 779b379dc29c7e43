using Portside.Configuration.Syntax;

namespace Portside.Configuration;

/// <summary>A key with one value.</summary>
/// <typeparam name="T">What the value means.</typeparam>
/// <param name="syntax">How it is written.</param>
/// <param name="get">Reads it; null where nothing is set.</param>
/// <param name="set">Changes it.</param>
/// <param name="unset">Takes it back; null where something is always set.</param>
internal sealed class ScalarKey<T>(ValueSyntax<T> syntax, Func<PortsideOptions, (bool IsSet, T Value)> get, Action<PortsideOptions, T> set, Action<PortsideOptions>? unset = null)
    : ConfigKey
{
    public override string Expected => syntax.Expected;

    public override IReadOnlyList<string> Words => [.. syntax.Words];

    public override bool IsList => false;

    public override bool IsLiteral => syntax.IsLiteral;

    public override bool Apply(IReadOnlyList<ConfigText> texts, PortsideOptions options, Action<ConfigMistake> complain)
    {
        if (texts.Count != 1)
        {
            complain(new ConfigMistake(texts.Count > 1 ? texts[1].Origin : Origin.Default, $"{Path} takes one value: {Expected}"));
            return false;
        }

        if (syntax.Read(texts[0].Text, out var value) is { } complaint)
        {
            complain(new ConfigMistake(texts[0].Origin, $"{Path}: {complaint}"));
            return false;
        }

        set(options, value);
        return true;
    }

    public override IReadOnlyList<string> Describe(PortsideOptions options) =>
        get(options) is (true, var value) ? [syntax.Format(value)] : [];

    public override bool TryCopy(PortsideOptions from, PortsideOptions to)
    {
        if (get(from) is (true, var value))
            set(to, value);
        else if (unset is not null)
            unset(to);
        else
            return false;
        return true;
    }
}
