using System.Xml.Linq;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Properties;

/// <summary>What a call returned, as it is on the wire.</summary>
internal sealed record Answer(IReadOnlyList<XElement> Returned)
{
    public static readonly XNamespace Vim = "urn:vim25";

    public bool IsEmpty => Returned.Count == 0;

    public ManagedObjectReference Reference => ReferenceOf(Returned.Single());

    public string? Token => Returned.SingleOrDefault()?.Element(Vim + "token")?.Value;

    public string Version => Returned.Single().Element(Vim + "version")!.Value;

    public bool IsTruncated => Returned.Single().Element(Vim + "truncated")?.Value == "true";

    /// <summary>Objects of a retrieval or a page of one: <c>vm-101 name=a config.version=vmx-13</c>, properties unset left out, missing ones with <c>?</c>.</summary>
    public string[] Objects => [.. Returned.SelectMany(item => item.Name.LocalName == "returnval" && item.Element(Vim + "obj") is null
        ? item.Elements(Vim + "objects")
        : [item]).Select(Describe)];

    /// <summary>Updates of all filters: <c>modify vm-101 name=b</c>, what became unset without a value.</summary>
    public string[] Updates => [.. Returned.Elements(Vim + "filterSet").Elements(Vim + "objectSet").Select(Describe)];

    /// <summary>Filters of which there are updates.</summary>
    public string[] Filters => [.. Returned.Elements(Vim + "filterSet").Elements(Vim + "filter").Select(e => e.Value)];

    public static string? TypeOf(XElement element) =>
        (string?)element.Attribute(XName.Get("type", "http://www.w3.org/2001/XMLSchema-instance"));

    public static ManagedObjectReference ReferenceOf(XElement element) => new((string)element.Attribute("type")!, element.Value);

    private static string Describe(XElement item)
    {
        List<string> words = [];
        if (item.Element(Vim + "kind") is { } kind)
            words.Add(kind.Value);
        words.Add(item.Element(Vim + "obj")!.Value);
        foreach (var property in item.Elements().Where(e => e.Name.LocalName is "propSet" or "changeSet"))
        {
            Assert.Equal(property.Name.LocalName == "changeSet" ? "assign" : null, property.Element(Vim + "op")?.Value);
            var value = property.Element(Vim + "val");
            if (value is not null)
                Assert.NotNull(TypeOf(value));
            words.Add(property.Element(Vim + "name")!.Value + (value is null ? "" : "=" + Shown(value)));
        }

        words.AddRange(item.Elements(Vim + "missingSet").Select(missing => missing.Element(Vim + "path")!.Value + "?"));
        return string.Join(' ', words);
    }

    private static string Shown(XElement value) => value.HasElements ? "<" + TypeOf(value) + ">" : value.Value;
}
