using System.Xml.Linq;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Soap;

/// <summary>One call: a method, the object it is for, and its arguments, read by name wherever they stand.</summary>
public sealed class SoapRequest
{
    private readonly XElement _body;

    private SoapRequest(XElement body, ManagedObjectReference target, string? operationId)
    {
        _body = body;
        This = target;
        OperationId = operationId;
    }

    /// <summary>Name of the method: the body's first element. <c>SOAPAction</c> says nothing that can be relied on.</summary>
    public string Method => _body.Name.LocalName;

    /// <summary>The object the method is for (<c>_this</c>).</summary>
    public ManagedObjectReference This { get; }

    /// <summary>The caller's name for the call (<c>operationID</c>); null if it gave none.</summary>
    public string? OperationId { get; }

    /// <summary>A call without arguments that did not come over the wire.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The object it is for.</param>
    /// <returns>The call.</returns>
    public static SoapRequest Of(string method, ManagedObjectReference target) => new(new XElement(XName.Get(method, SoapNames.Vim)), target, null);

    /// <summary>Reads a call.</summary>
    /// <param name="input">The message.</param>
    /// <param name="limits">How much is taken; null for a server's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The call.</returns>
    /// <exception cref="SoapException">It is none.</exception>
    public static async Task<SoapRequest> ReadAsync(Stream input, SoapLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        var root = await SoapDocument.LoadAsync(input, limits ?? SoapLimits.Server, cancellation).ConfigureAwait(false);
        var body = SoapEnvelope.Body(root);
        var method = body.Elements().FirstOrDefault() ?? throw new SoapException("The envelope's body names no method.");
        var target = Child(method, "_this") ?? throw new SoapException($"The call of {method.Name.LocalName} has no '_this'.");
        var operation = root.Elements().FirstOrDefault(child => child.Name.LocalName == "Header") is { } header
            ? Child(header, "operationID")?.Value
            : null;
        return new SoapRequest(method, VimKinds.Reference.Read(target), operation);
    }

    /// <summary>An argument that must be there.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How it is written.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="SoapException">It is missing, or not of its type.</exception>
    public T Required<T>(string name, VimKind<T> kind)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Read(Child(_body, name) ?? throw new SoapException($"{Method} needs the argument '{name}'."));
    }

    /// <summary>An argument that may be missing.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How it is written.</param>
    /// <param name="value">The argument.</param>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="SoapException">It is not of its type.</exception>
    public bool Has<T>(string name, VimKind<T> kind, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(kind);
        var element = Child(_body, name);
        value = element is null ? default : kind.Read(element);
        return element is not null;
    }

    /// <summary>An argument that may be missing.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How it is written.</param>
    /// <returns>The argument; null, or the type's default, if it is missing.</returns>
    /// <exception cref="SoapException">It is not of its type.</exception>
    public T? Optional<T>(string name, VimKind<T> kind)
        where T : notnull => Has(name, kind, out var value) ? value : default;

    /// <summary>An argument that repeats.</summary>
    /// <typeparam name="T">Type of an item.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How an item is written.</param>
    /// <returns>The items, none if it is missing.</returns>
    /// <exception cref="SoapException">One is not of its type.</exception>
    public IReadOnlyList<T> List<T>(string name, VimKind<T> kind)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(kind);
        return [.. _body.Elements().Where(child => child.Name.LocalName == name).Select(kind.Read)];
    }

    private static XElement? Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}
