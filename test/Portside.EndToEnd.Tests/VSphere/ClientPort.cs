namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A network serial port, whoever tells of it. Equal to another when it is configured the same, whatever its key.</summary>
/// <param name="ServiceUri">Its serviceURI.</param>
/// <param name="Direction"><c>server</c> or <c>client</c>.</param>
/// <param name="ProxyUri">Its proxyURI; null for none.</param>
/// <param name="YieldOnPoll">Its yieldOnPoll.</param>
/// <param name="StartConnected">Its connectable.startConnected.</param>
internal sealed record ClientPort(string ServiceUri, string Direction, string? ProxyUri, bool YieldOnPoll = true, bool StartConnected = true)
{
    /// <summary>The device's key, which the server gives.</summary>
    public int Key { get; init; }

    public bool Equals(ClientPort? other) => other is not null
        && (ServiceUri, Direction, ProxyUri, YieldOnPoll, StartConnected) == (other.ServiceUri, other.Direction, other.ProxyUri, other.YieldOnPoll, other.StartConnected);

    public override int GetHashCode() => HashCode.Combine(ServiceUri, Direction, ProxyUri, YieldOnPoll, StartConnected);
}
