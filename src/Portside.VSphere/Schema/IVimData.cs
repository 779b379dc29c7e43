namespace Portside.VSphere.Schema;

/// <summary>A data object type that knows its schema.</summary>
public interface IVimData
{
    /// <summary>Its fields in schema order, base type's first.</summary>
    static abstract VimType Schema { get; }
}
