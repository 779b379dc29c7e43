using System.Diagnostics.CodeAnalysis;

namespace Portside.Lines.Uris;

/// <summary><c>cable:NAME</c>: the other end is whoever names the same cable.</summary>
/// <remarks>A name has 1 to 64 letters, digits, dots, underscores and hyphens, and starts with a letter or digit.</remarks>
public sealed record CableUri : SerialUri
{
    internal const string Example = "cable:lab-1";

    private CableUri(string text, string name, UriQuery query)
        : base(text, query) =>
        Name = name;

    /// <summary>The cable's name, as given; names are compared without case.</summary>
    public string Name { get; }

    /// <summary>Whether a text can be a cable's name.</summary>
    /// <param name="name">The text.</param>
    /// <returns>False when it is empty, too long or has other characters.</returns>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <inheritdoc/>
    public bool Equals(CableUri? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"cable:{Name}{Query}";

    internal static bool TryRead(string text, [NotNullWhen(true)] out SerialUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        if (!TrySplit(text, Example, out var name, out var query, out error))
            return false;
        if (!IsName(name))
        {
            error = $"{Quoted.From(name)} is not a cable's name: 1 to 64 letters, digits, '.', '_' and '-'. Write it as {Example}";
            return false;
        }

        uri = new CableUri(text, name, query);
        return true;
    }
}
