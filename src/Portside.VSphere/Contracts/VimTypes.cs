using System.Collections.Frozen;
using System.Xml.Linq;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Contracts;

/// <summary>Every data object type that is known by name.</summary>
public static partial class VimTypes
{
    private static readonly Lazy<FrozenDictionary<string, Entry>> ByName =
        new(() => All().ToFrozenDictionary(entry => entry.Type.Name, StringComparer.Ordinal));

    /// <summary>Every type.</summary>
    public static IEnumerable<VimType> Known => ByName.Value.Values.Select(entry => entry.Type);

    /// <summary>A type by name.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>Null if it is not known.</returns>
    public static VimType? Find(string name) => ByName.Value.GetValueOrDefault(name)?.Type;

    internal static VimKind? KindOf(string name) => ByName.Value.GetValueOrDefault(name)?.Kind;

    internal static VimValue ReadList(string item, XElement element) => ByName.Value[item].ReadList(element);

    private static Entry<T> Of<T>()
        where T : VimObject, IVimData => new();

    private abstract class Entry
    {
        public abstract VimType Type { get; }

        public abstract VimKind Kind { get; }

        public abstract VimValue ReadList(XElement element);
    }

    private sealed class Entry<T> : Entry
        where T : VimObject, IVimData
    {
        public override VimType Type => T.Schema;

        public override VimKind Kind => VimKinds.Object<T>();

        public override VimValue ReadList(XElement element) => VimReader.ReadList(element, VimKinds.Object<T>());
    }
}
