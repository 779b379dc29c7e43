using Portside.Telnet.ComPort;

namespace Portside.Lines;

/// <summary>Hears what comes from a line besides data. Calls are brief and never wait.</summary>
public interface ILineObserver
{
    /// <summary>The other end sent a break.</summary>
    void OnBreak();

    /// <summary>Modem lines as this end sees them; the change bits say what changed.</summary>
    /// <param name="state">CTS, DSR, RI, DCD.</param>
    void OnModemState(ComPortModemState state);

    /// <summary>Errors on the line: overrun, parity, framing.</summary>
    /// <param name="state">What happened.</param>
    void OnLineState(ComPortLineState state);

    /// <summary>The other end wants, or is now at, this speed and framing.</summary>
    /// <param name="settings">Parts that it did not tell are unknown; so may be parts that are so already.</param>
    void OnSettings(LineSettings settings);
}
