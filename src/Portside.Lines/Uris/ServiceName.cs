using System.Diagnostics.CodeAnalysis;

namespace Portside.Lines.Uris;

/// <summary>A name rather than an address, such as <c>vSPC.py</c>: what it means is its reader's business.</summary>
public sealed record ServiceName : SerialUri
{
    private readonly string _query;

    private ServiceName(string text, string name, UriQuery query, string given)
        : base(text, query)
    {
        Name = name;
        _query = given;
    }

    /// <summary>The name, as given; may be empty.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Equals(ServiceName? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Name + (Query.IsEmpty ? _query : Query.ToString());

    internal static bool TryRead(string text, [NotNullWhen(true)] out SerialUri? uri, [NotNullWhen(false)] out string? error)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var given = question < 0 ? "" : text[question..];

        // Such names were never URIs: one whose query cannot be read is still the name it is.
        if (question < 0 || !UriQuery.TryParse(given[1..], out var query, out _))
            uri = new ServiceName(text, question < 0 ? text : text[..question].TrimEnd(), UriQuery.Empty, given);
        else
            uri = new ServiceName(text, text[..question].TrimEnd(), query, "");
        error = null;
        return true;
    }
}
