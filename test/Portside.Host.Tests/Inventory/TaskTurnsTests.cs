using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Inventory;

/// <summary>Tasks of one entity follow each other, whatever becomes of those before.</summary>
public sealed class TaskTurnsTests : IAsyncDisposable
{
    private readonly HostInventory _inventory = new(new HostInventoryOptions { DefaultGuest = "echo" });
    private readonly InventoryCaller _caller;
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MachineEntity _machine;

    public TaskTurnsTests()
    {
        _caller = new InventoryCaller(_inventory);
        _machine = _inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
    }

    public async ValueTask DisposeAsync()
    {
        _held.TrySetResult();
        _caller.Dispose();
        await _inventory.DisposeAsync();
    }

    [Fact]
    public async Task A_task_behind_one_that_is_cancelled_still_waits_for_the_one_before()
    {
        Hold("Rename_Task");
        var first = _caller.RunAsync(_machine, "Rename_Task", ("newName", VimValue.Of("db2")));
        await _arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var second = Find(await _caller.CallAsync(_machine, "PowerOnVM_Task"));
        var third = _caller.RunAsync(_machine, "Destroy_Task");

        await _caller.CallAsync(second, "CancelTask");
        await _inventory.Tasks.WaitAsync(second.Reference, CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(second.Info.Cancelled);
        Assert.False(third.IsCompleted);
        Assert.NotNull(_inventory.Objects.Find(_machine.Reference));

        _held.SetResult();
        await first;
        await third;
        Assert.Null(_inventory.Search.FindByPath("DC0/vm/db2"));
    }

    [Theory]
    [InlineData("PowerOnVM_Task")]
    [InlineData("Rename_Task")]
    [InlineData("Destroy_Task")]
    public async Task A_task_that_waited_behind_the_end_of_its_machine_finds_none(string method)
    {
        Hold("Destroy_Task");
        var ending = _caller.RunAsync(_machine, "Destroy_Task");
        await _arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var late = _caller.RunAsync(_machine, method, ("newName", VimValue.Of("db2")));
        _held.SetResult();

        await ending;
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => late);
        Assert.Equal(_machine.Reference, Assert.IsType<ManagedObjectNotFound>(fault.Fault).Obj);
        Assert.False(_machine.Machine.IsPoweredOn);
        Assert.Null(_inventory.Datacenter.VmFolder.FindChild("db2")); // The name is free.
    }

    [Fact]
    public async Task Unregistering_waits_its_turn()
    {
        Hold("Rename_Task");
        var renaming = _caller.RunAsync(_machine, "Rename_Task", ("newName", VimValue.Of("db2")));
        await _arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var leaving = _caller.CallAsync(_machine, "UnregisterVM");
        Assert.False(leaving.IsCompleted);

        _held.SetResult();
        await renaming;
        Assert.Null(await leaving.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Null(_inventory.Objects.Find(_machine.Reference));
        Assert.Empty(_inventory.Datacenter.VmFolder.Children);
    }

    [Fact]
    public async Task A_machine_comes_into_no_folder_that_is_gone_or_holds_none()
    {
        var folder = _inventory.Datacenter.VmFolder.NewFolder("old");
        await _caller.RunAsync(folder, "Destroy_Task");
        Assert.IsType<ManagedObjectNotFound>(Assert.Throws<VimFaultException>(
            () => folder.NewMachine(new VirtualMachineConfigSpec { Name = "db2" })).Fault);
        Assert.Single(_inventory.Machines);

        var hosts = _inventory.Datacenter.HostFolder.Reference;
        var moved = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(
            _machine,
            "RelocateVM_Task",
            ("spec", VimValue.Of(new VirtualMachineRelocateSpec { Folder = hosts, Host = _inventory.Hosts[1].Reference }))));
        Assert.IsType<NotSupported>(moved.Fault);
        Assert.Same(_inventory.Datacenter.VmFolder, _machine.Parent);

        var cloned = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(
            _machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(hosts)),
            ("name", VimValue.Of("db2")),
            ("spec", VimValue.Of(new VirtualMachineCloneSpec { Location = new VirtualMachineRelocateSpec() }))));
        Assert.IsType<NotSupported>(cloned.Fault);
    }

    [Fact]
    public async Task A_move_to_a_folder_that_has_the_name_moves_to_no_host_either()
    {
        var folder = _inventory.Datacenter.VmFolder.NewFolder("prod");
        folder.NewMachine(new VirtualMachineConfigSpec { Name = "DB1" });
        var (source, target) = (_machine.Host, _inventory.Hosts.First(host => host != _machine.Host));
        VirtualMachineRelocateSpec spec = new() { Folder = folder.Reference, Host = target.Reference };

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(_machine, "RelocateVM_Task", ("spec", VimValue.Of(spec))));
        Assert.IsType<DuplicateName>(fault.Fault);
        Assert.Same(source, _machine.Host);

        await _caller.RunAsync(_machine, "Rename_Task", ("newName", VimValue.Of("db2")));
        await _caller.RunAsync(_machine, "RelocateVM_Task", ("spec", VimValue.Of(spec)));
        Assert.Same(target, _machine.Host);
        Assert.Same(_machine, _inventory.Search.FindByPath("DC0/vm/prod/db2"));
        Assert.Null(_inventory.Search.FindByPath("DC0/vm/db2"));
    }

    private TaskObject Find(VimValue? started) => (TaskObject)_inventory.Objects.Find((ManagedObjectReference)started!.Value.Value)!;

    /// <summary>Holds tasks of one method up, from when the first arrives until the test lets go.</summary>
    private void Hold(string method) => _inventory.TaskGate = async (task, cancellation) =>
    {
        if (task.Info.Name != method)
            return;
        _arrived.TrySetResult();
        await _held.Task.WaitAsync(cancellation);
    };
}
