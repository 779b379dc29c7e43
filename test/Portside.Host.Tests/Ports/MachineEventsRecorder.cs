using System.Buffers;
using Portside.Host.Ports;
using Portside.Telnet.ComPort;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Tests.Ports;

/// <summary>Writes down what a proxy's bytes mean.</summary>
internal sealed class MachineEventsRecorder : IMachineEvents
{
    public List<byte> Input { get; } = [];

    public List<string> Events { get; } = [];

    public void OnInput(ReadOnlySpan<byte> data) => Input.AddRange(data);

    public void OnBreak() => Events.Add("break");

    public void OnComPort(ComPortClient line, IBufferWriter<byte> output)
    {
        line.SendSignature(output);
        line.Want(LineSettings.Default, output);
    }

    public void OnSettings(LineSettings inForce) => Events.Add($"settings {inForce.BaudRate}");

    public void OnModemState(ComPortModemState state) => Events.Add($"modem {(byte)state:X2}");

    public void OnLineState(ComPortLineState state) => Events.Add($"line {(byte)state:X2}");

    public void OnSuspended(bool suspended) => Events.Add(suspended ? "suspended" : "resumed");

    public void OnSignature(ReadOnlySpan<byte> text) => Events.Add($"signature {Convert.ToHexString(text)}");

    public void OnServed() => Events.Add("served");

    public void OnMigrationAnswer(VspCode code, ReadOnlySpan<byte> payload) =>
        Events.Add($"{code} {Convert.ToHexString(payload)}");

    public void OnNotUnderstood(VspCode code) => Events.Add($"not understood {code}");
}
