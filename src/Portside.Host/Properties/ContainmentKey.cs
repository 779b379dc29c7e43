using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>What a container view was asked for.</summary>
/// <param name="Container">The container.</param>
/// <param name="Types">Types of the objects in it, or types that they extend; none for all.</param>
/// <param name="Recursive">Whether what is inside of what is inside counts.</param>
internal sealed record ContainmentKey(ManagedObjectReference Container, IReadOnlyList<string> Types, bool Recursive)
{
    public bool Equals(ContainmentKey? other) =>
        other is not null && Container == other.Container && Recursive == other.Recursive && Types.SequenceEqual(other.Types, StringComparer.Ordinal);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Container);
        hash.Add(Recursive);
        foreach (var type in Types)
            hash.Add(type, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
