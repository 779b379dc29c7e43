using Portside.Api.Contracts;
using Portside.Host.Proxies;
using Portside.SerialPorts;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor;

/// <summary>One of the ports that are looked into.</summary>
/// <param name="Title">Its name among the machine's ports.</param>
/// <param name="Device">The device; null where vSphere is left out.</param>
internal sealed record PortCase(string Title, NetworkSerialPort? Device)
{
    /// <summary>The proxy, once its URI has been read.</summary>
    public ProxyUri? Proxy { get; set; }

    /// <summary>What was seen at the proxy.</summary>
    public IReadOnlyList<CheckResult> Seen { get; set; } = [];

    /// <summary>The port at the concentrator, once it was found.</summary>
    public PortDescription? Port { get; set; }

    /// <summary>Its connection, where the concentrator holds it without serving it.</summary>
    public QuarantinedDescription? Held { get; set; }

    /// <summary>Whether the guest answered; null where it was not tried.</summary>
    public bool? Answered { get; set; }

    /// <summary>Its number in the guest: 0 for <c>ttyS0</c> and COM1.</summary>
    public int Number => Device is { Key: >= 9000 and < 9032 } device ? device.Key - 9000 : 0;
}
