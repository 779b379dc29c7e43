using System.Xml.Linq;

namespace Portside.VSphere.Soap;

/// <summary>Takes elements out of a message while it is read.</summary>
/// <param name="name">Their local name.</param>
/// <param name="depth">How deep they are; the root is 0.</param>
/// <param name="take">Reads one; it is in the tree during the call, so that prefixes of its types are bound, and gone afterwards.</param>
internal sealed class SoapHandOut(string name, int depth, Action<XElement> take)
{
    /// <summary>What a property collector returns, page by page: <c>Envelope/Body/…Response/returnval/objects</c>.</summary>
    public const int ObjectDepth = 4;

    /// <summary>Their local name.</summary>
    public string Name => name;

    /// <summary>How deep they are.</summary>
    public int Depth => depth;

    /// <summary>Takes one.</summary>
    public void Take(XElement element)
    {
        take(element);
        element.Remove();
    }
}
