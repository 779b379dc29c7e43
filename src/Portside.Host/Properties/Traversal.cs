namespace Portside.Host.Properties;

/// <summary>From objects of a type along one property, and on from there.</summary>
/// <param name="index">A number of its own in its plan, from 0 and dense.</param>
/// <param name="type">Type of the objects that it starts from, or one that they extend.</param>
/// <param name="path">The property that refers to the next objects.</param>
/// <param name="skip">Whether the next objects are only passed.</param>
internal sealed class Traversal(int index, string type, PropertyPath path, bool skip)
{
    public int Index { get; } = index;

    public string Type { get; } = type;

    public PropertyPath Path { get; } = path;

    public bool Skip { get; } = skip;

    /// <summary>Where the walk goes from the next objects. Set once: traversals refer to each other in circles.</summary>
    public Traversal[] Next { get; set; } = [];
}
