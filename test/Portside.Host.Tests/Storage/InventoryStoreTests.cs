using Microsoft.Data.Sqlite;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Storage;
using Portside.Host.Tagging;
using Portside.Host.Tests.Inventory;
using Portside.Testing;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Storage;

/// <summary>What is there after a restart.</summary>
public sealed class InventoryStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "inventory.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Folders_machines_and_their_ports_are_there_again_under_the_same_ids_and_keys()
    {
        VirtualMachineConfigInfo before;
        await using (var inventory = new HostInventory())
        {
            await using var store = await InventoryStore.OpenAsync(inventory, File);
            using var caller = new InventoryCaller(inventory);
            var folder = inventory.Datacenter.VmFolder.NewFolder("prod");
            var machine = folder.NewMachine(
                new VirtualMachineConfigSpec
                {
                    Name = "db1",
                    Annotation = "the <first> & only",
                    MemoryMB = 2048,
                    ExtraConfig = [new OptionValue { Key = "serial0.vmotionLimit", Value = VimValue.Of("7000") }],
                    DeviceChange =
                    [
                        Add("a"), Add("b"), Add("c"),
                        new VirtualDeviceConfigSpec { Operation = "add", Device = new ParaVirtualSCSIController { SharedBus = "noSharing" } },
                    ],
                },
                inventory.Hosts[1]);
            await caller.ReconfigureAsync(machine, new VirtualDeviceConfigSpec { Operation = "remove", Device = new VirtualSerialPort { Key = 9001 } });
            before = InventoryCaller.Get<VirtualMachineConfigInfo>(machine, "config");
            inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "gone" });
            await caller.RunAsync(inventory.Search.FindByPath("DC0/vm/gone")!, "Destroy_Task");
        }

        await using var again = new HostInventory();
        await using var reopened = await InventoryStore.OpenAsync(again, File);
        var restored = (MachineEntity)again.Search.FindByPath("DC0/vm/prod/db1")!;
        var after = InventoryCaller.Get<VirtualMachineConfigInfo>(restored, "config");

        Assert.Equal(before.Uuid, after.Uuid);
        Assert.Equal(before.InstanceUuid, after.InstanceUuid);
        Assert.Equal(before.Annotation, after.Annotation);
        Assert.Equal(2048, after.Hardware.MemoryMB);
        Assert.Equal("7000", restored.Config.Extra("serial0.vmotionLimit"));
        Assert.Equal([9000, 9002], after.Hardware.Device.OfType<VirtualSerialPort>().Select(port => port.Key));
        Assert.Equal("Remote c", after.Hardware.Device.OfType<VirtualSerialPort>().Last().DeviceInfo!.Summary);
        Assert.Single(after.Hardware.Device.OfType<ParaVirtualSCSIController>());
        Assert.Same(again.Hosts[1], restored.Host);
        Assert.Null(again.Search.FindByPath("DC0/vm/gone"));
        Assert.NotEqual(restored.Reference, again.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "new" }).Reference);
    }

    [Fact]
    public async Task Tags_their_categories_and_what_has_them_are_there_again_under_the_same_ids()
    {
        Tag tag;
        await using (var inventory = new HostInventory())
        {
            await using var store = await InventoryStore.OpenAsync(inventory, File);
            var machine = inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
            inventory.Tags.TryAddCategory("stage", "how far", isSingle: true, out var category);
            inventory.Tags.TryAddTag(category, "prod", "for all", out tag);
            inventory.Tags.Ensure("nobody/has it");
            machine.Attach(tag);
            machine.Attach(inventory.Tags.Ensure("team/gone"));
            machine.Detach(inventory.Tags.Ensure("team/gone"));
        }

        await using var again = new HostInventory();
        await using var reopened = await InventoryStore.OpenAsync(again, File);
        Assert.Equal(tag, Assert.Single(((MachineEntity)again.Search.FindByPath("DC0/vm/db1")!).Tags));
        Assert.Equal(["prod", "has it", "gone"], again.Tags.Tags.Select(one => one.Name));
        Assert.Equal(tag, again.Tags.Ensure("stage/prod"));
    }

    [Fact]
    public async Task A_file_from_before_there_were_tags_is_read_on()
    {
        await using (var inventory = new HostInventory())
        {
            await using var store = await InventoryStore.OpenAsync(inventory, File);
            inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
        }

        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE machine DROP COLUMN tags; DROP TABLE tag; DROP TABLE category; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        await using (var inventory = new HostInventory())
        {
            await using var store = await InventoryStore.OpenAsync(inventory, File);
            ((MachineEntity)inventory.Search.FindByPath("DC0/vm/db1")!).Attach(inventory.Tags.Ensure("stage/prod"));
        }

        await using var again = new HostInventory();
        await using var reopened = await InventoryStore.OpenAsync(again, File);
        Assert.Equal("prod", Assert.Single(((MachineEntity)again.Search.FindByPath("DC0/vm/db1")!).Tags).Name);
    }

    [Fact]
    public async Task A_template_is_one_again_and_in_no_pool()
    {
        await using (var inventory = new HostInventory())
        {
            await using var store = await InventoryStore.OpenAsync(inventory, File);
            using var caller = new InventoryCaller(inventory);
            var machine = inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
            await caller.RunAsync(
                machine,
                "CloneVM_Task",
                ("folder", VimValue.Of(inventory.Datacenter.VmFolder.Reference)),
                ("name", VimValue.Of("golden")),
                ("spec", VimValue.Of(new VirtualMachineCloneSpec { Location = new VirtualMachineRelocateSpec(), Template = true })));
        }

        await using var again = new HostInventory();
        await using var reopened = await InventoryStore.OpenAsync(again, File);
        Assert.True(((MachineEntity)again.Search.FindByPath("DC0/vm/golden")!).Config.IsTemplate);
        Assert.Equal(
            [again.Search.FindByPath("DC0/vm/db1")!.Reference],
            InventoryCaller.Get<IReadOnlyList<ManagedObjectReference>>(again.Compute.Pool, "vm"));
    }

    [Fact]
    public async Task A_file_in_use_and_one_that_is_no_database_are_refused_with_what_to_do()
    {
        await using var inventory = new HostInventory();
        await using (await InventoryStore.OpenAsync(inventory, File))
        {
            await using var second = new HostInventory();
            var error = await Assert.ThrowsAsync<StoreException>(() => InventoryStore.OpenAsync(second, File));
            Assert.Contains("--state DIR", error.Message, StringComparison.Ordinal);
        }

        var garbage = Path.Combine(_directory.Path, "garbage.db");
        await System.IO.File.WriteAllTextAsync(garbage, new string('x', 4096));
        await Assert.ThrowsAsync<StoreException>(() => InventoryStore.OpenAsync(inventory, garbage));
    }

    [Theory]
    [InlineData(true, "The inventory {0} is that of a vCenter: start it with --shape vcenter, or name another directory (--state DIR).")]
    [InlineData(false, "The inventory {0} is that of a host by itself: start it with --shape esxi, or name another directory (--state DIR).")]
    public async Task A_file_of_the_other_shape_is_refused_in_a_sentence(bool isVCenter, string sentence)
    {
        await using (var inventory = new HostInventory(new HostInventoryOptions { IsVCenter = isVCenter }))
            await (await InventoryStore.OpenAsync(inventory, File)).DisposeAsync();

        await using var other = new HostInventory(new HostInventoryOptions { IsVCenter = !isVCenter });
        var error = await Assert.ThrowsAsync<StoreException>(() => InventoryStore.OpenAsync(other, File));
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, File), error.Message);

        await using var same = new HostInventory(new HostInventoryOptions { IsVCenter = isVCenter });
        await (await InventoryStore.OpenAsync(same, File)).DisposeAsync();
    }

    private static VirtualDeviceConfigSpec Add(string service) => new()
    {
        Operation = "add",
        Device = new VirtualSerialPort
        {
            Backing = SerialPorts.ToContract(new NetworkBacking(service, "server", "telnet://127.0.0.1:1")),
        },
    };
}
