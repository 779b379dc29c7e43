using System.Globalization;
using System.Text.RegularExpressions;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Tagging;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Seeding;

/// <summary>Makes what a seed says, and leaves alone what is there already: a seed can be planted twice.</summary>
public static partial class Planter
{
    /// <summary>Machines switched on at once, at most: each dials its concentrators.</summary>
    private const int PowerOnsAtOnce = 64;

    /// <summary>Makes folders and machines.</summary>
    /// <param name="inventory">Where.</param>
    /// <param name="seed">What.</param>
    /// <param name="cancellation">Stops between two machines.</param>
    /// <returns>How many machines were made; completes when those that start are switched on.</returns>
    /// <exception cref="VimFaultException">A machine cannot be made; its name is in the text.</exception>
    public static async Task<int> PlantAsync(HostInventory inventory, HostSeed seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        ArgumentNullException.ThrowIfNull(seed);
        foreach (var folder in seed.Folders)
            FolderAt(inventory, folder);
        var made = 0;
        var starting = new List<MachineEntity>();
        foreach (var machines in seed.Machines)
        {
            var folder = FolderAt(inventory, machines.Folder);
            var host = machines.Host is null ? null : inventory.Hosts.FirstOrDefault(host => host.Name == machines.Host)
                ?? throw Fault.NotFoundByName($"There is no host '{machines.Host}' for the machine '{machines.Name}'.");
            var tags = TagsOf(inventory, machines);
            for (var number = 1; number <= machines.Count; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                var name = machines.NameOf(number);
                var machine = folder.FindChild(name) as MachineEntity;
                if (machine is null)
                {
                    machine = Make(folder, machines, name, number, host);
                    made++;
                }

                foreach (var tag in tags)
                    machine.Attach(tag);
                if (machines.PowerOn && !machine.Machine.IsPoweredOn)
                    starting.Add(machine);
            }
        }

        await Parallel.ForEachAsync(
            starting,
            new ParallelOptions { MaxDegreeOfParallelism = PowerOnsAtOnce, CancellationToken = cancellation },
            static async (machine, cancellation) => await machine.PowerOnAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        return made;
    }

    private static List<Tag> TagsOf(HostInventory inventory, MachineSeed machines)
    {
        if (machines.Tags.Count > 0 && !inventory.IsVCenter)
            throw Fault.NotSupported($"The machine '{machines.Name}' cannot have tags: a host by itself has none, they are vCenter's.");
        return [.. machines.Tags.Select(inventory.Tags.Ensure)];
    }

    private static MachineEntity Make(FolderEntity folder, MachineSeed machines, string name, int number, HostEntity? host)
    {
        IEnumerable<KeyValuePair<string, string>> extra = machines.Guest is null
            ? machines.ExtraConfig
            : machines.ExtraConfig.Append(new("portside.guest", machines.Guest));
        var spec = new VirtualMachineConfigSpec
        {
            Name = name,
            Uuid = machines.Count == 1 ? machines.Uuid?.ToString() : null,
            InstanceUuid = machines.Count == 1 ? machines.InstanceUuid?.ToString() : null,
            ExtraConfig = [.. extra.Select(pair => new OptionValue { Key = pair.Key, Value = VimValue.Of(Fill(pair.Value, number, name)) })],
            DeviceChange =
            [
                .. machines.SerialPorts.Select(port => new VirtualDeviceConfigSpec
                {
                    Operation = "add",
                    Device = new VirtualSerialPort
                    {
                        Backing = SerialPorts.ToContract(Fill(port.Backing, number, name)),
                        Connectable = new VirtualDeviceConnectInfo { StartConnected = port.StartConnected, AllowGuestControl = true },
                        YieldOnPoll = port.YieldOnPoll,
                    },
                }),
            ],
        };
        try
        {
            return folder.NewMachine(spec, host);
        }
        catch (VimFaultException e)
        {
            throw new VimFaultException(e.Fault, $"The machine '{name}' cannot be made: {e.Message}");
        }
    }

    private static FolderEntity FolderAt(HostInventory inventory, string path)
    {
        var folder = inventory.Datacenter.VmFolder;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = folder.FindChild(name) switch
            {
                FolderEntity found => found,
                null => folder.NewFolder(name),
                _ => throw Fault.InvalidName(name),
            };
        }

        return folder;
    }

    private static SerialBacking Fill(SerialBacking backing, int number, string name) => backing switch
    {
        NetworkBacking network => network with { ServiceUri = Fill(network.ServiceUri, number, name) },
        FileBacking file => file with { FileName = Fill(file.FileName, number, name) },
        PipeBacking pipe => pipe with { PipeName = Fill(pipe.PipeName, number, name) },
        DeviceBacking device => device with { DeviceName = Fill(device.DeviceName, number, name) },
        _ => backing,
    };

    /// <summary>Fills the blanks of a text: <c>{n}</c>, <c>{n:000}</c> and <c>{name}</c>.</summary>
    internal static string Fill(string text, int number, string name) => Blank().Replace(
        text,
        match => match.Groups["name"].Success ? name : number.ToString(match.Groups["digits"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\{(?:(?<name>name)|n(?::(?<digits>0{1,9}))?)\}")]
    private static partial Regex Blank();
}
