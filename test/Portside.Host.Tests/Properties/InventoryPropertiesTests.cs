using Microsoft.Extensions.Time.Testing;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Properties;
using Portside.Host.Tests.Ports;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using static Portside.Host.Tests.Properties.TestClient;

namespace Portside.Host.Tests.Properties;

/// <summary>The inventory that hosts really have, read and watched.</summary>
public sealed class InventoryPropertiesTests : IAsyncDisposable
{
    private readonly PairedProxy _proxy = new();
    private readonly List<HostInventory> _inventories = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var inventory in _inventories)
            await inventory.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_property_of_every_object_can_be_read(bool isVCenter)
    {
        var (inventory, client) = Start(isVCenter);
        NewMachine(inventory, "db1");
        var everything = string.Concat(ManagedTypes.All.Where(type => type.Base is null).Select(type => $"<propSet><type>{type.Name}</type><all>true</all></propSet>"));
        var all = Enumerable.Range(0, inventory.Objects.OrdinalLimit).Select(inventory.Objects.At).OfType<ManagedObject>().ToList();

        var read = await client.RetrieveAsync(everything + string.Concat(all.Select(target => From(target.Reference))));

        Assert.Equal(all.Select(target => target.Reference.Value), read.Objects.Select(line => line.Split(' ')[0]));
        Assert.DoesNotContain(read.Objects, line => line.EndsWith('?'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_entity_is_in_the_view_of_everything_and_leads_up_to_the_root(bool isVCenter)
    {
        var (inventory, client) = Start(isVCenter);
        NewMachine(inventory, "db1");
        var view = await ViewAsync(client, inventory.RootFolder, "ManagedEntity");

        var entities = Enumerable.Range(0, inventory.Objects.OrdinalLimit).Select(inventory.Objects.At).OfType<ManagedEntity>()
            .Where(entity => entity != inventory.RootFolder).Select(entity => entity.Reference.Value);
        Assert.Equal(entities.Order(StringComparer.Ordinal), (await client.ViewAsync(view)).Order(StringComparer.Ordinal));
        foreach (var id in await client.ViewAsync(view))
        {
            var entity = Enumerable.Range(0, inventory.Objects.OrdinalLimit).Select(inventory.Objects.At).OfType<ManagedEntity>().Single(entity => entity.Reference.Value == id);
            var way = await client.RetrieveAsync(Paths("ManagedEntity", "parent") + From(
                entity.Reference, Along("ManagedEntity", "parent", "<selectSet><name>traverseParent</name></selectSet>", "traverseParent")));
            Assert.Equal(inventory.RootFolder.Reference.Value, way.Objects[^1]);
        }
    }

    [Fact]
    public async Task A_monitor_hears_of_a_machine_from_its_creation_to_its_end()
    {
        var (inventory, client) = Start(isVCenter: true);
        var view = await ViewAsync(client, inventory.RootFolder, "VirtualMachine");
        await client.FilterAsync(Paths("VirtualMachine", "name", "runtime.powerState", "config.hardware.device[9000].connectable.connected") + FromView(view));
        var version = (await client.WaitAsync()).Version;

        var machine = NewMachine(inventory, "db1");
        var known = await FollowAsync("name=db1");
        Assert.Contains($"enter {machine.Reference.Value} name=db1 runtime.powerState=poweredOff config.hardware.device[9000].connectable.connected=false", known);

        await client.CallAsync(machine.Reference, "PowerOnVM_Task");
        await FollowAsync("runtime.powerState=poweredOn");
        await FollowAsync("connected=true", orAlready: "config.hardware.device[9000].connectable.connected");
        await client.CallAsync(machine.Reference, "PowerOffVM_Task");
        await FollowAsync("runtime.powerState=poweredOff");
        await client.CallAsync(machine.Reference, "Destroy_Task");
        await FollowAsync($"leave {machine.Reference.Value}");

        async Task<string> FollowAsync(string until, string? orAlready = null)
        {
            if (orAlready is not null && (await client.CallAsync(machine.Reference, "Fetch", $"<prop>{orAlready}</prop>")).Returned is [{ Value: "true" }])
                return "";
            while (true)
            {
                var answer = await client.WaitAsync(version);
                version = answer.Version;
                if (answer.Updates.FirstOrDefault(update => update.Contains(until, StringComparison.Ordinal)) is { } found)
                    return found;
            }
        }
    }

    [Fact]
    public async Task A_task_is_waited_for_by_a_filter_on_it()
    {
        var (inventory, client) = Start(isVCenter: true);
        var machine = NewMachine(inventory, "db1");
        var task = (await client.CallAsync(machine.Reference, "Rename_Task", "<newName>db2</newName>")).Reference;
        await client.FilterAsync($"<propSet><type>Task</type><all>true</all></propSet>{From(task)}");

        var version = "";
        var state = "";
        while (state != "success")
        {
            var answer = await client.CallAsync(Collector, "WaitForUpdates", $"<version>{version}</version>");
            version = answer.Version;
            state = answer.Returned.Single().Descendants(Answer.Vim + "state").Last().Value;
            Assert.NotEqual("error", state);
        }

        Assert.Equal("db2", machine.Name);
    }

    private (HostInventory Inventory, TestClient Client) Start(bool isVCenter)
    {
        var inventory = new HostInventory(new HostInventoryOptions
        {
            IsVCenter = isVCenter,
            MachineHost = new MachineHost { Connector = _proxy.ConnectAsync },
            DefaultGuest = "echo",
        });
        _inventories.Add(inventory);
        inventory.Objects.Add(new PropertyCollector(Collector, inventory.Objects, new FakeTimeProvider()));
        inventory.Objects.Add(new ViewManager(Views, inventory.Objects));
        return (inventory, new TestClient(
            inventory.Objects,
            new Session(new HostUser("root", ""), new CallerAddress("127.0.0.1", "test"), Guid.NewGuid().ToString(), "", DateTimeOffset.UnixEpoch)));
    }

    private static MachineEntity NewMachine(HostInventory inventory, string name) => inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec
    {
        Name = name,
        DeviceChange =
        [
            new VirtualDeviceConfigSpec
            {
                Operation = "add",
                Device = new VirtualSerialPort
                {
                    Key = -1,
                    YieldOnPoll = true,
                    Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = name, Direction = "server", ProxyUri = "telnet://127.0.0.1:13370" },
                    Connectable = new VirtualDeviceConnectInfo { StartConnected = true, AllowGuestControl = true },
                },
            },
        ],
    });

    private static async Task<ManagedObjectReference> ViewAsync(TestClient client, ManagedEntity container, string type) => (await client.CallAsync(
        Views, "CreateContainerView", $"{Tag("container", container.Reference)}<type>{type}</type><recursive>true</recursive>")).Reference;
}
