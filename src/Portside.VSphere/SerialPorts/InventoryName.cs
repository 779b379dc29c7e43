namespace Portside.VSphere.SerialPorts;

/// <summary>Names of vSphere's objects, and the paths they make.</summary>
public static class InventoryName
{
    // No inventory is as deep; one that goes in a circle would be.
    private const int MaxDepth = 64;

    /// <summary>A name as people write it: vSphere writes a slash, a backslash and a percent sign as %2f, %5c and %25, and nothing else so.</summary>
    /// <param name="name">The name as vSphere tells it.</param>
    /// <returns>The name.</returns>
    public static string Unescaped(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !name.Contains('%', StringComparison.Ordinal)
            ? name
            : name.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%5c", "\\", StringComparison.OrdinalIgnoreCase).Replace("%25", "%", StringComparison.Ordinal);
    }

    /// <summary>The path of a place, from the root on.</summary>
    /// <typeparam name="T">By what places are known.</typeparam>
    /// <param name="place">The place; null for the root.</param>
    /// <param name="find">Name and parent of a place; null where it is not known, which ends the path there.</param>
    /// <returns>Names, each after a slash; empty for the root.</returns>
    public static string PathOf<T>(T? place, Func<T, (string Name, T? Parent)?> find)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(find);
        var path = "";
        for (var depth = 0; depth < MaxDepth && place is not null && find(place) is (var name, var parent); depth++)
            (path, place) = ($"/{name}{path}", parent);
        return path;
    }
}
