using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Work that a method began and that goes on after its answer.</summary>
public sealed class TaskObject : ManagedObject, IDisposable
{
    private readonly HostInventory _inventory;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancel = new();
    private TaskInfo _info;

    internal TaskObject(HostInventory inventory, ManagedObjectReference reference, TaskInfo info)
        : base(reference)
    {
        _inventory = inventory;
        _info = info;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType TaskType { get; } = new ManagedType<TaskObject>("Task")
        .Property("info", static o => VimValue.Of(o.Info))
        .Unset("availableField", "value")
        .Method("CancelTask", Privileges.View, static (o, call) => o.Cancel(call))
        .Method("UpdateProgress", Privileges.View, static MethodResult (_, _) => throw Fault.NotSupported("Progress is the server's to tell."));

    /// <inheritdoc/>
    public override ManagedType Type => TaskType;

    /// <summary>How it fares.</summary>
    public TaskInfo Info => Volatile.Read(ref _info);

    /// <summary>Whether it ended.</summary>
    public bool IsOver => Info.State is "success" or "error";

    /// <summary>Whether nothing goes wrong on demand.</summary>
    internal bool IsUndisturbed { get; init; }

    internal CancellationToken Cancellation => _cancel.Token;

    /// <summary>It is forgotten.</summary>
    public void Dispose() => _cancel.Dispose();

    internal void Start() => Change(info =>
    {
        info.State = "running";
        info.StartTime = _inventory.Time.GetUtcNow();
    });

    internal void Report(int percent) => Change(info => info.Progress = Math.Clamp(percent, 0, 100));

    internal void Commit() => Change(info => info.Cancelable = false);

    internal void Succeed(VimValue? result) => Change(info =>
    {
        info.State = "success";
        info.Result = result;
        info.Progress = null;
        info.Cancelable = false;
        info.CompleteTime = _inventory.Time.GetUtcNow();
    });

    internal void Fail(LocalizedMethodFault fault) => Change(info =>
    {
        info.State = "error";
        info.Error = fault;
        info.Progress = null;
        info.Cancelable = false;
        info.Cancelled = fault.Fault is RequestCanceled;
        info.CompleteTime = _inventory.Time.GetUtcNow();
    });

    /// <summary>Everybody may cancel what they began; what others began asks for a privilege.</summary>
    private MethodResult Cancel(MethodCall call)
    {
        if (Info.Reason is not TaskReasonUser { UserName: var owner } || owner != call.Caller.User.Name)
            call.Demand(this, Privileges.CancelTask);
        if (!Info.Cancelable)
            throw Fault.NotSupported($"The task {Reference.Value} cannot be cancelled any more.");
        _cancel.Cancel();
        return MethodResult.Nothing;
    }

    private void Change(Action<TaskInfo> change)
    {
        lock (_lock)
        {
            var old = _info;
            var next = new TaskInfo
            {
                Key = old.Key,
                Task = old.Task,
                Name = old.Name,
                DescriptionId = old.DescriptionId,
                Entity = old.Entity,
                EntityName = old.EntityName,
                State = old.State,
                Cancelled = old.Cancelled,
                Cancelable = old.Cancelable,
                Error = old.Error,
                Result = old.Result,
                Progress = old.Progress,
                Reason = old.Reason,
                QueueTime = old.QueueTime,
                StartTime = old.StartTime,
                CompleteTime = old.CompleteTime,
                EventChainId = old.EventChainId,
            };
            change(next);
            Volatile.Write(ref _info, next);
        }

        _inventory.Objects.Tell(this, "info");
    }
}
