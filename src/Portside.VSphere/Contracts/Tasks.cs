using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>Who started a task.</summary>
public class TaskReason : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<TaskReason>("TaskReason", null, static () => new TaskReason()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>A person or program started it.</summary>
public sealed class TaskReasonUser : TaskReason, IVimData
{
    public static new VimType Schema { get; } = new VimType<TaskReasonUser>("TaskReasonUser", TaskReason.Schema, static () => new TaskReasonUser())
        .Required("userName", VimKinds.String, static o => o.UserName, static (o, v) => o.UserName = v);

    public override VimType Type => Schema;

    public string UserName { get; set; } = "";
}

/// <summary>The server started it.</summary>
public sealed class TaskReasonSystem : TaskReason, IVimData
{
    public static new VimType Schema { get; } = new VimType<TaskReasonSystem>("TaskReasonSystem", TaskReason.Schema, static () => new TaskReasonSystem());

    public override VimType Type => Schema;
}

/// <summary>How a task fares.</summary>
public sealed class TaskInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<TaskInfo>("TaskInfo", null, static () => new TaskInfo())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("task", VimKinds.Reference, static o => o.Task, static (o, v) => o.Task = v)
        .Optional("description", VimKinds.Object<LocalizableMessage>(), static o => o.Description, static (o, v) => o.Description = v)
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("descriptionId", VimKinds.String, static o => o.DescriptionId, static (o, v) => o.DescriptionId = v)
        .Optional("entity", VimKinds.Reference, static o => o.Entity, static (o, v) => o.Entity = v)
        .Optional("entityName", VimKinds.String, static o => o.EntityName, static (o, v) => o.EntityName = v)
        .List("locked", VimKinds.Reference, static o => o.Locked, static (o, v) => o.Locked = v)
        .Required("state", VimKinds.Enumeration("TaskInfoState"), static o => o.State, static (o, v) => o.State = v)
        .Required("cancelled", VimKinds.Boolean, static o => o.Cancelled, static (o, v) => o.Cancelled = v)
        .Required("cancelable", VimKinds.Boolean, static o => o.Cancelable, static (o, v) => o.Cancelable = v)
        .Optional("error", VimKinds.Object<LocalizedMethodFault>(), static o => o.Error, static (o, v) => o.Error = v)
        .Optional("result", VimKinds.Any, static o => o.Result, static (o, v) => o.Result = v)
        .Optional("progress", VimKinds.Int, static o => o.Progress, static (o, v) => o.Progress = v)
        .Required("reason", VimKinds.Object<TaskReason>(), static o => o.Reason, static (o, v) => o.Reason = v)
        .Required("queueTime", VimKinds.DateTime, static o => o.QueueTime, static (o, v) => o.QueueTime = v)
        .Optional("startTime", VimKinds.DateTime, static o => o.StartTime, static (o, v) => o.StartTime = v)
        .Optional("completeTime", VimKinds.DateTime, static o => o.CompleteTime, static (o, v) => o.CompleteTime = v)
        .Required("eventChainId", VimKinds.Int, static o => o.EventChainId, static (o, v) => o.EventChainId = v)
        .Optional("changeTag", VimKinds.String, static o => o.ChangeTag, static (o, v) => o.ChangeTag = v)
        .Optional("parentTaskKey", VimKinds.String, static o => o.ParentTaskKey, static (o, v) => o.ParentTaskKey = v)
        .Optional("rootTaskKey", VimKinds.String, static o => o.RootTaskKey, static (o, v) => o.RootTaskKey = v)
        .Optional("activationId", VimKinds.String, static o => o.ActivationId, static (o, v) => o.ActivationId = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public ManagedObjectReference Task { get; set; } = null!;

    public LocalizableMessage? Description { get; set; }

    public string? Name { get; set; }

    public string DescriptionId { get; set; } = "";

    public ManagedObjectReference? Entity { get; set; }

    public string? EntityName { get; set; }

    public IReadOnlyList<ManagedObjectReference> Locked { get; set; } = [];

    public string State { get; set; } = "";

    public bool Cancelled { get; set; }

    public bool Cancelable { get; set; }

    public LocalizedMethodFault? Error { get; set; }

    public VimValue? Result { get; set; }

    public int? Progress { get; set; }

    public TaskReason Reason { get; set; } = null!;

    public DateTimeOffset QueueTime { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public DateTimeOffset? CompleteTime { get; set; }

    public int EventChainId { get; set; }

    public string? ChangeTag { get; set; }

    public string? ParentTaskKey { get; set; }

    public string? RootTaskKey { get; set; }

    public string? ActivationId { get; set; }
}
