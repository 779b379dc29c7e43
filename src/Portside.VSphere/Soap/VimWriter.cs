using System.Text;
using System.Xml;
using System.Xml.Linq;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Soap;

/// <summary>Writes vim25 values: fields in schema order, vim25's type names bare, XML Schema's with the prefix <c>xsd:</c>.</summary>
/// <remarks>govmomi leaves a value nil whose type has any other spelling; pyVmomi resolves prefixes, so they are bound as well.</remarks>
public sealed class VimWriter : IDisposable
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = false,
        CloseOutput = false,
        ConformanceLevel = ConformanceLevel.Document,
    };

    private readonly XmlWriter _xml;

    /// <summary>Begins an envelope.</summary>
    /// <param name="output">Where it goes; not closed.</param>
    public VimWriter(Stream output)
    {
        _xml = XmlWriter.Create(output, Settings);
        _xml.WriteStartDocument();
        _xml.WriteStartElement("soapenv", "Envelope", SoapNames.Soap);
        _xml.WriteAttributeString("xmlns", "soapenv", null, SoapNames.Soap);
        _xml.WriteAttributeString("xmlns", "xsd", null, SoapNames.Xsd);
        _xml.WriteAttributeString("xmlns", "xsi", null, SoapNames.Xsi);
    }

    /// <summary>Starts <c>Body</c>.</summary>
    public void StartBody() => _xml.WriteStartElement("soapenv", "Body", SoapNames.Soap);

    /// <summary>Writes <c>Header</c> with an operation id, which servers repeat in their logs.</summary>
    /// <param name="operationId">The id.</param>
    public void Header(string operationId)
    {
        _xml.WriteStartElement("soapenv", "Header", SoapNames.Soap);
        _xml.WriteElementString("operationID", operationId);
        _xml.WriteEndElement();
    }

    /// <summary>Starts an element of vim25.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="xsiType">Its <c>xsi:type</c>; null for none.</param>
    public void Start(string name, string? xsiType = null)
    {
        _xml.WriteStartElement(name, SoapNames.Vim);
        if (xsiType is not null)
            _xml.WriteAttributeString("xsi", "type", SoapNames.Xsi, xsiType);
    }

    /// <summary>Ends the element begun last.</summary>
    public void End() => _xml.WriteEndElement();

    /// <summary>An element with a text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="xsiType">Its <c>xsi:type</c>; null for none.</param>
    /// <param name="text">The text; characters that XML 1.0 cannot hold become U+FFFD.</param>
    public void Text(string name, string? xsiType, string text)
    {
        Start(name, xsiType);
        _xml.WriteString(Legal(text));
        End();
    }

    /// <summary>An element that refers to a managed object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="xsiType">Its <c>xsi:type</c>; null for none.</param>
    /// <param name="reference">The reference.</param>
    public void Reference(string name, string? xsiType, ManagedObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        _xml.WriteStartElement(name, SoapNames.Vim);
        _xml.WriteAttributeString("type", Legal(reference.Type));
        if (xsiType is not null)
            _xml.WriteAttributeString("xsi", "type", SoapNames.Xsi, xsiType);
        _xml.WriteString(Legal(reference.Value));
        End();
    }

    /// <summary>An element that holds a data object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="typed">Whether it carries <c>xsi:type</c>.</param>
    /// <param name="value">The object.</param>
    public void Object(string name, bool typed, VimObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Start(name, typed ? value.TypeName : null);
        Fields(value);
        End();
    }

    /// <summary>The fields of a data object, without an element around them.</summary>
    /// <param name="value">The object.</param>
    public void Fields(VimObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (var field in value.Type.Fields)
            field.Write(this, value);
        foreach (var element in value.Unknown)
            Kept(element);
    }

    /// <summary>An element of any type, which carries its type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    public void Any(string name, VimValue value)
    {
        if (value.IsList)
            value.Kind.WriteArray(this, name, value.Value);
        else
            value.Kind.WriteAny(this, name, value.Value);
    }

    /// <summary>What a method returns: one element, or one for each item of a list, typed only where the type demands it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    public void Plain(string name, VimValue value)
    {
        if (value.IsList)
            value.Kind.WriteRepeated(this, name, value.Value);
        else
            value.Kind.WritePlain(this, name, value.Value);
    }

    /// <summary>Hands what was written to the output, so that a long answer leaves in pieces.</summary>
    public void Flush() => _xml.Flush();

    /// <summary>Ends the envelope.</summary>
    public void Dispose()
    {
        _xml.WriteEndDocument();
        _xml.Dispose();
    }

    /// <summary>SOAP 1.1's fault: its parts are in no namespace, the detail in vim25's.</summary>
    internal void Fault(string text, string detail, VimObject fault)
    {
        _xml.WriteStartElement("soapenv", "Fault", SoapNames.Soap);
        Bare("faultcode", "ServerFaultCode");
        Bare("faultstring", text);
        _xml.WriteStartElement("", "detail", "");
        Object(detail, true, fault);
        _xml.WriteEndElement();
        _xml.WriteEndElement();
    }

    private void Bare(string name, string text)
    {
        _xml.WriteStartElement("", name, "");
        _xml.WriteString(Legal(text));
        _xml.WriteEndElement();
    }

    /// <summary>An element of a newer version, as it came: prefixes of types are taken off, as vSphere itself has none.</summary>
    private void Kept(XElement element)
    {
        _xml.WriteStartElement(element.Name.LocalName, SoapNames.Vim);
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            if (attribute.Name == SoapNames.XsiType)
                _xml.WriteAttributeString("xsi", "type", SoapNames.Xsi, KeptType(element, attribute.Value));
            else if (attribute.Name.NamespaceName.Length == 0)
                _xml.WriteAttributeString(attribute.Name.LocalName, attribute.Value);
        }

        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XElement child:
                    Kept(child);
                    break;
                case XText text:
                    _xml.WriteString(Legal(text.Value));
                    break;
            }
        }

        _xml.WriteEndElement();
    }

    private static string KeptType(XElement element, string type)
    {
        var colon = type.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return type;
        var space = element.GetNamespaceOfPrefix(type[..colon])?.NamespaceName;
        return (space == SoapNames.Xsd ? "xsd:" : "") + type[(colon + 1)..];
    }

    private static string Legal(string text)
    {
        foreach (var c in text)
        {
            if (c < ' ' && c is not ('\t' or '\n' or '\r') || c >= 0xD800)
                return Replace(text);
        }

        return text;
    }

    private static string Replace(string text)
    {
        var legal = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                legal.Append(text[i]).Append(text[++i]);
            else
                legal.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
        }

        return legal.ToString();
    }
}
