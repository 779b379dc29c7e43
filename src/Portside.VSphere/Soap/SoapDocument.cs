using System.Xml;
using System.Xml.Linq;

namespace Portside.VSphere.Soap;

/// <summary>Reads an envelope: no DTDs, no entities, bounded in size, count and depth.</summary>
internal static class SoapDocument
{
    // What the tree takes, in bytes, besides the characters.
    private const int ElementWeight = 120;
    private const int AttributeWeight = 100;
    private const int TextWeight = 80;

    /// <summary>Reads an envelope whole.</summary>
    /// <param name="input">The message.</param>
    /// <param name="limits">How much is taken.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="handOut">Takes elements out of the tree as soon as they are whole, so that thousands need not be in memory at once; null for none.</param>
    /// <returns>The root.</returns>
    /// <exception cref="SoapException">It is no XML, has a DTD, or is beyond a limit.</exception>
    public static async Task<XElement> LoadAsync(Stream input, SoapLimits limits, CancellationToken cancellation, SoapHandOut? handOut = null)
    {
        var settings = new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.Characters,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CloseInput = false,
        };
        try
        {
            using var reader = XmlReader.Create(input, settings);
            return await ReadAsync(reader, limits, handOut, cancellation).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            throw new SoapException($"The message is not XML as SOAP uses it: {e.Message}", e);
        }
    }

    private static async Task<XElement> ReadAsync(XmlReader reader, SoapLimits limits, SoapHandOut? handOut, CancellationToken cancellation)
    {
        XElement? root = null;
        XElement? current = null;
        var elements = 0;
        long kept = 0;
        long keptBefore = 0;
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= limits.Depth)
                        throw new SoapException($"The message nests deeper than {limits.Depth} elements.");
                    if (++elements > limits.Elements)
                        throw new SoapException($"The message has more than {limits.Elements} elements.");
                    if (reader.AttributeCount > limits.Attributes)
                        throw new SoapException($"An element has {reader.AttributeCount} attributes, more than {limits.Attributes}.");
                    if (handOut is not null && IsHandedOut(reader, handOut))
                        keptBefore = kept;
                    var element = NewElement(reader);
                    kept += ElementWeight + element.Attributes().Sum(static attribute => AttributeWeight + (2L * attribute.Value.Length));
                    current?.Add(element);
                    root ??= element;
                    if (!reader.IsEmptyElement)
                        current = element;
                    break;
                case XmlNodeType.EndElement:
                    var parent = current?.Parent;
                    if (handOut is not null && IsHandedOut(reader, handOut))
                    {
                        handOut.Take(current!);
                        kept = keptBefore;
                    }

                    current = parent;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    var text = await reader.GetValueAsync().ConfigureAwait(false);
                    kept += TextWeight + (2L * text.Length);
                    current?.Add(new XText(text));
                    break;
            }

            if (kept > limits.Kept)
                throw new SoapException($"The message takes more than {limits.Kept >> 20} MiB of memory.");
        }

        return root ?? throw new SoapException("The message is empty.");
    }

    private static bool IsHandedOut(XmlReader reader, SoapHandOut handOut) => reader.Depth == handOut.Depth && reader.LocalName == handOut.Name;

    private static XElement NewElement(XmlReader reader)
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        while (reader.MoveToNextAttribute())
        {
            // An attribute named xmlns is in the namespace of namespaces, but XLinq wants its name without one.
            var name = reader is { Prefix: "", LocalName: "xmlns" }
                ? XName.Get("xmlns")
                : XName.Get(reader.LocalName, reader.NamespaceURI);
            element.Add(new XAttribute(name, reader.Value));
        }

        reader.MoveToElement();
        return element;
    }
}
