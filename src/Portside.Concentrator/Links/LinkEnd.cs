namespace Portside.Concentrator.Links;

/// <summary>Why a link ended; the first reason wins.</summary>
public enum LinkEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The machine closed it.</summary>
    PeerClosed,

    /// <summary>The connection broke, or TCP keepalive found it dead.</summary>
    ConnectionLost,

    /// <summary>The peer broke a rule of telnet or TLS framing.</summary>
    Protocol,

    /// <summary>The peer is a person or another kind of program.</summary>
    NotAMachine,

    /// <summary>No identity within the time allowed.</summary>
    IdentityTimeout,

    /// <summary>The TLS handshake failed or took too long.</summary>
    TlsFailed,

    /// <summary>TLS is demanded and the peer would not.</summary>
    TlsRequired,

    /// <summary>The peer began TLS, which is turned off.</summary>
    TlsOff,

    /// <summary>Its service URI or direction is not served.</summary>
    Refused,

    /// <summary>The same machine connected anew.</summary>
    Superseded,

    /// <summary>The machine moved to another host; this was the source.</summary>
    Migrated,

    /// <summary>This was the destination of a migration that did not happen.</summary>
    MigrationAborted,

    /// <summary>The machine claimed another UUID than before.</summary>
    IdentityChanged,

    /// <summary>Too much data before an identity, or before COMPLETE.</summary>
    TooMuchTooEarly,

    /// <summary>The peer does not read what it asked for.</summary>
    NotReading,

    /// <summary>It is not the machine it claims to be, by the inventory.</summary>
    Quarantined,

    /// <summary>The concentrator stops.</summary>
    Stopping,

    /// <summary>Something else; the log has it.</summary>
    Failed,
}
