using Portside.Host.Ports;
using Portside.Lines.Uris;

namespace Portside.Host.Machines;

/// <summary>A network socket (<c>VirtualSerialPortURIBackingInfo</c>).</summary>
/// <param name="ServiceUri">Where to dial or to listen; with a proxy free text that is passed on to it.</param>
/// <param name="Direction"><c>client</c> or <c>server</c>.</param>
/// <param name="ProxyUri">The concentrator, which is always dialled; null for none.</param>
public sealed record NetworkBacking(string ServiceUri, string Direction, string? ProxyUri = null) : SerialBacking
{
    internal override string Title => ServiceUri;

    internal override bool CanMove => ProxyUri is not null;

    /// <summary>Reads a direction as the API spells it.</summary>
    internal static bool TryReadDirection(string? text, out SerialDirection direction)
    {
        direction = text == "client" ? SerialDirection.Client : SerialDirection.Server;
        return text is "client" or "server";
    }

    internal override BackingProblem? Check()
    {
        if (string.IsNullOrEmpty(ServiceUri))
            return Missing("serviceURI");
        if (!TryReadDirection(Direction, out var direction))
            return new("direction", $"'{Direction}' is not a direction: client and server are.");
        if (ProxyUri is not null)
            return Proxies.ProxyUri.TryParse(ProxyUri, out _, out var proxyError) ? null : new("proxyURI", proxyError);
        if (!NetworkUri.TryParse(ServiceUri, out var uri, out var error))
            return new("serviceURI", error);
        if (uri.IsComPort)
            return new("serviceURI", $"'{ServiceUri}' has no scheme that vSphere knows: telnet://, telnets://, tcp:// and ssl:// are such.");
        // Port 0, where nobody is, is what govc gives a port that it has not been told where to connect: localhost:0.
        return direction == SerialDirection.Client && uri.Host.Length == 0
            ? new("serviceURI", $"'{ServiceUri}' names no host to dial, as direction client asks.")
            : null;
    }
}
