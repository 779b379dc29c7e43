namespace Portside.Host.Ports;

/// <summary>Makes a connection to the proxy that <paramref name="options"/> name.</summary>
/// <param name="options">Whom to reach, and the keepalive to set.</param>
/// <param name="cancellation">Gives up.</param>
/// <returns>The connection, before TLS. The port disposes it.</returns>
public delegate ValueTask<Stream> ProxyConnector(VirtualSerialPortOptions options, CancellationToken cancellation);
