using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Portside.Host.Ports;
using Portside.Lines.Listening;

namespace Portside.Host.Machines;

/// <summary>What a host has that its machines' serial ports need; many machines share one.</summary>
public sealed record MachineHost
{
    /// <summary>Where a datastore path is in this file system; null, the default, for a host without datastores: no file can be written then.</summary>
    /// <remarks>It answers with null for a path that names no datastore of the host, or leads out of it.</remarks>
    public Func<string, string?>? ResolveFile { get; init; }

    /// <summary>
    /// Bytes that a file behind a serial port may have, before what guests write is thrown away; default 1 GiB: much for a
    /// console, and little enough that a guest that writes without end fills no disk.
    /// </summary>
    public long MaxFileBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Whether machines may be connected to sockets in this file system and to its serial devices; default false, for who
    /// configures a machine would get at whatever listens there.
    /// </summary>
    public bool AllowLocalEnds { get; init; }

    /// <summary>What follows a loss, or an attempt that failed.</summary>
    public ReconnectPolicy Reconnect { get; init; } = new();

    /// <summary>How long reaching a proxy or a remote system may take, TLS included; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who listens where, so that the second port to ask for an address is told who has it; null for each port's own list.</summary>
    public LineListeners? Listeners { get; init; }

    /// <summary>What ports that listen show to TLS clients; null, the default, for nothing: no TLS then.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>TLS versions offered; <see cref="SslProtocols.None"/>, the default, leaves it to the platform.</summary>
    public SslProtocols TlsProtocols { get; init; } = SslProtocols.None;

    /// <summary>Authorities trusted where a URI asks for trust; null, the default, for the platform's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>How proxies are reached; null, the default, for TCP.</summary>
    public ProxyConnector? Connector { get; init; }
}
