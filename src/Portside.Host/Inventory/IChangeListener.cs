namespace Portside.Host.Inventory;

/// <summary>One who is told of every change to the inventory, on the thread that makes it: it must be quick and must not wait.</summary>
public interface IChangeListener
{
    /// <summary>A property has another value.</summary>
    /// <param name="changed">The object.</param>
    /// <param name="property">The property's name.</param>
    void Changed(ManagedObject changed, string property);

    /// <summary>An object is gone.</summary>
    /// <param name="removed">The object.</param>
    void Removed(ManagedObject removed);
}
