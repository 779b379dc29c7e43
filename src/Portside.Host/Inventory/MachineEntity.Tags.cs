using System.Collections.Immutable;
using Portside.Host.Tagging;

namespace Portside.Host.Inventory;

// The automation API alone knows of tags: no property tells them.
public sealed partial class MachineEntity
{
    private readonly Lock _tagLock = new();
    private ImmutableList<Tag> _tags = [];

    /// <summary>Its tags, in the order they were attached.</summary>
    public IReadOnlyList<Tag> Tags => Volatile.Read(ref _tags);

    /// <summary>Gives it a tag, unless it has it.</summary>
    /// <param name="tag">The tag.</param>
    /// <exception cref="VSphere.Soap.VimFaultException">It has too many, or another one of a category of which it may have one only.</exception>
    public void Attach(Tag tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        lock (_tagLock)
        {
            if (_tags.Contains(tag))
                return;
            if (_tags.Count >= TagCatalog.MaxTagsOfMachine)
                throw Fault.InvalidArgument("tag", $"'{Name}' has {TagCatalog.MaxTagsOfMachine} tags already.");
            if (tag.Category.IsSingle && _tags.Find(other => other.Category == tag.Category) is { } other)
                throw Fault.InvalidArgument("tag", $"'{Name}' has '{other.Name}' already, and of category '{tag.Category.Name}' it may have one tag only.");
            Volatile.Write(ref _tags, _tags.Add(tag));
        }

        Inventory.Changed(this);
    }

    /// <summary>Takes a tag from it, if it has it.</summary>
    /// <param name="tag">The tag.</param>
    public void Detach(Tag tag)
    {
        lock (_tagLock)
        {
            if (!_tags.Contains(tag))
                return;
            Volatile.Write(ref _tags, _tags.Remove(tag));
        }

        Inventory.Changed(this);
    }
}
