using Portside.Host.Inventory;
using Portside.VSphere.Soap;

namespace Portside.Host.Tagging;

/// <summary>All tags of a vCenter and their categories. What machines have of them is the machines' own.</summary>
public sealed class TagCatalog
{
    /// <summary>Categories, at most; a vCenter has 1,000.</summary>
    public const int MaxCategories = 256;

    /// <summary>Tags in all, at most.</summary>
    public const int MaxTags = 4096;

    /// <summary>Tags of one machine, at most.</summary>
    public const int MaxTagsOfMachine = 64;

    /// <summary>Characters of a name, at most, as at a vCenter.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Characters of a description, at most.</summary>
    public const int MaxDescriptionLength = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TagCategory> _categoriesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TagCategory> _categories = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Category, string Name), Tag> _tagsByName = [];
    private readonly Dictionary<string, Tag> _tags = new(StringComparer.Ordinal);

    /// <summary>Raised after a category or a tag was added: there is something new to keep.</summary>
    internal event Action? Changed;

    /// <summary>All categories, in the order they were made.</summary>
    public IReadOnlyList<TagCategory> Categories
    {
        get
        {
            lock (_lock)
                return [.. _categories.Values];
        }
    }

    /// <summary>All tags, in the order they were made.</summary>
    public IReadOnlyList<Tag> Tags
    {
        get
        {
            lock (_lock)
                return [.. _tags.Values];
        }
    }

    /// <summary>Reads <c>CATEGORY/NAME</c>.</summary>
    /// <param name="text">The text; what follows the first slash is the name.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Complaint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsName(text[..slash]) && IsName(text[(slash + 1)..])
            ? null
            : $"'{(text.Length <= 80 ? text : text[..80] + "…")}' is not a tag: CATEGORY/NAME is, each of 1 to {MaxNameLength} characters";
    }

    /// <summary>A category by id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Null if there is none.</returns>
    public TagCategory? FindCategory(string id)
    {
        lock (_lock)
            return _categories.GetValueOrDefault(id);
    }

    /// <summary>A tag by id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Null if there is none.</returns>
    public Tag? FindTag(string id)
    {
        lock (_lock)
            return _tags.GetValueOrDefault(id);
    }

    /// <summary>A tag by name; it and its category are made if need be.</summary>
    /// <param name="text"><c>CATEGORY/NAME</c>.</param>
    /// <returns>The tag.</returns>
    /// <exception cref="VimFaultException">The text is no such name, or there are too many.</exception>
    public Tag Ensure(string text)
    {
        if (Complaint(text) is { } complaint)
            throw Fault.InvalidArgument("tag", complaint + ".");
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        TryAddCategory(text[..slash], "", isSingle: false, out var category);
        TryAddTag(category, text[(slash + 1)..], "", out var tag);
        return tag;
    }

    /// <summary>Makes a category.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="isSingle">Whether an object has one of its tags at most.</param>
    /// <param name="category">The new one, or the one that has the name.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="VimFaultException">The name is none, or there are too many.</exception>
    public bool TryAddCategory(string name, string description, bool isSingle, out TagCategory category)
    {
        Check(name, description);
        lock (_lock)
        {
            if (_categoriesByName.TryGetValue(name, out category!))
                return false;
            if (_categories.Count >= MaxCategories)
                throw Fault.InvalidState($"There are {MaxCategories} categories of tags already.");
            category = new TagCategory(NewId("Category"), name, description, isSingle);
            Keep(category);
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Makes a tag.</summary>
    /// <param name="category">Its category.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="tag">The new one, or the one that has the name.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="VimFaultException">The name is none, or there are too many.</exception>
    public bool TryAddTag(TagCategory category, string name, string description, out Tag tag)
    {
        ArgumentNullException.ThrowIfNull(category);
        Check(name, description);
        lock (_lock)
        {
            if (_tagsByName.TryGetValue((category.Id, name), out tag!))
                return false;
            if (_tags.Count >= MaxTags)
                throw Fault.InvalidState($"There are {MaxTags} tags already.");
            tag = new Tag(NewId("Tag"), category, name, description);
            Keep(tag);
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Takes in what was there in an earlier run.</summary>
    internal void Restore(IEnumerable<TagCategory> categories, IEnumerable<(string Id, string Category, string Name, string Description)> tags)
    {
        lock (_lock)
        {
            foreach (var category in categories)
                Keep(category);
            foreach (var (id, category, name, description) in tags)
            {
                if (_categories.TryGetValue(category, out var known))
                    Keep(new Tag(id, known, name, description));
            }
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl);

    private static void Check(string name, string description)
    {
        if (!IsName(name))
            throw Fault.InvalidArgument("name", $"A name has 1 to {MaxNameLength} characters, none of them a control character.");
        if (description.Length > MaxDescriptionLength)
            throw Fault.InvalidArgument("description", $"A description has at most {MaxDescriptionLength} characters.");
    }

    private static string NewId(string what) => $"urn:vmomi:InventoryService{what}:{Guid.NewGuid()}:GLOBAL";

    private void Keep(TagCategory category)
    {
        _categories.Add(category.Id, category);
        _categoriesByName.Add(category.Name, category);
    }

    private void Keep(Tag tag)
    {
        _tags.Add(tag.Id, tag);
        _tagsByName.Add((tag.Category.Id, tag.Name), tag);
    }
}
