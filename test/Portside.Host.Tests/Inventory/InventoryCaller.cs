using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Inventory;

/// <summary>Calls methods as the server does, over real envelopes but without HTTP.</summary>
internal sealed class InventoryCaller(HostInventory inventory, HostUser? user = null) : IDisposable
{
    private readonly Session _session = new(
        user ?? new HostUser("root", "pw"),
        new CallerAddress("127.0.0.1", "tests"),
        "key",
        "secret",
        TimeProvider.System.GetUtcNow());

    public void Dispose() => _session.Dispose();

    /// <summary>Calls a method.</summary>
    public async Task<VimValue?> CallAsync(ManagedObject target, string method, params (string Name, VimValue? Value)[] arguments)
    {
        using var message = new MemoryStream();
        SoapEnvelope.WriteRequest(message, method, target.Reference, arguments.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        message.Position = 0;
        var request = await SoapRequest.ReadAsync(message);
        var call = new MethodCall(request, _session, _session.Peer, CancellationToken.None);
        var found = target.Type.FindMethod(method) ?? throw new InvalidOperationException($"{target} has no {method}.");
        call.Demand(target, found.Privilege);
        return (await found.Run(target, call)).Value;
    }

    /// <summary>Calls a method that starts a task, and awaits it.</summary>
    public async Task<VimValue?> RunAsync(ManagedObject target, string method, params (string Name, VimValue? Value)[] arguments)
    {
        var task = (TaskObject)inventory.Objects.Find((ManagedObjectReference)(await CallAsync(target, method, arguments))!.Value.Value)!;
        await EndedAsync(task).WaitAsync(TimeSpan.FromSeconds(60));
        return task.Info.Error is { } error ? throw new VimFaultException(error.Fault, error.LocalizedMessage ?? "") : task.Info.Result;
    }

    /// <summary>Reconfigures a machine.</summary>
    public Task ReconfigureAsync(MachineEntity machine, params VirtualDeviceConfigSpec[] changes) =>
        RunAsync(machine, "ReconfigVM_Task", ("spec", VimValue.Of(new VirtualMachineConfigSpec { DeviceChange = changes })));

    /// <summary>A property.</summary>
    public static T Get<T>(ManagedObject target, string property) => (T)target.Type.FindProperty(property)!.Get(target)!.Value.Value;

    private async Task EndedAsync(TaskObject task)
    {
        using var changed = new SemaphoreSlim(0);
        var listener = new Listener(changed, task);
        inventory.Objects.Listen(listener);
        try
        {
            while (!task.IsOver)
                await changed.WaitAsync();
        }
        finally
        {
            inventory.Objects.Forget(listener);
        }
    }

    private sealed class Listener(SemaphoreSlim changes, TaskObject task) : IChangeListener
    {
        public void Changed(ManagedObject changed, string property)
        {
            if (changed == task)
                changes.Release();
        }

        public void Removed(ManagedObject removed)
        {
        }
    }
}
