using System.Net.Security;

namespace Portside.Lines;

/// <summary>How a telnet line is set up.</summary>
public sealed record TelnetLineOptions
{
    /// <summary>What it is connected to, for people.</summary>
    public required string Title { get; init; }

    /// <summary>Who dialled.</summary>
    public required TelnetRole Role { get; init; }

    /// <summary>Whether COM-PORT-OPTION (RFC 2217) is asked for and agreed to; default false.</summary>
    public bool ComPort { get; init; }

    /// <summary>What this end calls itself to an RFC 2217 peer that asks, ASCII; default empty.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>
    /// Begins TLS when it is agreed on in band (AUTHENTICATION, RFC 2941), as client for a dialler and as server for an
    /// acceptor; it throws what opening the line is to throw. Null, the default, when TLS is up already
    /// or is not to be had.
    /// </summary>
    public Func<Stream, CancellationToken, Task<SslStream>>? StartTls { get; init; }

    /// <summary>Whether there must be TLS in band before anything else is said; default false: the peer may ask for it.</summary>
    public bool RequiresTls { get; init; }

    /// <summary>How long TLS in band may take from the first word about it; default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long data waits until the peer has said whether it takes it as it is (BINARY, RFC 856); default 1 s. After
    /// that it goes out under RFC 854's rule for CR.
    /// </summary>
    public TimeSpan NegotiationWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
