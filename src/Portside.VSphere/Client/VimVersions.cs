using System.Xml.Linq;

namespace Portside.VSphere.Client;

/// <summary>Versions of the API: which one to speak with a server.</summary>
internal static class VimVersions
{
    /// <summary>Spoken where a server does not say what it knows.</summary>
    public const string Oldest = "6.0";

    // What is read here is read leniently, so a version newer than these would do as well; but servers compare by name.
    private static readonly string[] Known =
    [
        "9.0.0.0", "8.0.3.0", "8.0.2.0", "8.0.1.0", "8.0.0.1", "7.0.3.2", "7.0.3.1", "7.0.3.0", "7.0.2.1", "7.0.2.0", "7.0.1.1", "7.0.1.0",
        "7.0.0.2", "7.0.0.0", "6.9.1", "6.8.7", "6.7.3", "6.7.2", "6.7.1", "6.7", "6.5", "6.0", "5.5", "5.1", "5.0", "4.1", "4.0",
    ];

    /// <summary>The newest version that both know.</summary>
    /// <param name="document">Root of <c>vimServiceVersions.xml</c>.</param>
    /// <returns>Null if there is none.</returns>
    public static string? Newest(XElement document)
    {
        var offered = document.DescendantsAndSelf()
            .Where(element => element.Name.LocalName == "namespace" && Child(element, "name")?.Value.Trim() == "urn:vim25")
            .SelectMany(element => element.Descendants().Where(child => child.Name.LocalName == "version"))
            .Select(element => element.Value.Trim())
            .ToHashSet(StringComparer.Ordinal);
        return Known.FirstOrDefault(offered.Contains);
    }

    private static XElement? Child(XElement parent, string name) => parent.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}
