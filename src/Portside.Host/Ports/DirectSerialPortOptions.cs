using System.Net.Security;
using Portside.Lines.Listening;
using Portside.Lines.Tls;
using Portside.Lines.Uris;

namespace Portside.Host.Ports;

/// <summary>What is configured for a network serial port without a proxy.</summary>
public sealed record DirectSerialPortOptions
{
    /// <summary>Whom to dial, or where to listen (<c>serviceURI</c>; <c>serialN.fileName</c>).</summary>
    public required NetworkUri ServiceUri { get; init; }

    /// <summary>Server listens, client dials; default server, as vSphere's.</summary>
    public SerialDirection Direction { get; init; } = SerialDirection.Server;

    /// <summary>The machine's display name; null takes the machine's.</summary>
    public string? VmName { get; init; }

    /// <summary>What follows a loss, or an address that is taken.</summary>
    public ReconnectPolicy Reconnect { get; init; } = new();

    /// <summary>How long reaching the remote system may take, TLS included; default 10 s. Ours.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Why it cannot dial from where it is, asked each time; null, the default, and an answer of null when it can.</summary>
    public Func<string?>? Block { get; init; }

    /// <summary>Bytes towards the guest held for it before the connection is read no further; default 65,536.</summary>
    public int InputBufferBytes { get; init; } = 65_536;

    /// <summary>Whether output waits while nobody is connected, instead of being thrown away; default false.</summary>
    public bool HoldOutputWhenUnconnected { get; init; }

    /// <summary>Whether RFC 2217 is spoken on <c>telnet</c> and <c>telnets</c>; default true.</summary>
    public bool ComPort { get; init; } = true;

    /// <summary>What a server shows to TLS clients; null, the default, for nothing: no TLS then.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>TLS versions and authorities.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>The addresses held on this host, so that the second port to ask for one is told who has it; null for the port's own list.</summary>
    public LineListeners? Listeners { get; init; }
}
