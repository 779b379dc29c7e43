using System.Diagnostics.CodeAnalysis;

namespace Portside.Lines.Uris;

/// <summary>What the text that names the other end of a serial port means; read once, here.</summary>
/// <remarks>
/// <code>
/// serialURI = lineURI / cableURI / name
/// lineURI   = networkURI / unixURI / deviceURI     what can be opened
/// cableURI  = "cable:" name [ "?" query ]
/// name      = anything without a colon before its "?", such as vSPC.py
/// query     = key [ "=" value ] *( "&amp;" key [ "=" value ] )
/// </code>
/// <see cref="Text"/> is what was given and what is shown; <see cref="ToString"/> is the usual spelling of the same
/// thing, and two URIs are equal when those are.
/// </remarks>
public abstract record SerialUri
{
    /// <summary>Longest text read, in characters: a certificate in a fragment takes some thousand.</summary>
    public const int MaxLength = 16_384;

    private protected SerialUri(string text, UriQuery query)
    {
        Text = text;
        Query = query;
    }

    /// <summary>The text as it was given, without blanks around it.</summary>
    public string Text { get; }

    /// <summary>What follows <c>?</c>.</summary>
    public UriQuery Query { get; }

    /// <summary>The label that tells ports of one machine apart (<c>?port=LABEL</c>); null without one.</summary>
    public string? Label => Query.Label;

    /// <summary>Reads a URI.</summary>
    /// <param name="text">Such as <c>telnet://console.example:7001</c>, <c>cable:lab</c> or <c>vSPC.py</c>.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="error">What is wrong with which part, and a correct example.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SerialUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        var given = (text ?? "").Trim();
        if (given.Length > MaxLength)
        {
            error = $"The URI {Quoted.From(given)} has {given.Length} characters; {MaxLength} are read.";
            return false;
        }

        var nameEnd = given.IndexOf('?', StringComparison.Ordinal);
        var colon = given.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || (nameEnd >= 0 && nameEnd < colon))
            return ServiceName.TryRead(given, out uri, out error);
        var scheme = given[..colon];
        if (scheme.Equals("cable", StringComparison.OrdinalIgnoreCase))
            return CableUri.TryRead(given, out uri, out error);
        if (scheme.Equals("unix", StringComparison.OrdinalIgnoreCase))
            return UnixUri.TryRead(given, out uri, out error);
        if (scheme.Equals("tty", StringComparison.OrdinalIgnoreCase))
            return DeviceUri.TryRead(given, out uri, out error);
        if (!NetworkUri.TryParse(given, out var network, out error))
        {
            // A host may be called like a scheme, and then a port follows.
            if (colon + 1 < given.Length && !char.IsAsciiDigit(given[colon + 1]) && Meant(scheme) is { } meant)
                error = $"{Quoted.From(scheme)} is not a scheme; did you mean {meant.Scheme}? Write it as {meant.Example}";
            return false;
        }

        uri = network;
        return true;
    }

    /// <inheritdoc/>
    public virtual bool Equals(SerialUri? other) =>
        other is not null && EqualityContract == other.EqualityContract && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The URI in its usual spelling.</summary>
    /// <returns>A text that reads back as the same URI.</returns>
    public abstract override string ToString();

    /// <summary>What it is called where people read of it: without certificates and the like.</summary>
    /// <returns>Such as <c>telnets://[::1]:7001</c>.</returns>
    public virtual string ToShortString() => ToString();

    /// <summary>The scheme somebody may have meant; the short ones are too near to everything.</summary>
    private static (string Scheme, string Example)? Meant(string scheme)
    {
        (string Scheme, string Example)[] known =
        [
            .. NetworkUri.Examples, ("cable", CableUri.Example), ("unix", UnixUri.Example), ("tty", DeviceUri.Example),
        ];
        if (scheme.Length < 4 || known.Any(one => one.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase)))
            return null;
        var nearest = Spelling.Nearest(scheme, known.Select(one => one.Scheme), scheme.Length == 4 ? 1 : 2);
        return nearest is null ? null : known.First(one => one.Scheme == nearest);
    }

    /// <summary>Splits <c>scheme:rest</c> as kinds without an authority have it.</summary>
    private protected static bool TrySplit(
        string text, string example, out string path, out UriQuery query, [NotNullWhen(false)] out string? error)
    {
        path = "";
        query = UriQuery.Empty;
        error = null;
        var rest = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (rest.Contains('#', StringComparison.Ordinal))
        {
            error = $"{Quoted.From(rest, rest.IndexOf('#', StringComparison.Ordinal))} has no meaning here: "
                + $"only network addresses have parameters of TLS, and '#' itself is written %23. Write it as {example}";
            return false;
        }

        var question = rest.IndexOf('?', StringComparison.Ordinal);
        if (!UriQuery.TryParse(question < 0 ? null : rest[(question + 1)..], out query!, out error)
            || !Percent.TryDecode(question < 0 ? rest : rest[..question], out path))
        {
            error ??= $"{Quoted.From(rest)} has a '%' without two hex digits; write '%' itself as %25.";
            error = $"{error} Write it as {example}";
            return false;
        }

        return true;
    }
}
