using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>Faults as methods throw them, with words for people.</summary>
internal static class Fault
{
    public static VimFaultException NotFound(ManagedObjectReference reference) => new(
        new ManagedObjectNotFound { Obj = reference },
        $"The object '{reference}' has already been deleted or has not been completely created.");

    public static VimFaultException InvalidProperty(string type, string name) => new(
        new InvalidProperty { Name = name },
        $"A {type} has no property '{name}'.");

    public static VimFaultException InvalidArgument(string argument, string text) => new(
        new InvalidArgument { InvalidProperty = argument },
        $"A specified parameter was not correct: {argument}. {text}");

    public static VimFaultException InvalidPowerState(string? requested, string existing) => new(
        new InvalidPowerState { RequestedState = requested, ExistingState = existing },
        "The attempted operation cannot be performed in the current state" + $" ({existing}).");

    public static VimFaultException NotSupported(string text) => new(new NotSupported(), text);
}
