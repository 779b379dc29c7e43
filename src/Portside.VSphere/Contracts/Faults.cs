using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>What a method can say instead of a result.</summary>
public class MethodFault : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<MethodFault>("MethodFault", null, static () => new MethodFault()).AsBase()
        .Optional("faultCause", VimKinds.Object<LocalizedMethodFault>(), static o => o.FaultCause, static (o, v) => o.FaultCause = v)
        .List("faultMessage", VimKinds.Object<LocalizableMessage>(), static o => o.FaultMessage, static (o, v) => o.FaultMessage = v);

    public override VimType Type => Schema;

    public LocalizedMethodFault? FaultCause { get; set; }

    public IReadOnlyList<LocalizableMessage> FaultMessage { get; set; } = [];
}

/// <summary>A fault that any method may answer with.</summary>
public class RuntimeFault : MethodFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<RuntimeFault>("RuntimeFault", MethodFault.Schema, static () => new RuntimeFault()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>A fault that a method names as its own.</summary>
public class VimFault : MethodFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<VimFault>("VimFault", MethodFault.Schema, static () => new VimFault()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>Wrong user or password.</summary>
public sealed class InvalidLogin : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidLogin>("InvalidLogin", VimFault.Schema, static () => new InvalidLogin());

    public override VimType Type => Schema;
}

/// <summary>Unknown locale.</summary>
public sealed class InvalidLocale : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidLocale>("InvalidLocale", VimFault.Schema, static () => new InvalidLocale());

    public override VimType Type => Schema;
}

/// <summary>Not allowed.</summary>
public class SecurityError : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<SecurityError>("SecurityError", RuntimeFault.Schema, static () => new SecurityError());

    public override VimType Type => Schema;
}

/// <summary>A privilege is missing.</summary>
public class NoPermission : SecurityError, IVimData
{
    public static new VimType Schema { get; } = new VimType<NoPermission>("NoPermission", SecurityError.Schema, static () => new NoPermission())
        .Required("object", VimKinds.Reference, static o => o.Object, static (o, v) => o.Object = v)
        .Required("privilegeId", VimKinds.String, static o => o.PrivilegeId, static (o, v) => o.PrivilegeId = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Object { get; set; } = null!;

    public string PrivilegeId { get; set; } = "";
}

/// <summary>No session, or one that ended.</summary>
public sealed class NotAuthenticated : NoPermission, IVimData
{
    public static new VimType Schema { get; } = new VimType<NotAuthenticated>("NotAuthenticated", NoPermission.Schema, static () => new NotAuthenticated());

    public override VimType Type => Schema;
}

/// <summary>The object is gone.</summary>
public sealed class ManagedObjectNotFound : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<ManagedObjectNotFound>("ManagedObjectNotFound", RuntimeFault.Schema, static () => new ManagedObjectNotFound())
        .Required("obj", VimKinds.Reference, static o => o.Obj, static (o, v) => o.Obj = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Obj { get; set; } = null!;
}

/// <summary>The request is not one.</summary>
public class InvalidRequest : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidRequest>("InvalidRequest", RuntimeFault.Schema, static () => new InvalidRequest());

    public override VimType Type => Schema;
}

/// <summary>Not a type of this server.</summary>
public sealed class InvalidType : InvalidRequest, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidType>("InvalidType", InvalidRequest.Schema, static () => new InvalidType())
        .Optional("argument", VimKinds.String, static o => o.Argument, static (o, v) => o.Argument = v);

    public override VimType Type => Schema;

    public string? Argument { get; set; }
}

/// <summary>The object has no such method.</summary>
public sealed class MethodNotFound : InvalidRequest, IVimData
{
    public static new VimType Schema { get; } = new VimType<MethodNotFound>("MethodNotFound", InvalidRequest.Schema, static () => new MethodNotFound())
        .Required("receiver", VimKinds.Reference, static o => o.Receiver, static (o, v) => o.Receiver = v)
        .Required("method", VimKinds.String, static o => o.Method, static (o, v) => o.Method = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Receiver { get; set; } = null!;

    public string Method { get; set; } = "";
}

/// <summary>An argument is not usable.</summary>
public sealed class InvalidArgument : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidArgument>("InvalidArgument", RuntimeFault.Schema, static () => new InvalidArgument())
        .Optional("invalidProperty", VimKinds.String, static o => o.InvalidProperty, static (o, v) => o.InvalidProperty = v);

    public override VimType Type => Schema;

    public string? InvalidProperty { get; set; }
}

/// <summary>The type has no such property.</summary>
public sealed class InvalidProperty : MethodFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidProperty>("InvalidProperty", MethodFault.Schema, static () => new InvalidProperty())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";
}

/// <summary>Not offered here.</summary>
public sealed class NotSupported : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<NotSupported>("NotSupported", RuntimeFault.Schema, static () => new NotSupported());

    public override VimType Type => Schema;
}

/// <summary>Something failed inside the server.</summary>
public sealed class SystemError : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<SystemError>("SystemError", RuntimeFault.Schema, static () => new SystemError())
        .Required("reason", VimKinds.String, static o => o.Reason, static (o, v) => o.Reason = v);

    public override VimType Type => Schema;

    public string Reason { get; set; } = "";
}

/// <summary>The host cannot be reached.</summary>
public class HostCommunication : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<HostCommunication>("HostCommunication", RuntimeFault.Schema, static () => new HostCommunication());

    public override VimType Type => Schema;
}

/// <summary>The host is not connected.</summary>
public sealed class HostNotConnected : HostCommunication, IVimData
{
    public static new VimType Schema { get; } = new VimType<HostNotConnected>("HostNotConnected", HostCommunication.Schema, static () => new HostNotConnected());

    public override VimType Type => Schema;
}

/// <summary>The host does not answer.</summary>
public sealed class HostNotReachable : HostCommunication, IVimData
{
    public static new VimType Schema { get; } = new VimType<HostNotReachable>("HostNotReachable", HostCommunication.Schema, static () => new HostNotReachable());

    public override VimType Type => Schema;
}

/// <summary>A wait was cancelled.</summary>
public sealed class RequestCanceled : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<RequestCanceled>("RequestCanceled", RuntimeFault.Schema, static () => new RequestCanceled());

    public override VimType Type => Schema;
}

/// <summary>The licence makes the API read-only.</summary>
public sealed class RestrictedVersion : SecurityError, IVimData
{
    public static new VimType Schema { get; } = new VimType<RestrictedVersion>("RestrictedVersion", SecurityError.Schema, static () => new RestrictedVersion());

    public override VimType Type => Schema;
}

/// <summary>The licence does not allow it.</summary>
public sealed class LicenseRestricted : NotEnoughLicenses, IVimData
{
    public static new VimType Schema { get; } = new VimType<LicenseRestricted>("LicenseRestricted", NotEnoughLicenses.Schema, static () => new LicenseRestricted());

    public override VimType Type => Schema;
}

/// <summary>Too few licences.</summary>
public class NotEnoughLicenses : RuntimeFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<NotEnoughLicenses>("NotEnoughLicenses", RuntimeFault.Schema, static () => new NotEnoughLicenses());

    public override VimType Type => Schema;
}

/// <summary>The version is not the collector's last one.</summary>
public sealed class InvalidCollectorVersion : MethodFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidCollectorVersion>("InvalidCollectorVersion", MethodFault.Schema, static () => new InvalidCollectorVersion());

    public override VimType Type => Schema;
}

/// <summary>Somebody else changed it meanwhile.</summary>
public sealed class ConcurrentAccess : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<ConcurrentAccess>("ConcurrentAccess", VimFault.Schema, static () => new ConcurrentAccess());

    public override VimType Type => Schema;
}

/// <summary>The folder has the name already.</summary>
public sealed class DuplicateName : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<DuplicateName>("DuplicateName", VimFault.Schema, static () => new DuplicateName())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("object", VimKinds.Reference, static o => o.Object, static (o, v) => o.Object = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public ManagedObjectReference Object { get; set; } = null!;
}

/// <summary>The name cannot be one.</summary>
public sealed class InvalidName : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidName>("InvalidName", VimFault.Schema, static () => new InvalidName())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Optional("entity", VimKinds.Reference, static o => o.Entity, static (o, v) => o.Entity = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public ManagedObjectReference? Entity { get; set; }
}

/// <summary>Not there.</summary>
public sealed class NotFound : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<NotFound>("NotFound", VimFault.Schema, static () => new NotFound());

    public override VimType Type => Schema;
}

/// <summary>Beyond a limit.</summary>
public sealed class OutOfBounds : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<OutOfBounds>("OutOfBounds", VimFault.Schema, static () => new OutOfBounds())
        .Required("argumentName", VimKinds.String, static o => o.ArgumentName, static (o, v) => o.ArgumentName = v);

    public override VimType Type => Schema;

    public string ArgumentName { get; set; } = "";
}

/// <summary>There is one already.</summary>
public sealed class AlreadyExists : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<AlreadyExists>("AlreadyExists", VimFault.Schema, static () => new AlreadyExists())
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string? Name { get; set; }
}

/// <summary>In use.</summary>
public sealed class ResourceInUse : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<ResourceInUse>("ResourceInUse", VimFault.Schema, static () => new ResourceInUse())
        .Optional("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string? OfType { get; set; }

    public string? Name { get; set; }
}

/// <summary>It took too long.</summary>
public sealed class Timedout : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<Timedout>("Timedout", VimFault.Schema, static () => new Timedout());

    public override VimType Type => Schema;
}

/// <summary>Another task holds the object.</summary>
public sealed class TaskInProgress : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<TaskInProgress>("TaskInProgress", VimFault.Schema, static () => new TaskInProgress())
        .Required("task", VimKinds.Reference, static o => o.Task, static (o, v) => o.Task = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Task { get; set; } = null!;
}

/// <summary>Not in a state for it.</summary>
public class InvalidState : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidState>("InvalidState", VimFault.Schema, static () => new InvalidState());

    public override VimType Type => Schema;
}

/// <summary>Not in a power state for it.</summary>
public sealed class InvalidPowerState : InvalidState, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidPowerState>("InvalidPowerState", InvalidState.Schema, static () => new InvalidPowerState())
        .Optional("requestedState", VimKinds.Enumeration("VirtualMachinePowerState"), static o => o.RequestedState, static (o, v) => o.RequestedState = v)
        .Required("existingState", VimKinds.Enumeration("VirtualMachinePowerState"), static o => o.ExistingState, static (o, v) => o.ExistingState = v);

    public override VimType Type => Schema;

    public string? RequestedState { get; set; }

    public string ExistingState { get; set; } = "";
}

/// <summary>The host is not in a state for it.</summary>
public class InvalidHostState : InvalidState, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidHostState>("InvalidHostState", InvalidState.Schema, static () => new InvalidHostState())
        .Optional("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Host { get; set; }
}

/// <summary>The host is not connected.</summary>
public sealed class InvalidHostConnectionState : InvalidHostState, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidHostConnectionState>("InvalidHostConnectionState", InvalidHostState.Schema, static () => new InvalidHostConnectionState());

    public override VimType Type => Schema;
}

/// <summary>Not a datastore of this server.</summary>
public class InvalidDatastore : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidDatastore>("InvalidDatastore", VimFault.Schema, static () => new InvalidDatastore())
        .Optional("datastore", VimKinds.Reference, static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Datastore { get; set; }

    public string? Name { get; set; }
}

/// <summary>Not a path in a datastore.</summary>
public sealed class InvalidDatastorePath : InvalidDatastore, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidDatastorePath>("InvalidDatastorePath", InvalidDatastore.Schema, static () => new InvalidDatastorePath())
        .Required("datastorePath", VimKinds.String, static o => o.DatastorePath, static (o, v) => o.DatastorePath = v);

    public override VimType Type => Schema;

    public string DatastorePath { get; set; } = "";
}

/// <summary>The folder cannot hold it.</summary>
public sealed class InvalidFolder : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidFolder>("InvalidFolder", VimFault.Schema, static () => new InvalidFolder())
        .Required("target", VimKinds.Reference, static o => o.Target, static (o, v) => o.Target = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Target { get; set; } = null!;
}

/// <summary>A file stands in the way.</summary>
public class FileFault : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<FileFault>("FileFault", VimFault.Schema, static () => new FileFault())
        .Required("file", VimKinds.String, static o => o.File, static (o, v) => o.File = v);

    public override VimType Type => Schema;

    public string File { get; set; } = "";
}

/// <summary>There is no such file.</summary>
public sealed class FileNotFound : FileFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<FileNotFound>("FileNotFound", FileFault.Schema, static () => new FileNotFound());

    public override VimType Type => Schema;
}

/// <summary>There is such a file already.</summary>
public sealed class FileAlreadyExists : FileFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<FileAlreadyExists>("FileAlreadyExists", FileFault.Schema, static () => new FileAlreadyExists());

    public override VimType Type => Schema;
}

/// <summary>The file cannot be used.</summary>
public sealed class CannotAccessFile : FileFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<CannotAccessFile>("CannotAccessFile", FileFault.Schema, static () => new CannotAccessFile());

    public override VimType Type => Schema;
}

/// <summary>The host cannot do it as it is set up.</summary>
public sealed class HostConfigFault : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<HostConfigFault>("HostConfigFault", VimFault.Schema, static () => new HostConfigFault());

    public override VimType Type => Schema;
}

/// <summary>Something is used up.</summary>
public sealed class InsufficientResourcesFault : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InsufficientResourcesFault>("InsufficientResourcesFault", VimFault.Schema, static () => new InsufficientResourcesFault());

    public override VimType Type => Schema;
}

/// <summary>The machine's configuration does not allow it.</summary>
public class VmConfigFault : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<VmConfigFault>("VmConfigFault", VimFault.Schema, static () => new VmConfigFault()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>What no other fault says.</summary>
public sealed class GenericVmConfigFault : VmConfigFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<GenericVmConfigFault>("GenericVmConfigFault", VmConfigFault.Schema, static () => new GenericVmConfigFault())
        .Required("reason", VimKinds.String, static o => o.Reason, static (o, v) => o.Reason = v);

    public override VimType Type => Schema;

    public string Reason { get; set; } = "";
}

/// <summary>A part of the configuration is not valid.</summary>
public class InvalidVmConfig : VmConfigFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidVmConfig>("InvalidVmConfig", VmConfigFault.Schema, static () => new InvalidVmConfig())
        .Optional("property", VimKinds.String, static o => o.Property, static (o, v) => o.Property = v);

    public override VimType Type => Schema;

    public string? Property { get; set; }
}

/// <summary>A device is not valid.</summary>
public class InvalidDeviceSpec : InvalidVmConfig, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidDeviceSpec>("InvalidDeviceSpec", InvalidVmConfig.Schema, static () => new InvalidDeviceSpec())
        .Required("deviceIndex", VimKinds.Int, static o => o.DeviceIndex, static (o, v) => o.DeviceIndex = v);

    public override VimType Type => Schema;

    public int DeviceIndex { get; set; }
}

/// <summary>A device's backing is not valid.</summary>
public sealed class InvalidDeviceBacking : InvalidDeviceSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidDeviceBacking>("InvalidDeviceBacking", InvalidDeviceSpec.Schema, static () => new InvalidDeviceBacking());

    public override VimType Type => Schema;
}

/// <summary>The change does not fit the device.</summary>
public sealed class InvalidDeviceOperation : InvalidDeviceSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<InvalidDeviceOperation>("InvalidDeviceOperation", InvalidDeviceSpec.Schema, static () => new InvalidDeviceOperation())
        .Optional("badOp", VimKinds.Enumeration("VirtualDeviceConfigSpecOperation"), static o => o.BadOp, static (o, v) => o.BadOp = v)
        .Optional("badFileOp", VimKinds.Enumeration("VirtualDeviceConfigSpecFileOperation"), static o => o.BadFileOp, static (o, v) => o.BadFileOp = v);

    public override VimType Type => Schema;

    public string? BadOp { get; set; }

    public string? BadFileOp { get; set; }
}

/// <summary>There is no such device.</summary>
public sealed class DeviceNotFound : InvalidDeviceSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<DeviceNotFound>("DeviceNotFound", InvalidDeviceSpec.Schema, static () => new DeviceNotFound());

    public override VimType Type => Schema;
}

/// <summary>The device's controller is missing.</summary>
public sealed class MissingController : InvalidDeviceSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<MissingController>("MissingController", InvalidDeviceSpec.Schema, static () => new MissingController());

    public override VimType Type => Schema;
}

/// <summary>The hardware version has no such device.</summary>
public sealed class DeviceUnsupportedForVmVersion : InvalidDeviceSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<DeviceUnsupportedForVmVersion>("DeviceUnsupportedForVmVersion", InvalidDeviceSpec.Schema, static () => new DeviceUnsupportedForVmVersion())
        .Required("currentVersion", VimKinds.String, static o => o.CurrentVersion, static (o, v) => o.CurrentVersion = v)
        .Required("expectedVersion", VimKinds.String, static o => o.ExpectedVersion, static (o, v) => o.ExpectedVersion = v);

    public override VimType Type => Schema;

    public string CurrentVersion { get; set; } = "";

    public string ExpectedVersion { get; set; } = "";
}

/// <summary>More devices than a machine can have.</summary>
public sealed class TooManyDevices : InvalidVmConfig, IVimData
{
    public static new VimType Schema { get; } = new VimType<TooManyDevices>("TooManyDevices", InvalidVmConfig.Schema, static () => new TooManyDevices());

    public override VimType Type => Schema;
}

/// <summary>The target cannot run the hardware.</summary>
public class VirtualHardwareCompatibilityIssue : VmConfigFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualHardwareCompatibilityIssue>("VirtualHardwareCompatibilityIssue", VmConfigFault.Schema, static () => new VirtualHardwareCompatibilityIssue()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>The target cannot serve the device.</summary>
public class DeviceNotSupported : VirtualHardwareCompatibilityIssue, IVimData
{
    public static new VimType Schema { get; } = new VimType<DeviceNotSupported>("DeviceNotSupported", VirtualHardwareCompatibilityIssue.Schema, static () => new DeviceNotSupported())
        .Required("device", VimKinds.String, static o => o.Device, static (o, v) => o.Device = v)
        .Optional("reason", VimKinds.String, static o => o.Reason, static (o, v) => o.Reason = v);

    public override VimType Type => Schema;

    public string Device { get; set; } = "";

    public string? Reason { get; set; }
}

/// <summary>The device is remote.</summary>
public sealed class RemoteDeviceNotSupported : DeviceNotSupported, IVimData
{
    public static new VimType Schema { get; } = new VimType<RemoteDeviceNotSupported>("RemoteDeviceNotSupported", DeviceNotSupported.Schema, static () => new RemoteDeviceNotSupported());

    public override VimType Type => Schema;
}

/// <summary>A move failed.</summary>
public class MigrationFault : VimFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<MigrationFault>("MigrationFault", VimFault.Schema, static () => new MigrationFault()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>A host cannot move machines.</summary>
public sealed class MigrationFeatureNotSupported : MigrationFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<MigrationFeatureNotSupported>("MigrationFeatureNotSupported", MigrationFault.Schema, static () => new MigrationFeatureNotSupported()).AsBase()
        .Required("atSourceHost", VimKinds.Boolean, static o => o.AtSourceHost, static (o, v) => o.AtSourceHost = v)
        .Required("failedHostName", VimKinds.String, static o => o.FailedHostName, static (o, v) => o.FailedHostName = v)
        .Required("failedHost", VimKinds.Reference, static o => o.FailedHost, static (o, v) => o.FailedHost = v);

    public override VimType Type => Schema;

    public bool AtSourceHost { get; set; }

    public string FailedHostName { get; set; } = "";

    public ManagedObjectReference FailedHost { get; set; } = null!;
}

/// <summary>The hosts cannot move machines to each other.</summary>
public sealed class VMotionProtocolIncompatible : MigrationFault, IVimData
{
    public static new VimType Schema { get; } = new VimType<VMotionProtocolIncompatible>("VMotionProtocolIncompatible", MigrationFault.Schema, static () => new VMotionProtocolIncompatible());

    public override VimType Type => Schema;
}
