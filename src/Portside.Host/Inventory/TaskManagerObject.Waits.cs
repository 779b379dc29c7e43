using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <content>Tasks for callers that wait for them.</content>
public sealed partial class TaskManagerObject
{
    /// <summary>Starts a task and waits for its end.</summary>
    /// <param name="call">The call that asks for it.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="descriptionId">vSphere's name of what it does.</param>
    /// <param name="entity">On whom.</param>
    /// <param name="work">What it does; faults are thrown.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="VimFaultException">It failed.</exception>
    internal Task RunAsync(MethodCall call, string name, string descriptionId, ManagedEntity entity, Func<TaskRun, Task<VimValue?>> work) =>
        WaitAsync(Start(call, name, descriptionId, entity, work), call.Cancellation);

    /// <summary>Waits for a task's end.</summary>
    /// <param name="started">What the method that started it returned.</param>
    /// <param name="cancellation">Waits no longer; the task goes on.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="VimFaultException">It failed.</exception>
    internal async Task WaitAsync(MethodResult started, CancellationToken cancellation)
    {
        if (started.Value is not { Value: ManagedObjectReference reference } || _inventory.Objects.Find(reference) is not TaskObject task)
            throw new ArgumentException("That started no task.", nameof(started));
        var end = new TaskEnd(task);
        _inventory.Objects.Listen(end);
        try
        {
            await end.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _inventory.Objects.Forget(end);
        }

        if (task.Info.Error is { } error)
            throw new VimFaultException(error.Fault, error.LocalizedMessage ?? "The task failed.");
    }

    private sealed class TaskEnd(TaskObject task) : IChangeListener
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Changed(ManagedObject changed, string property)
        {
            if (changed == task && task.IsOver)
                _over.TrySetResult();
        }

        public void Removed(ManagedObject removed)
        {
            if (removed == task)
                _over.TrySetResult();
        }

        public Task WaitAsync(CancellationToken cancellation)
        {
            Changed(task, "info");
            return _over.Task.WaitAsync(cancellation);
        }
    }
}
