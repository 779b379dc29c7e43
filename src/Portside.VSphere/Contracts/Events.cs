using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>Something that happened.</summary>
public class Event : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<Event>("Event", null, static () => new Event()).AsBase()
        .Required("key", VimKinds.Int, static o => o.Key, static (o, v) => o.Key = v)
        .Required("chainId", VimKinds.Int, static o => o.ChainId, static (o, v) => o.ChainId = v)
        .Required("createdTime", VimKinds.DateTime, static o => o.CreatedTime, static (o, v) => o.CreatedTime = v)
        .Required("userName", VimKinds.String, static o => o.UserName, static (o, v) => o.UserName = v)
        .Optional("datacenter", VimKinds.Object<DatacenterEventArgument>(), static o => o.Datacenter, static (o, v) => o.Datacenter = v)
        .Optional("computeResource", VimKinds.Object<ComputeResourceEventArgument>(), static o => o.ComputeResource, static (o, v) => o.ComputeResource = v)
        .Optional("host", VimKinds.Object<HostEventArgument>(), static o => o.Host, static (o, v) => o.Host = v)
        .Optional("vm", VimKinds.Object<VmEventArgument>(), static o => o.Vm, static (o, v) => o.Vm = v)
        .Optional("fullFormattedMessage", VimKinds.String, static o => o.FullFormattedMessage, static (o, v) => o.FullFormattedMessage = v)
        .Optional("changeTag", VimKinds.String, static o => o.ChangeTag, static (o, v) => o.ChangeTag = v);

    public override VimType Type => Schema;

    public int Key { get; set; }

    public int ChainId { get; set; }

    public DateTimeOffset CreatedTime { get; set; }

    public string UserName { get; set; } = "";

    public DatacenterEventArgument? Datacenter { get; set; }

    public ComputeResourceEventArgument? ComputeResource { get; set; }

    public HostEventArgument? Host { get; set; }

    public VmEventArgument? Vm { get; set; }

    public string? FullFormattedMessage { get; set; }

    public string? ChangeTag { get; set; }
}

/// <summary>Whom an event concerns.</summary>
public class EntityEventArgument : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EntityEventArgument>("EntityEventArgument", null, static () => new EntityEventArgument()).AsBase()
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";
}

/// <summary>A datacenter in an event.</summary>
public sealed class DatacenterEventArgument : EntityEventArgument, IVimData
{
    public static new VimType Schema { get; } = new VimType<DatacenterEventArgument>("DatacenterEventArgument", EntityEventArgument.Schema, static () => new DatacenterEventArgument())
        .Required("datacenter", VimKinds.Reference, static o => o.Datacenter, static (o, v) => o.Datacenter = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Datacenter { get; set; } = null!;
}

/// <summary>A compute resource in an event.</summary>
public sealed class ComputeResourceEventArgument : EntityEventArgument, IVimData
{
    public static new VimType Schema { get; } = new VimType<ComputeResourceEventArgument>("ComputeResourceEventArgument", EntityEventArgument.Schema, static () => new ComputeResourceEventArgument())
        .Required("computeResource", VimKinds.Reference, static o => o.ComputeResource, static (o, v) => o.ComputeResource = v);

    public override VimType Type => Schema;

    public ManagedObjectReference ComputeResource { get; set; } = null!;
}

/// <summary>A host in an event.</summary>
public sealed class HostEventArgument : EntityEventArgument, IVimData
{
    public static new VimType Schema { get; } = new VimType<HostEventArgument>("HostEventArgument", EntityEventArgument.Schema, static () => new HostEventArgument())
        .Required("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Host { get; set; } = null!;
}

/// <summary>A machine in an event.</summary>
public sealed class VmEventArgument : EntityEventArgument, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmEventArgument>("VmEventArgument", EntityEventArgument.Schema, static () => new VmEventArgument())
        .Required("vm", VimKinds.Reference, static o => o.Vm, static (o, v) => o.Vm = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Vm { get; set; } = null!;
}

/// <summary>Something happened to a machine.</summary>
public class VmEvent : Event, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmEvent>("VmEvent", Event.Schema, static () => new VmEvent()).AsBase()
        .Required("template", VimKinds.Boolean, static o => o.Template, static (o, v) => o.Template = v);

    public override VimType Type => Schema;

    public bool Template { get; set; }
}

/// <summary>A machine was made.</summary>
public sealed class VmCreatedEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmCreatedEvent>("VmCreatedEvent", VmEvent.Schema, static () => new VmCreatedEvent());

    public override VimType Type => Schema;
}

/// <summary>A machine was switched on.</summary>
public sealed class VmPoweredOnEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmPoweredOnEvent>("VmPoweredOnEvent", VmEvent.Schema, static () => new VmPoweredOnEvent());

    public override VimType Type => Schema;
}

/// <summary>A machine was switched off.</summary>
public sealed class VmPoweredOffEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmPoweredOffEvent>("VmPoweredOffEvent", VmEvent.Schema, static () => new VmPoweredOffEvent());

    public override VimType Type => Schema;
}

/// <summary>A machine was reconfigured.</summary>
public sealed class VmReconfiguredEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmReconfiguredEvent>("VmReconfiguredEvent", VmEvent.Schema, static () => new VmReconfiguredEvent())
        .Required("configSpec", VimKinds.Object<VirtualMachineConfigSpec>(), static o => o.ConfigSpec, static (o, v) => o.ConfigSpec = v);

    public override VimType Type => Schema;

    public VirtualMachineConfigSpec ConfigSpec { get; set; } = null!;
}

/// <summary>A machine moved to another host.</summary>
public sealed class VmMigratedEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmMigratedEvent>("VmMigratedEvent", VmEvent.Schema, static () => new VmMigratedEvent())
        .Required("sourceHost", VimKinds.Object<HostEventArgument>(), static o => o.SourceHost, static (o, v) => o.SourceHost = v);

    public override VimType Type => Schema;

    public HostEventArgument SourceHost { get; set; } = null!;
}

/// <summary>A machine was removed.</summary>
public sealed class VmRemovedEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmRemovedEvent>("VmRemovedEvent", VmEvent.Schema, static () => new VmRemovedEvent());

    public override VimType Type => Schema;
}

/// <summary>A machine has another name.</summary>
public sealed class VmRenamedEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmRenamedEvent>("VmRenamedEvent", VmEvent.Schema, static () => new VmRenamedEvent())
        .Required("oldName", VimKinds.String, static o => o.OldName, static (o, v) => o.OldName = v)
        .Required("newName", VimKinds.String, static o => o.NewName, static (o, v) => o.NewName = v);

    public override VimType Type => Schema;

    public string OldName { get; set; } = "";

    public string NewName { get; set; } = "";
}

/// <summary>A machine could not move.</summary>
public sealed class VmFailedMigrateEvent : VmEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmFailedMigrateEvent>("VmFailedMigrateEvent", VmEvent.Schema, static () => new VmFailedMigrateEvent())
        .Required("destHost", VimKinds.Object<HostEventArgument>(), static o => o.DestHost, static (o, v) => o.DestHost = v)
        .Required("reason", VimKinds.Object<LocalizedMethodFault>(), static o => o.Reason, static (o, v) => o.Reason = v);

    public override VimType Type => Schema;

    public HostEventArgument DestHost { get; set; } = null!;

    public LocalizedMethodFault Reason { get; set; } = null!;
}

/// <summary>Something happened to a session.</summary>
public class SessionEvent : Event, IVimData
{
    public static new VimType Schema { get; } = new VimType<SessionEvent>("SessionEvent", Event.Schema, static () => new SessionEvent()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>Somebody logged in.</summary>
public sealed class UserLoginSessionEvent : SessionEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<UserLoginSessionEvent>("UserLoginSessionEvent", SessionEvent.Schema, static () => new UserLoginSessionEvent())
        .Required("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Optional("userAgent", VimKinds.String, static o => o.UserAgent, static (o, v) => o.UserAgent = v)
        .Required("locale", VimKinds.String, static o => o.Locale, static (o, v) => o.Locale = v)
        .Required("sessionId", VimKinds.String, static o => o.SessionId, static (o, v) => o.SessionId = v);

    public override VimType Type => Schema;

    public string IpAddress { get; set; } = "";

    public string? UserAgent { get; set; }

    public string Locale { get; set; } = "";

    public string SessionId { get; set; } = "";
}

/// <summary>Somebody logged out.</summary>
public sealed class UserLogoutSessionEvent : SessionEvent, IVimData
{
    public static new VimType Schema { get; } = new VimType<UserLogoutSessionEvent>("UserLogoutSessionEvent", SessionEvent.Schema, static () => new UserLogoutSessionEvent())
        .Optional("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Optional("userAgent", VimKinds.String, static o => o.UserAgent, static (o, v) => o.UserAgent = v)
        .Optional("callCount", VimKinds.Long, static o => o.CallCount, static (o, v) => o.CallCount = v)
        .Optional("sessionId", VimKinds.String, static o => o.SessionId, static (o, v) => o.SessionId = v)
        .Optional("loginTime", VimKinds.DateTime, static o => o.LoginTime, static (o, v) => o.LoginTime = v);

    public override VimType Type => Schema;

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    public long? CallCount { get; set; }

    public string? SessionId { get; set; }

    public DateTimeOffset? LoginTime { get; set; }
}

/// <summary>A task was started.</summary>
public sealed class TaskEvent : Event, IVimData
{
    public static new VimType Schema { get; } = new VimType<TaskEvent>("TaskEvent", Event.Schema, static () => new TaskEvent())
        .Required("info", VimKinds.Object<TaskInfo>(), static o => o.Info, static (o, v) => o.Info = v);

    public override VimType Type => Schema;

    public TaskInfo Info { get; set; } = null!;
}

/// <summary>An event of a product's own type.</summary>
public sealed class EventEx : Event, IVimData
{
    public static new VimType Schema { get; } = new VimType<EventEx>("EventEx", Event.Schema, static () => new EventEx())
        .Required("eventTypeId", VimKinds.String, static o => o.EventTypeId, static (o, v) => o.EventTypeId = v)
        .Optional("severity", VimKinds.String, static o => o.Severity, static (o, v) => o.Severity = v)
        .Optional("message", VimKinds.String, static o => o.Message, static (o, v) => o.Message = v)
        .List("arguments", VimKinds.Object<KeyAnyValue>(), static o => o.Arguments, static (o, v) => o.Arguments = v)
        .Optional("objectId", VimKinds.String, static o => o.ObjectId, static (o, v) => o.ObjectId = v)
        .Optional("objectType", VimKinds.String, static o => o.ObjectType, static (o, v) => o.ObjectType = v)
        .Optional("objectName", VimKinds.String, static o => o.ObjectName, static (o, v) => o.ObjectName = v)
        .Optional("fault", VimKinds.Object<LocalizedMethodFault>(), static o => o.Fault, static (o, v) => o.Fault = v);

    public override VimType Type => Schema;

    public string EventTypeId { get; set; } = "";

    public string? Severity { get; set; }

    public string? Message { get; set; }

    public IReadOnlyList<KeyAnyValue> Arguments { get; set; } = [];

    public string? ObjectId { get; set; }

    public string? ObjectType { get; set; }

    public string? ObjectName { get; set; }

    public LocalizedMethodFault? Fault { get; set; }
}

/// <summary>Whose events.</summary>
public sealed class EventFilterSpecByEntity : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EventFilterSpecByEntity>("EventFilterSpecByEntity", null, static () => new EventFilterSpecByEntity())
        .Required("entity", VimKinds.Reference, static o => o.Entity, static (o, v) => o.Entity = v)
        .Required("recursion", VimKinds.Enumeration("EventFilterSpecRecursionOption"), static o => o.Recursion, static (o, v) => o.Recursion = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Entity { get; set; } = null!;

    public string Recursion { get; set; } = "";
}

/// <summary>Events of which time.</summary>
public sealed class EventFilterSpecByTime : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EventFilterSpecByTime>("EventFilterSpecByTime", null, static () => new EventFilterSpecByTime())
        .Optional("beginTime", VimKinds.DateTime, static o => o.BeginTime, static (o, v) => o.BeginTime = v)
        .Optional("endTime", VimKinds.DateTime, static o => o.EndTime, static (o, v) => o.EndTime = v);

    public override VimType Type => Schema;

    public DateTimeOffset? BeginTime { get; set; }

    public DateTimeOffset? EndTime { get; set; }
}

/// <summary>Whose doing.</summary>
public sealed class EventFilterSpecByUsername : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EventFilterSpecByUsername>("EventFilterSpecByUsername", null, static () => new EventFilterSpecByUsername())
        .Required("systemUser", VimKinds.Boolean, static o => o.SystemUser, static (o, v) => o.SystemUser = v)
        .List("userList", VimKinds.String, static o => o.UserList, static (o, v) => o.UserList = v);

    public override VimType Type => Schema;

    public bool SystemUser { get; set; }

    public IReadOnlyList<string> UserList { get; set; } = [];
}

/// <summary>Which events.</summary>
public sealed class EventFilterSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EventFilterSpec>("EventFilterSpec", null, static () => new EventFilterSpec())
        .Optional("entity", VimKinds.Object<EventFilterSpecByEntity>(), static o => o.Entity, static (o, v) => o.Entity = v)
        .Optional("time", VimKinds.Object<EventFilterSpecByTime>(), static o => o.Time, static (o, v) => o.Time = v)
        .Optional("userName", VimKinds.Object<EventFilterSpecByUsername>(), static o => o.UserName, static (o, v) => o.UserName = v)
        .Optional("eventChainId", VimKinds.Int, static o => o.EventChainId, static (o, v) => o.EventChainId = v)
        .Optional("disableFullMessage", VimKinds.Boolean, static o => o.DisableFullMessage, static (o, v) => o.DisableFullMessage = v)
        .List("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .List("eventTypeId", VimKinds.String, static o => o.EventTypeId, static (o, v) => o.EventTypeId = v)
        .Optional("maxCount", VimKinds.Int, static o => o.MaxCount, static (o, v) => o.MaxCount = v);

    public override VimType Type => Schema;

    public EventFilterSpecByEntity? Entity { get; set; }

    public EventFilterSpecByTime? Time { get; set; }

    public EventFilterSpecByUsername? UserName { get; set; }

    public int? EventChainId { get; set; }

    public bool? DisableFullMessage { get; set; }

    public IReadOnlyList<string> OfType { get; set; } = [];

    public IReadOnlyList<string> EventTypeId { get; set; } = [];

    public int? MaxCount { get; set; }
}
