namespace Portside.Configuration;

/// <summary>One thing that can be configured: a row of <see cref="ConfigKeys"/>.</summary>
internal abstract class ConfigKey
{
    /// <summary>Section and name as in the file: <c>vm.listen</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What it is for, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The command line's option for it, or null: <c>--set</c> reaches every key.</summary>
    public string? Option { get; init; }

    /// <summary>Whether a reload applies it; otherwise it takes a restart.</summary>
    public bool Reloads { get; init; }

    /// <summary>The section, or null for a key at the top.</summary>
    public string? Section => Path.Contains('.', StringComparison.Ordinal) ? Path[..Path.IndexOf('.', StringComparison.Ordinal)] : null;

    /// <summary>The name within the section.</summary>
    public string Name => Path[(Path.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>The environment variable: <c>PORTSIDE__Vm__Listen</c>.</summary>
    public string Variable => ConfigKeys.VariablePrefix + string.Join("__", Path.Split('.').Select(Capitalize));

    /// <summary>What is expected, as the end of a sentence.</summary>
    public abstract string Expected { get; }

    /// <summary>Whether it holds any number of values.</summary>
    public abstract bool IsList { get; }

    /// <summary>All that may be written, where that is a short list of words; else empty.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>Whether values are numbers or booleans in JSON and YAML as well.</summary>
    public abstract bool IsLiteral { get; }

    /// <summary>Reads <paramref name="texts"/> into <paramref name="options"/>; changes nothing if one is wrong.</summary>
    /// <param name="texts">What was written: one text, or for a list any number.</param>
    /// <param name="options">What to change.</param>
    /// <param name="complain">Told of every text that is wrong.</param>
    /// <returns>Whether all were right.</returns>
    public abstract bool Apply(IReadOnlyList<ConfigText> texts, PortsideOptions options, Action<ConfigMistake> complain);

    /// <summary>The value in <paramref name="options"/>, written so that <see cref="Apply"/> understands it.</summary>
    /// <param name="options">What to look at.</param>
    /// <returns>One text, none where nothing is set, or a list's.</returns>
    public abstract IReadOnlyList<string> Describe(PortsideOptions options);

    /// <summary>Makes the value in <paramref name="to"/> that in <paramref name="from"/>.</summary>
    /// <param name="from">A valid configuration.</param>
    /// <param name="to">What to change.</param>
    /// <returns>False where one is set and the other cannot be unset.</returns>
    public abstract bool TryCopy(PortsideOptions from, PortsideOptions to);

    private static string Capitalize(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
