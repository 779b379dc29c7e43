using System.Xml.Linq;

namespace Portside.VSphere.Soap;

/// <summary>Names of SOAP 1.1, XML Schema and vim25.</summary>
internal static class SoapNames
{
    public const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    public const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";
    public const string Xsd = "http://www.w3.org/2001/XMLSchema";
    public const string Vim = "urn:vim25";

    public static readonly XName XsiType = XName.Get("type", Xsi);

    /// <summary>An element's <c>xsi:type</c> without its prefix; null if it has none.</summary>
    public static string? TypeOf(XElement element)
    {
        var type = (string?)element.Attribute(XsiType);
        return type is null ? null : type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
