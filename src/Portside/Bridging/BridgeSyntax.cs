using Portside.Configuration.Syntax;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Host.Proxies;

namespace Portside.Bridging;

/// <summary>How the parts of a bridge are written, on the command line and in a file.</summary>
internal static class BridgeSyntax
{
    public static readonly ChoiceSyntax<SerialDirection> Direction =
        new(("server", SerialDirection.Server), ("client", SerialDirection.Client));

    public static readonly ChoiceSyntax<RestartPolicy> Restart =
        new(("always", RestartPolicy.Always), ("on-failure", RestartPolicy.OnFailure), ("never", RestartPolicy.Never));

    public static readonly SizeSyntax Hold = new(4096, 256L << 20);

    public static readonly TextSyntax Text = new("a text without control characters");

    /// <summary>Reads the concentrator's address.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadTo(string text, out ProxyUri? to) => ProxyUri.TryParse(text, out to, out var error) ? null : error.TrimEnd('.');

    /// <summary>Reads a UUID.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadUuid(string text, out Guid? uuid)
    {
        // vSphere itself writes them in pairs of digits with blanks and a hyphen.
        var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        uuid = Guid.TryParseExact(digits, "N", out var read) ? read : null;
        return uuid is null ? $"'{text}' is not a UUID: 32 hex digits are" : null;
    }

    /// <summary>Reads a line.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadLine(string text) => LineSources.TryParse(text, out _, out var error) ? null : error.TrimEnd('.');
}
