using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Testing;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Inventory;

/// <summary>Callers who cancel what is not theirs, or send more than a machine can be.</summary>
public sealed class HostileTasksTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HostInventory _inventory;
    private readonly InventoryCaller _caller;

    public HostileTasksTests()
    {
        _inventory = new HostInventory(new HostInventoryOptions
        {
            MachineHost = new MachineHost(),
            DatastoreDirectory = _directory.Path,
            DefaultGuest = "echo",
        });
        _caller = new InventoryCaller(_inventory);
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _inventory.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Who_may_only_look_cancels_no_task_of_others()
    {
        var machine = await CreateAsync("db1");
        var gate = new TaskCompletionSource();
        _inventory.TaskGate = (_, cancellation) => gate.Task.WaitAsync(cancellation);
        var task = await TaskOfAsync(_caller.CallAsync(machine, "Rename_Task", ("newName", VimValue.Of("db2"))));
        using var eve = new InventoryCaller(_inventory, new HostUser("eve", "pw", ReadOnly: true));

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => eve.CallAsync(task, "CancelTask"));
        Assert.Equal("Global.CancelTask", Assert.IsType<NoPermission>(fault.Fault).PrivilegeId);
        Assert.False(task.IsOver);

        using var admin = new InventoryCaller(_inventory, new HostUser("another", "pw"));
        await admin.CallAsync(task, "CancelTask");
        gate.SetResult();
    }

    [Fact]
    public async Task Advanced_options_have_an_end()
    {
        var machine = await CreateAsync("db1");
        await SetAsync(Enumerable.Range(0, 4096).Select(index => Option($"key{index}", "value")));
        Assert.Equal(4096, machine.Config.ExtraConfig.Count);
        await SetAsync([Option("KEY7", "other"), Option("key8", "")]);
        Assert.Equal("other", machine.Config.Extra("key7"));
        Assert.Equal("key7", machine.Config.ExtraConfig[7].Key);
        Assert.Equal("key9", machine.Config.ExtraConfig[8].Key);

        Assert.IsType<InvalidArgument>((await Assert.ThrowsAsync<VimFaultException>(() => SetAsync([Option("a", "1"), Option("b", "2")]))).Fault);
        Assert.Equal(4095, machine.Config.ExtraConfig.Count);

        await SetAsync([Option("long", new string('x', 900_000))]);
        Assert.IsType<InvalidArgument>((await Assert.ThrowsAsync<VimFaultException>(() => SetAsync([Option("key1", new string('x', 200_000))]))).Fault);
        Assert.Equal("value", machine.Config.Extra("key1"));

        Task<VimValue?> SetAsync(IEnumerable<OptionValue> options) =>
            _caller.RunAsync(machine, "ReconfigVM_Task", ("spec", VimValue.Of(new VirtualMachineConfigSpec { ExtraConfig = [.. options] })));
    }

    [Fact]
    public async Task Devices_without_end_are_refused()
    {
        var machine = await CreateAsync("db1");
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(
            machine,
            [.. Enumerable.Range(0, 513).Select(_ => new VirtualDeviceConfigSpec { Operation = "add", Device = new VirtualIDEController { Key = -1 } })]));
        Assert.IsType<TooManyDevices>(fault.Fault);
        Assert.Empty(machine.Config.Devices);
    }

    private static OptionValue Option(string key, string value) => new() { Key = key, Value = VimValue.Of(value) };

    private async Task<TaskObject> TaskOfAsync(Task<VimValue?> started) =>
        (TaskObject)_inventory.Objects.Find((ManagedObjectReference)(await started)!.Value.Value)!;

    private async Task<MachineEntity> CreateAsync(string name)
    {
        var result = await _caller.RunAsync(
            _inventory.Datacenter.VmFolder,
            "CreateVM_Task",
            ("config", VimValue.Of(new VirtualMachineConfigSpec { Name = name })),
            ("pool", VimValue.Of(_inventory.Compute.Pool.Reference)));
        return (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;
    }
}
