using Portside.Host.Ports;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Tests.Ports;

/// <summary>Writes down what a proxy's bytes mean.</summary>
internal sealed class MachineEventsRecorder : IMachineEvents
{
    public List<byte> Input { get; } = [];

    public List<string> Events { get; } = [];

    public void OnInput(ReadOnlySpan<byte> data) => Input.AddRange(data);

    public void OnBreak() => Events.Add("break");

    public void OnServed() => Events.Add("served");

    public void OnMigrationAnswer(VspCode code, ReadOnlySpan<byte> payload) =>
        Events.Add($"{code} {Convert.ToHexString(payload)}");

    public void OnNotUnderstood(VspCode code) => Events.Add($"not understood {code}");
}
