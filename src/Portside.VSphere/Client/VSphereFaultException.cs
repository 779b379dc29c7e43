using Portside.VSphere.Contracts;

namespace Portside.VSphere.Client;

/// <summary>A method or a task answered with a fault.</summary>
/// <param name="fault">The fault; of a type not known here it keeps its name and its elements.</param>
/// <param name="message">What people read.</param>
/// <param name="inner">The cause.</param>
public sealed class VSphereFaultException(MethodFault fault, string message, Exception? inner = null)
    : VSphereException(message, FaultAdvice.Of(fault), inner)
{
    // What a fault says in more texts than these is in its raw form.
    private const int MostTexts = 6;

    /// <summary>The fault.</summary>
    public MethodFault Fault { get; } = fault;

    /// <summary>Name of its type, known or not.</summary>
    public string TypeName => Fault.TypeName;

    /// <summary>Whether it is of a type, or of one that extends it.</summary>
    /// <param name="name">Name of the type, such as <c>InvalidState</c>.</param>
    /// <returns>False for a type that is not known here, unless it is exactly this one.</returns>
    public bool Is(string name) => Is(Fault, name);

    internal static bool Is(MethodFault fault, string name) => fault.TypeName == name || fault.Type.Is(name);

    /// <summary>The exception for a fault, with all that it says in words.</summary>
    /// <param name="what">What was tried.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="text">The server's text.</param>
    /// <param name="inner">The cause.</param>
    internal static VSphereFaultException Of(string what, MethodFault fault, string? text, Exception? inner = null)
    {
        var words = new List<string>();
        Add(text);
        Add(fault switch
        {
            GenericVmConfigFault generic => generic.Reason,
            SystemError system => system.Reason,
            InvalidArgument argument when argument.InvalidProperty is { Length: > 0 } => $"the argument '{argument.InvalidProperty}' is not usable",
            InvalidProperty property => $"there is no property '{property.Name}'",
            _ => null,
        });
        foreach (var message in fault.FaultMessage)
            Add(message.Message);
        Add(fault.FaultCause?.LocalizedMessage);
        if (fault is InvalidVmConfig { Property: { Length: > 0 } place })
            words.Add($"at {ServerText.Of(place)}");
        var name = fault.TypeName.Length > 0 ? ServerText.Of(fault.TypeName) : "a fault without a type";
        return new VSphereFaultException(fault, $"{what}: {(words.Count == 0 ? name : $"{string.Join("; ", words)} ({name})")}", inner);

        void Add(string? word)
        {
            word = ServerText.Of(word).TrimEnd('.');
            if (word.Length > 0 && words.Count < MostTexts && !words.Any(known => known.Contains(word, StringComparison.OrdinalIgnoreCase)))
                words.Add(word);
        }
    }

    /// <summary>The fields of a fault that are not known here, as they came.</summary>
    /// <returns>Lines of XML; empty for none.</returns>
    public string RawXml() => string.Join('\n', Fault.Unknown.Select(element => element.ToString(System.Xml.Linq.SaveOptions.DisableFormatting)));
}
