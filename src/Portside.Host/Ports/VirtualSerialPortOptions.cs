using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Portside.Host.Proxies;
using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <summary>What is configured for one network serial port of a virtual machine.</summary>
public sealed record VirtualSerialPortOptions
{
    /// <summary>Where the proxy is (<c>proxyURI</c>; <c>serialN.vspc</c>).</summary>
    public required ProxyUri ProxyUri { get; init; }

    /// <summary>Sent as it is in DO-PROXY (<c>serviceURI</c>; <c>serialN.fileName</c>); need not be a URI.</summary>
    public string ServiceUri { get; init; } = "vSPC.py";

    /// <summary>Sent in DO-PROXY (<c>direction</c>; <c>serialN.network.endPoint</c>); default server, as vSphere's.</summary>
    public SerialDirection Direction { get; init; } = SerialDirection.Server;

    /// <summary>The machine's display name; null takes the machine's.</summary>
    public string? VmName { get; init; }

    /// <summary>vCenter's instance UUID; null for a host that never knew a vCenter, which answers with nothing.</summary>
    public Guid? VcUuid { get; init; }

    /// <summary>The machine's BIOS UUID (<c>uuid.bios</c>).</summary>
    public Guid? BiosUuid { get; init; }

    /// <summary>The machine's location UUID (<c>uuid.location</c>).</summary>
    public Guid? LocationUuid { get; init; }

    /// <summary>How long a vMotion waits for GOAHEAD (<c>serialN.vmotionLimit</c>); default 5,000 ms, as ESXi's.</summary>
    public TimeSpan VmotionLimit { get; init; } = TimeSpan.FromMilliseconds(5000);

    /// <summary>
    /// Silence after which TCP asks whether the proxy lives (<c>serialN.keepIdle</c>), whole seconds; default 300 s, as
    /// ESXi's. Five probes follow, a hundredth of this apart, so a dead proxy is noticed 5 % later.
    /// </summary>
    public TimeSpan KeepIdle { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>What follows a loss.</summary>
    public ReconnectPolicy Reconnect { get; init; } = new();

    /// <summary>Whether COM-PORT-OPTION (RFC 2217) is offered once the proxy serves the port; default true, as captured.</summary>
    public bool ComPort { get; init; } = true;

    /// <summary>
    /// How the UART is set until the guest sets it, told by COM-PORT-OPTION; default 9600 8N1, what hosts tell of a guest
    /// that set nothing. Unknown parts are not told.
    /// </summary>
    public LineSettings Line { get; init; } = LineSettings.Default with { Flow = ComPortControl.QueryFlow };

    /// <summary>
    /// What this end calls itself by COM-PORT-OPTION; null, the default, for nothing, as captured. A concentrator that
    /// reads <c>Portside bridge</c> tells what its clients make of the line.
    /// </summary>
    public string? LineSignature { get; init; }

    /// <summary>Who leads the negotiation.</summary>
    public OpeningStyle Opening { get; init; } = OpeningStyle.Lead;

    /// <summary>How long the answer to AUTHENTICATION is waited for before going on without; default 500 ms. Ours.</summary>
    public TimeSpan AuthenticationWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long reaching the proxy may take, TLS from the first byte included; default 10 s. Ours.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the proxy may take from there until it serves the port; default 30 s. Ours.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes towards the guest held for it before the connection is read no further; default 65,536. One read of the
    /// connection may go beyond, and the moment of a vMotion's GOAHEAD may take 64 times as much.
    /// </summary>
    public int InputBufferBytes { get; init; } = 65_536;

    /// <summary>
    /// Whether output waits while there is no proxy, instead of being thrown away as by a serial line with nothing at
    /// its other end; default false.
    /// </summary>
    public bool HoldOutputWhenUnconnected { get; init; }

    /// <summary>TLS versions offered; <see cref="SslProtocols.None"/>, the default, leaves it to the platform (1.2 and 1.3).</summary>
    public SslProtocols TlsProtocols { get; init; } = SslProtocols.None;

    /// <summary>Authorities trusted where the URI asks for trust; null, the default, for the platform's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The address that is dialled from, asked each time; null, the default, and an answer of null leave it to the system.</summary>
    public Func<IPAddress?>? Source { get; init; }

    /// <summary>Why it cannot dial from where it is, asked each time; null, the default, and an answer of null when it can.</summary>
    public Func<string?>? Block { get; init; }

    /// <summary>How connections are made; null, the default, for TCP with TCP_NODELAY.</summary>
    public ProxyConnector? Connector { get; init; }
}
