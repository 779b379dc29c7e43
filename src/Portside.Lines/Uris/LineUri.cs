using System.Diagnostics.CodeAnalysis;

namespace Portside.Lines.Uris;

/// <summary>A line outside of Portside that can be opened: an address, a socket's path, a device.</summary>
/// <remarks>
/// A machine names what it likes. Whoever opens a line for a machine opens only a <see cref="NetworkUri"/>, and only
/// one that its rules allow; the other kinds are for an administrator's own configuration.
/// </remarks>
public abstract record LineUri : SerialUri
{
    private protected LineUri(string text, UriQuery query)
        : base(text, query)
    {
    }

    /// <summary>Reads the URI of a line.</summary>
    /// <param name="text">Such as <c>tcp://192.0.2.1:7001</c>, <c>unix:/run/console.sock</c> or <c>tty:/dev/ttyS0?baud=115200</c>.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="error">What is wrong with which part, and a correct example.</param>
    /// <returns>False when it is not one, or names nothing that can be opened.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LineUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        if (!SerialUri.TryParse(text, out var any, out error))
            return false;
        uri = any as LineUri;
        if (uri is null)
        {
            error = $"{Quoted.From(any.Text)} names nothing that can be opened: a line has an address, a path or a device. "
                + "Write it as tcp://console.example:7001, unix:/run/console.sock or tty:/dev/ttyS0?baud=115200";
        }

        return uri is not null;
    }

    /// <inheritdoc/>
    public virtual bool Equals(LineUri? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}
