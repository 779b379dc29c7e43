using Portside.VSphere.Contracts;

namespace Portside.VSphere.Soap;

/// <summary>A method answered with a fault.</summary>
/// <param name="fault">The fault; of a type not known here it keeps its name and elements.</param>
/// <param name="text">What the server says to people.</param>
public sealed class VimFaultException(MethodFault fault, string text) : Exception(text)
{
    /// <summary>The fault.</summary>
    public MethodFault Fault { get; } = fault;

    /// <summary>As tasks and missing properties hold it.</summary>
    /// <returns>The fault with its text.</returns>
    public LocalizedMethodFault ToLocalized() => new() { Fault = Fault, LocalizedMessage = Message };
}
