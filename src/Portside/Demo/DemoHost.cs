using System.Net;
using System.Security.Cryptography;
using Portside.Host.Inventory;
using Portside.Host.Migration;
using Portside.Hosting;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Demo;

/// <summary>The demonstration's vSphere, and somebody who is logged in to it: machines are created, started and moved by its API.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    /// <summary>Who may do everything; the password is good for one run, and only on this computer.</summary>
    public const string User = "administrator@vsphere.local";

    private readonly HostService _service;
    private readonly VSphereSession _session;

    private DemoHost(HostService service, VSphereSession session, string password)
    {
        (_service, _session, Password) = (service, session, password);
        Inventory.Moved += (_, result) => LastMove = result;
    }

    /// <summary>Everything that clients see.</summary>
    public HostInventory Inventory => _service.Inventory;

    /// <summary>Where its API is.</summary>
    public Uri Url => _session.Url;

    /// <summary>The password.</summary>
    public string Password { get; }

    /// <summary>How the last vMotion went.</summary>
    public VmotionResult? LastMove { get; private set; }

    /// <summary>Starts the host and logs in.</summary>
    /// <param name="address">Where its API is to be.</param>
    /// <param name="loggers">Hear of it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DemoHost> StartAsync(IPEndPoint address, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 12);
        var service = await HostService.StartAsync(
            new HostSettings { Https = [address], Users = [new HostUser(User, password)] },
            loggers,
            TimeProvider.System,
            cancellation);
        try
        {
            var host = service.Describe("");
            var session = await VSphereSession.ConnectAsync(
                new VSphereOptions
                {
                    Url = new Uri(host.Url!),
                    UserName = User,
                    Password = password,
                    Trust = ServerTrust.Pinned(host.ThumbprintSha256!),
                },
                cancellation: cancellation);
            return new DemoHost(service, session, password);
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary><c>CreateVM_Task</c> and <c>PowerOnVM_Task</c>.</summary>
    /// <param name="name">The machine's name.</param>
    /// <param name="port">What is behind its serial port.</param>
    /// <param name="guest">What answers there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The machine, switched on.</returns>
    public async Task<MachineEntity> PowerOnAsync(string name, VirtualSerialPortURIBackingInfo port, string guest, CancellationToken cancellation)
    {
        var spec = new VirtualMachineConfigSpec
        {
            Name = name,
            ExtraConfig = [new OptionValue { Key = "portside.guest", Value = VimValue.Of(guest) }],
            DeviceChange =
            [
                new VirtualDeviceConfigSpec
                {
                    Operation = "add",
                    Device = new VirtualSerialPort
                    {
                        Key = -1,
                        Backing = port,
                        Connectable = new VirtualDeviceConnectInfo { StartConnected = true, AllowGuestControl = true },
                        YieldOnPoll = true,
                    },
                },
            ],
        };
        var created = await _session.RunAsync(
            "CreateVM_Task",
            Inventory.Datacenter.VmFolder.Reference,
            [("config", VimValue.Of(spec)), ("pool", VimValue.Of(Inventory.Compute.Pool.Reference))],
            null,
            cancellation);
        var machine = (MachineEntity)Inventory.Objects.Find((ManagedObjectReference)created.Result!.Value.Value)!;
        await _session.RunAsync("PowerOnVM_Task", machine.Reference, [], null, cancellation);
        return machine;
    }

    /// <summary><c>RelocateVM_Task</c> to the other host.</summary>
    /// <param name="machine">The machine.</param>
    /// <returns>Null when it moved; else why it stays where it was.</returns>
    public async Task<string?> MoveAsync(MachineEntity machine)
    {
        var other = Inventory.Hosts.First(host => host != machine.Host);
        try
        {
            // Once begun it is carried through: half a vMotion would be a fault of the demonstration.
            await _session.RunAsync(
                "RelocateVM_Task",
                machine.Reference,
                [("spec", VimValue.Of(new VirtualMachineRelocateSpec { Host = other.Reference, Pool = Inventory.Compute.Pool.Reference }))],
                null,
                CancellationToken.None);
            return null;
        }
        catch (VSphereFaultException e)
        {
            return e.Message;
        }
    }

    /// <summary><c>PowerOffVM_Task</c>.</summary>
    /// <param name="machine">The machine; one that is off already stays so.</param>
    public async Task PowerOffAsync(MachineEntity machine)
    {
        try
        {
            await _session.RunAsync("PowerOffVM_Task", machine.Reference, [], null, CancellationToken.None);
        }
        catch (VSphereFaultException e) when (e.Fault is InvalidPowerState)
        {
            // Its guest was shut down.
        }
    }

    /// <summary>Logs out and stops the host.</summary>
    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _service.DisposeAsync();
    }
}
