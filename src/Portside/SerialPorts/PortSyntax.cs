using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Lines.Uris;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>How what is wished of a port is written, on the command line and in a file, and whether it makes sense to vSphere.</summary>
internal static class PortSyntax
{
    /// <summary>Reads a proxy URI.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadProxy(string text) =>
        text is "none" || ProxyUri.TryParse(text, out _, out var error) ? null : error.TrimEnd('.');

    /// <summary>Reads a service URI.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadService(string text) => SerialUri.TryParse(text, out _, out var error) ? null : error.TrimEnd('.');

    /// <summary>Reads a label.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadLabel(string text) =>
        text.Length is > 0 and <= Concentrator.Ports.PortId.MaxLabelLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : $"'{text}' is not a label: 1 to {Concentrator.Ports.PortId.MaxLabelLength} letters, digits, '-' and '_' are, as in ttyS0";

    /// <summary>A direction as vSphere says it.</summary>
    public static string? Direction(SerialDirection? direction) => direction switch
    {
        SerialDirection.Client => "client",
        SerialDirection.Server => "server",
        _ => null,
    };

    /// <summary>What of a wish makes no sense, where a port may be made of it alone; null if nothing.</summary>
    /// <param name="wish">The wish.</param>
    /// <param name="concentrator">How a concentrator is named there.</param>
    /// <param name="service">How a service URI is given there.</param>
    public static string? Complaint(PortWish wish, string concentrator = "--to or --proxy", string service = "--service")
    {
        if (wish.ProxyUri is { Length: > 0 })
            return null;
        if (wish.ServiceUri is null)
            return $"a new port needs a concentrator ({concentrator}), or a service URI to dial or listen at itself ({service})";
        return SerialUri.TryParse(wish.ServiceUri, out var uri, out _) && uri is NetworkUri { IsComPort: false }
            ? null
            : $"'{wish.ServiceUri}' is no address that a host can dial or listen at: without a concentrator the service URI is such as tcp://console.example:7001 or telnet://:7001";
    }

    /// <summary>Whether a port would be listened for at its concentrator, at one address: two machines cannot both have it.</summary>
    /// <param name="wish">The wish.</param>
    public static bool IsListener(PortWish wish) =>
        wish is { Action: not PortAction.Remove, ProxyUri.Length: > 0 }
        && SerialUri.TryParse(wish.ServiceUri, out var uri, out _) && uri is NetworkUri { Port: not 0 } network
        && (wish.Direction == "server" || network.Host.Length == 0);
}
