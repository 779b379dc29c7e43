using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>Faults as methods throw them, with words for people.</summary>
internal static class Fault
{
    /// <summary>Texts of a client that a fault repeats, at most: twenty thousand ended tasks keep theirs.</summary>
    private const int MaxText = 500;

    public static VimFaultException NotFound(ManagedObjectReference reference) => new(
        new ManagedObjectNotFound { Obj = reference.Value.Length <= MaxText ? reference : new(reference.Type, Short(reference.Value)) },
        $"The object '{Short(reference.ToString())}' has already been deleted or has not been completely created.");

    public static VimFaultException InvalidProperty(string type, string name) => new(
        new InvalidProperty { Name = name },
        $"A {type} has no property '{name}'.");

    public static VimFaultException InvalidArgument(string argument, string text) => new(
        new InvalidArgument { InvalidProperty = argument },
        $"A specified parameter was not correct: {argument}. {Short(text)}");

    public static VimFaultException InvalidPowerState(string? requested, string existing) => new(
        new InvalidPowerState { RequestedState = requested, ExistingState = existing },
        "The attempted operation cannot be performed in the current state" + $" ({existing}).");

    public static VimFaultException NotSupported(string text) => new(new NotSupported(), text);

    public static VimFaultException Duplicate(string name, ManagedObject other) => new(
        new DuplicateName { Name = name, Object = other.Reference },
        $"The name '{name}' already exists.");

    public static VimFaultException InvalidName(string name) => new(
        new InvalidName { Name = Short(name) },
        $"The name '{Short(name)}' is not valid: 1 to 80 characters are, without control characters.");

    public static VimFaultException InvalidState(string text) => new(new InvalidState(), text);

    public static VimFaultException NotFoundByName(string text) => new(new NotFound(), text);

    public static VimFaultException InvalidDatastorePath(string path) => new(
        new InvalidDatastorePath { DatastorePath = Short(path) },
        $"Invalid datastore path '{Short(path)}'.");

    public static VimFaultException FileNotFound(string path) => new(new FileNotFound { File = Short(path) }, $"File {Short(path)} was not found.");

    public static VimFaultException Generic(string reason) => new(new GenericVmConfigFault { Reason = reason }, reason);

    public static VimFaultException InvalidDevice(InvalidDeviceSpec fault, int index, string property, string text)
    {
        fault.DeviceIndex = index;
        fault.Property = $"deviceChange[{index}].{property}";
        return new(fault, $"Invalid configuration for device '{index}': {Short(text)}");
    }

    public static VimFaultException NoPermission(ManagedObject target, string privilege) => new(
        new NoPermission { Object = target.Reference, PrivilegeId = privilege },
        $"Permission to perform this operation was denied: {privilege} is needed.");

    private static string Short(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
