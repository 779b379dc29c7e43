using System.Text;
using Portside.Telnet.ComPort;

namespace Portside.Telnet.Tests.ComPort;

/// <summary>A line that can do what it is told it can, and notes what is asked of it.</summary>
internal sealed class FakeComPortDevice : IComPortDevice
{
    public List<string> Heard { get; } = [];

    /// <summary>Whether it notes what it hears; off for measurements.</summary>
    public bool Notes { get; set; } = true;

    /// <summary>The fastest it can go.</summary>
    public uint Fastest { get; set; } = 115_200;

    /// <summary>Whether it takes nothing at all, as for a client that may only look.</summary>
    public bool Refuses { get; set; }

    public ReadOnlySpan<byte> Signature => "a fake"u8;

    public LineSettings Settings { get; set; } = LineSettings.Default;

    public bool IsBreaking { get; set; }

    public bool Dtr { get; set; } = true;

    public bool Rts { get; set; } = true;

    public ComPortModemState ModemState { get; set; }

    public void Apply(LineSettings wanted)
    {
        if (Refuses || wanted.BaudRate > Fastest)
            return;
        Settings = Settings.With(wanted);
    }

    public void SetBreak(bool on) => IsBreaking = on && !Refuses;

    public void SetSignals(bool? dtr, bool? rts)
    {
        if (!Refuses)
            (Dtr, Rts) = (dtr ?? Dtr, rts ?? Rts);
    }

    public void Purge(ComPortPurge what)
    {
        if (Notes)
            Heard.Add($"purge {what}");
    }

    public void OnSuspended(bool suspended)
    {
        if (Notes)
            Heard.Add(suspended ? "suspend" : "resume");
    }

    public void OnSignature(ReadOnlySpan<byte> text) => Heard.Add($"signature {Encoding.ASCII.GetString(text)}");
}
