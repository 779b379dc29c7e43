using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Lines.Uris;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>What is said of a port on the command line and in a file, and whether it makes sense to vSphere.</summary>
internal sealed record PortSettings
{
    /// <summary>The service URI, without a label.</summary>
    public string? Service { get; init; }

    /// <summary>The direction.</summary>
    public SerialDirection? Direction { get; init; }

    /// <summary>The proxy URI; an empty text takes it away.</summary>
    public string? Proxy { get; init; }

    /// <summary>The label.</summary>
    public string? Label { get; init; }

    /// <summary>Which port.</summary>
    public string? Which { get; init; }

    /// <summary>Whether it starts connected.</summary>
    public bool? StartConnected { get; init; }

    /// <summary>Whether the guest may connect it.</summary>
    public bool? AllowGuestControl { get; init; }

    /// <summary>Whether a polling guest yields.</summary>
    public bool? YieldOnPoll { get; init; }

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

    /// <summary>What of the whole makes no sense; null if nothing.</summary>
    /// <param name="isNew">Whether a port may be made of it alone.</param>
    public string? Complaint(bool isNew)
    {
        if (!isNew || Proxy is { Length: > 0 })
            return null;
        if (Service is null)
            return "a new port needs a concentrator (--to or --proxy), or a service URI to dial or listen at itself (--service)";
        return SerialUri.TryParse(Service, out var uri, out _) && uri is NetworkUri { IsComPort: false }
            ? null
            : $"'{Service}' is no address that a host can dial or listen at: without a concentrator the service URI is such as tcp://console.example:7001 or telnet://:7001";
    }

    /// <summary>The wish.</summary>
    /// <param name="action">What is wished.</param>
    /// <returns>The wish.</returns>
    public PortWish ToWish(PortAction action) => new()
    {
        Action = action,
        Which = Which,
        Label = Label,
        ServiceUri = Service,
        Direction = Direction switch
        {
            SerialDirection.Client => "client",
            SerialDirection.Server => "server",
            _ => null,
        },
        ProxyUri = Proxy,
        StartConnected = StartConnected,
        AllowGuestControl = AllowGuestControl,
        YieldOnPoll = YieldOnPoll,
    };
}
