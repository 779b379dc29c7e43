using System.Xml.Linq;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Soap;

/// <summary>What goes into an envelope and comes out of it.</summary>
public static class SoapEnvelope
{
    /// <summary>Writes a call.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Arguments in schema order; a null value is left out.</param>
    /// <param name="operationId">A name for the call in the server's logs.</param>
    public static void WriteRequest(
        Stream output,
        string method,
        ManagedObjectReference target,
        IEnumerable<KeyValuePair<string, VimValue?>> arguments,
        string? operationId = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var writer = new VimWriter(output);
        if (operationId is not null)
            writer.Header(operationId);
        writer.StartBody();
        writer.Start(method);
        writer.Reference("_this", null, target);
        foreach (var (name, value) in arguments)
        {
            if (value is { } given)
                writer.Plain(name, given);
        }
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="method">The method; the element's name must end in <c>Response</c>, or pyVmomi returns nothing in silence.</param>
    /// <param name="result">What it returns; null for nothing, a list for repeated values.</param>
    /// <param name="typed">Whether the value carries its type, as <c>Fetch</c>'s does.</param>
    public static void WriteResponse(Stream output, string method, VimValue? result, bool typed = false)
    {
        using var writer = new VimWriter(output);
        writer.StartBody();
        writer.Start(method + "Response");
        if (result is not { } value)
            return;
        if (typed)
            writer.Any("returnval", value);
        else
            writer.Plain("returnval", value);
    }

    /// <summary>Writes an answer whose values may be made while it is written, with a pause after each.</summary>
    /// <param name="output">Where it goes; written to, but never waited for.</param>
    /// <param name="method">The method.</param>
    /// <param name="result">What it returns; null for nothing, a list for repeated values.</param>
    /// <param name="typed">Whether the value carries its type, as <c>Fetch</c>'s does.</param>
    /// <param name="pause">Called after each value of a list, to send what has been written so far.</param>
    /// <returns>When the answer is written whole.</returns>
    public static async ValueTask WriteResponseAsync(
        Stream output,
        string method,
        VimValue? result,
        bool typed,
        Func<ValueTask> pause)
    {
        ArgumentNullException.ThrowIfNull(pause);
        if (result is not { IsList: true } list)
        {
            WriteResponse(output, method, result, typed);
            return;
        }

        using var writer = new VimWriter(output);
        writer.StartBody();
        writer.Start(method + "Response");
        if (typed)
            writer.Start("returnval", list.Kind.ArrayType);
        var name = typed ? list.Kind.ItemName : "returnval";
        foreach (var item in list.Kind.Items(list.Value))
        {
            list.Kind.WritePlain(writer, name, item);
            await pause().ConfigureAwait(false);
        }
    }

    /// <summary>Writes a fault.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="text">What people read.</param>
    /// <param name="fault">The fault. Its element is named after it, since pyVmomi looks the type up by that.</param>
    public static void WriteFault(Stream output, string text, MethodFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        using var writer = new VimWriter(output);
        writer.StartBody();
        writer.Fault(text, fault.TypeName + "Fault", fault);
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="input">The message.</param>
    /// <param name="limits">How much is taken; null for a client's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The elements returned (<c>returnval</c>), none for nothing.</returns>
    /// <exception cref="SoapException">It is no answer.</exception>
    /// <exception cref="VimFaultException">The answer is a fault.</exception>
    public static Task<IReadOnlyList<XElement>> ReadResponseAsync(
        Stream input,
        SoapLimits? limits = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ReadResponseAsync(input, limits ?? SoapLimits.Client, null, cancellation);
    }

    internal static async Task<IReadOnlyList<XElement>> ReadResponseAsync(
        Stream input,
        SoapLimits limits,
        SoapHandOut? handOut,
        CancellationToken cancellation)
    {
        var body = Body(await SoapDocument.LoadAsync(input, limits, cancellation, handOut).ConfigureAwait(false));
        var answer = body.Elements().FirstOrDefault() ?? throw new SoapException("The envelope's body is empty.");
        if (answer.Name.LocalName == "Fault")
            throw ReadFault(answer);
        if (!answer.Name.LocalName.EndsWith("Response", StringComparison.Ordinal))
            throw new SoapException($"Expected an answer, got the element '{answer.Name.LocalName}'.");
        return [.. answer.Elements().Where(child => child.Name.LocalName == "returnval")];
    }

    internal static XElement Body(XElement root)
    {
        if (root.Name.LocalName != "Envelope")
            throw new SoapException($"Expected a SOAP envelope, got the element '{Shorten(root.Name.LocalName)}'.");
        return root.Elements().FirstOrDefault(child => child.Name.LocalName == "Body")
            ?? throw new SoapException("The envelope has no body.");
    }

    private static VimFaultException ReadFault(XElement fault)
    {
        var text = fault.Elements().FirstOrDefault(child => child.Name.LocalName == "faultstring")?.Value ?? "";
        var detail = fault.Elements().FirstOrDefault(child => child.Name.LocalName == "detail")?.Elements().FirstOrDefault();
        if (detail is null)
            return new VimFaultException(new MethodFault { TypeName = "" }, text);
        if (SoapNames.TypeOf(detail) is null)
        {
            // An old server names the type by the element alone.
            var name = detail.Name.LocalName;
            var type = name.EndsWith("Fault", StringComparison.Ordinal) ? name[..^5] : name;
            detail = new XElement(detail);
            detail.SetAttributeValue(SoapNames.XsiType, type);
        }

        var known = VimTypes.Find(SoapNames.TypeOf(detail)!);
        if (known is not null && !known.Is("MethodFault"))
            throw new SoapException($"The fault's detail is a {known.Name}, which is no MethodFault.");
        return new VimFaultException(VimReader.ReadObject<MethodFault>(detail), text);
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
