namespace Portside.Telnet.ComPort;

/// <summary>The serial line behind an access server. Called by <see cref="ComPortServer"/>; calls are brief and never wait.</summary>
public interface IComPortDevice
{
    /// <summary>How the access server calls itself when asked; empty for nothing.</summary>
    ReadOnlySpan<byte> Signature { get; }

    /// <summary>Speed, framing and flow control in force.</summary>
    LineSettings Settings { get; }

    /// <summary>Whether a break is being sent.</summary>
    bool IsBreaking { get; }

    /// <summary>Data terminal ready, as last set.</summary>
    bool Dtr { get; }

    /// <summary>Request to send, as last set.</summary>
    bool Rts { get; }

    /// <summary>CTS, DSR, RI and DCD; change bits are the access server's business and are not looked at.</summary>
    ComPortModemState ModemState { get; }

    /// <summary>The client wants this. What the device cannot do, or will not for this client, it leaves as it was.</summary>
    /// <param name="wanted">In range; unknown parts are to stay.</param>
    void Apply(LineSettings wanted);

    /// <summary>Begins or ends a break.</summary>
    /// <param name="on">Whether it begins.</param>
    void SetBreak(bool on);

    /// <summary>Sets the lines this end drives.</summary>
    /// <param name="dtr">Data terminal ready; null leaves it.</param>
    /// <param name="rts">Request to send; null leaves it.</param>
    void SetSignals(bool? dtr, bool? rts);

    /// <summary>Throws away what waits.</summary>
    /// <param name="what">What the line received and the client did not get yet, what waits for the line, or both.</param>
    void Purge(ComPortPurge what);

    /// <summary>The client takes no data from here on, or takes it again.</summary>
    /// <param name="suspended">Whether it takes none.</param>
    void OnSuspended(bool suspended);

    /// <summary>The client said what it is.</summary>
    /// <param name="text">Untrusted bytes; valid during the call.</param>
    void OnSignature(ReadOnlySpan<byte> text);
}
