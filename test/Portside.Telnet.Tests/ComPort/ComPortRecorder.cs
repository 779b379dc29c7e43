using System.Text;
using Portside.Telnet.ComPort;

namespace Portside.Telnet.Tests.ComPort;

/// <summary>Notes what an access server says.</summary>
internal sealed class ComPortRecorder : IComPortObserver
{
    public List<string> Heard { get; } = [];

    public bool Notes { get; set; } = true;

    public void OnSettings(LineSettings inForce)
    {
        if (Notes)
            Heard.Add($"settings {inForce.BaudRate} {inForce.DataSize} {inForce.Parity} {inForce.StopSize} {inForce.Flow}");
    }

    public void OnModemState(ComPortModemState state)
    {
        if (Notes)
            Heard.Add($"modem {(byte)state:X2}");
    }

    public void OnLineState(ComPortLineState state)
    {
        if (Notes)
            Heard.Add($"line {(byte)state:X2}");
    }

    public void OnSuspended(bool suspended)
    {
        if (Notes)
            Heard.Add(suspended ? "suspend" : "resume");
    }

    public void OnSignature(ReadOnlySpan<byte> text)
    {
        if (Notes)
            Heard.Add($"signature {Encoding.ASCII.GetString(text)}");
    }
}
