using System.Net;
using Portside.Lines.Tls;

namespace Portside.Lines.Dialling;

/// <summary>How lines are dialled.</summary>
public sealed record LineDialerOptions
{
    /// <summary>What may be dialled; nothing by default.</summary>
    public DialPolicy Policy { get; init; } = DialPolicy.Nothing;

    /// <summary>Finds a name's addresses; null, the default, for the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>How long resolving, connecting and the TLS handshake may take together; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether RFC 2217 is offered on <c>telnet</c> and <c>telnets</c> too, not only where the scheme asks for it; default false.</summary>
    public bool ComPort { get; init; }

    /// <summary>What this end calls itself to an RFC 2217 peer that asks, ASCII; default empty.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>How long data to a telnet peer waits for its word on BINARY; default 1 s.</summary>
    public TimeSpan NegotiationWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>TLS versions and authorities.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
