using System.Net.Sockets;
using Portside.Host.Ports;

namespace Portside.Host.Conformance;

/// <summary>Somebody at the port for machines who is none.</summary>
internal static class StrangerConnection
{
    /// <summary>Connects, and leaves all else to the caller.</summary>
    public static async Task<NetworkStream> ConnectAsync(ConformanceOptions options)
    {
        using var limit = new CancellationTokenSource(options.Patience, options.Time);
        return (NetworkStream)await TcpConnector.ConnectAsync(new VirtualSerialPortOptions { ProxyUri = options.Proxy }, limit.Token).ConfigureAwait(false);
    }
}
