using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Proxies;

namespace Portside.EndToEnd.Tests.Machines;

/// <summary>Virtual machines with one serial port, for a server of a test.</summary>
internal static class Machine
{
    /// <summary>A machine that is switched off.</summary>
    public static VirtualMachine Create(
        PortsideProcess server, string name, IGuest guest, Func<VirtualSerialPortOptions, VirtualSerialPortOptions>? configure = null)
    {
        var port = new VirtualSerialPortOptions
        {
            ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{server.VmPort}"),
            Opening = OpeningStyle.LeadAtOnce,
            VmotionLimit = Patience.Limit,
            Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMilliseconds(500) },
        };
        return new VirtualMachine(
            new VirtualMachineOptions
            {
                Name = name,
                VcUuid = Guid.NewGuid(),
                ConnectWait = Patience.Limit,
                Ports = [configure?.Invoke(port) ?? port],
            },
            _ => guest);
    }

    /// <summary>A machine that is connected and known by its name.</summary>
    public static async Task<VirtualMachine> StartAsync(
        PortsideProcess server, string name, IGuest guest, Func<VirtualSerialPortOptions, VirtualSerialPortOptions>? configure = null)
    {
        var machine = Create(server, name, guest, configure);
        await machine.PowerOnAsync().WaitAsync(Patience.Limit);
        Assert.Equal(VirtualSerialPortState.Connected, machine.Ports[0].Snapshot.State);
        await server.WaitForPortAsync(
            machine.Ports[0].Options.VcUuid.ToString()!, port => port.GetProperty("name").ValueKind == JsonValueKind.String);
        return machine;
    }

    /// <summary>Moves a machine; no step is judged by its speed.</summary>
    public static Task<VmotionResult> MoveAsync(VirtualMachine machine, VmotionOptions? options = null) =>
        Vmotion.RunAsync(machine, (options ?? new VmotionOptions()) with { PeerOkTimeout = Patience.Limit }).WaitAsync(2 * Patience.Limit);
}
