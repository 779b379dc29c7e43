using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>A field with one value: always there, or a reference that may be null.</summary>
internal sealed class SingleField<T, TValue>(string name, VimKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set)
    : VimField(name, kind, false)
    where T : VimObject
    where TValue : notnull
{
    public override VimValue? Get(VimObject owner) => get((T)owner) is { } value ? new(kind, false, value) : null;

    internal override void Write(VimWriter writer, VimObject owner)
    {
        // A required reference that its owner left out is absent too, rather than a crash.
        if (get((T)owner) is { } value)
            kind.Write(writer, Name, value);
    }

    internal override long Weigh(VimObject owner) => get((T)owner) is { } value ? kind.Weigh(Name, value) : 0;

    internal override void Read(XElement element, VimObject owner) => set((T)owner, kind.Read(element));
}

/// <summary>A field with one number or flag that may be unset.</summary>
internal sealed class OptionalValueField<T, TValue>(string name, VimKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set)
    : VimField(name, kind, false)
    where T : VimObject
    where TValue : struct
{
    public override VimValue? Get(VimObject owner) => get((T)owner) is { } value ? new(kind, false, value) : null;

    internal override void Write(VimWriter writer, VimObject owner)
    {
        if (get((T)owner) is { } value)
            kind.Write(writer, Name, value);
    }

    internal override long Weigh(VimObject owner) => get((T)owner) is { } value ? kind.Weigh(Name, value) : 0;

    internal override void Read(XElement element, VimObject owner) => set((T)owner, kind.Read(element));
}

/// <summary>A field that repeats.</summary>
internal sealed class ListField<T, TValue>(
    string name,
    VimKind<TValue> kind,
    Func<T, IReadOnlyList<TValue>> get,
    Action<T, IReadOnlyList<TValue>> set)
    : VimField(name, kind, true)
    where T : VimObject
    where TValue : notnull
{
    public override VimValue? Get(VimObject owner) => new VimValue(kind, true, get((T)owner));

    internal override void Write(VimWriter writer, VimObject owner)
    {
        foreach (var value in get((T)owner))
            kind.Write(writer, Name, value);
    }

    internal override long Weigh(VimObject owner)
    {
        var sum = 0L;
        foreach (var value in get((T)owner))
            sum += kind.Weigh(Name, value);
        return sum;
    }

    internal override void Read(XElement element, VimObject owner)
    {
        // The reader's own list while it reads: a second item finds the first one's.
        if (get((T)owner) is not List<TValue> list)
            set((T)owner, list = []);
        list.Add(kind.Read(element));
    }
}
