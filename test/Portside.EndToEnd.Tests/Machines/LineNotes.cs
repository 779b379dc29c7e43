using Portside.EndToEnd.Tests.Processes;
using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.EndToEnd.Tests.Machines;

/// <summary>Writes what comes to a machine besides bytes: breaks among the bytes, the rest apart.</summary>
/// <param name="received">Where the machine's bytes go.</param>
internal sealed class LineNotes(Transcript received) : ILineObserver
{
    /// <summary>Settings wanted and modem lines, a line each.</summary>
    public Transcript Heard { get; } = new("what the machine heard of its line");

    public void OnBreak() => received.Append("<BREAK>"u8);

    public void OnModemState(ComPortModemState state) => Append($"modem {(byte)state & 0xF0:X2}");

    public void OnLineState(ComPortLineState state) => Append($"line {(byte)state:X2}");

    public void OnSettings(LineSettings settings) =>
        Append($"settings {settings.BaudRate} {settings.DataSize} {settings.Parity} {settings.StopSize}");

    private void Append(string line) => Heard.Append(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
}
