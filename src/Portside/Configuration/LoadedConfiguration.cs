namespace Portside.Configuration;

/// <summary>What came of reading the configuration.</summary>
/// <param name="Options">The effective options; only to be used if there are no mistakes.</param>
/// <param name="Origins">Where the value of every key came from.</param>
/// <param name="Mistakes">All that is wrong, in the order of the layers and of the file.</param>
/// <param name="File">The file that was read, or null.</param>
internal sealed record LoadedConfiguration(
    PortsideOptions Options, IReadOnlyDictionary<string, Origin> Origins, IReadOnlyList<ConfigMistake> Mistakes, string? File)
{
    /// <summary>Whether it can be used.</summary>
    public bool IsValid => Mistakes.Count == 0;

    /// <summary>The same with more that is wrong, as an editor's list is read: down the file, then what lies elsewhere.</summary>
    /// <param name="mistakes">What else is wrong.</param>
    /// <returns>A copy.</returns>
    public LoadedConfiguration With(IEnumerable<ConfigMistake> mistakes) => this with
    {
        Mistakes = [.. Mistakes.Concat(mistakes).OrderBy(mistake => mistake.Origin.Kind == OriginKind.File ? mistake.Origin.Line : long.MaxValue)],
    };
}
