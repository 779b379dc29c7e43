namespace Portside.Telnet.ComPort;

/// <summary>Hears what an access server says. Called by <see cref="ComPortClient"/>; calls are brief and never wait.</summary>
public interface IComPortObserver
{
    /// <summary>The access server said what is in force, asked or not, and it is something new.</summary>
    /// <param name="inForce">All it said so far; parts it never told are unknown.</param>
    void OnSettings(LineSettings inForce);

    /// <summary>CTS, DSR, RI and DCD, and which of them changed.</summary>
    /// <param name="state">As told.</param>
    void OnModemState(ComPortModemState state);

    /// <summary>Errors and breaks on the line.</summary>
    /// <param name="state">As told.</param>
    void OnLineState(ComPortLineState state);

    /// <summary>The access server takes no data from here on, or takes it again.</summary>
    /// <param name="suspended">Whether it takes none.</param>
    void OnSuspended(bool suspended);

    /// <summary>The access server said what it is.</summary>
    /// <param name="text">Untrusted bytes; valid during the call.</param>
    void OnSignature(ReadOnlySpan<byte> text);
}
