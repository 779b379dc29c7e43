namespace Portside.Host.Tagging;

/// <summary>What kind of tag a tag is, such as <c>environment</c>.</summary>
/// <param name="Id">Its id, such as <c>urn:vmomi:InventoryServiceCategory:…:GLOBAL</c>.</param>
/// <param name="Name">Its name, of which there is one only.</param>
/// <param name="Description">What it is for; may be empty.</param>
/// <param name="IsSingle">Whether an object has one of its tags at most.</param>
public sealed record TagCategory(string Id, string Name, string Description = "", bool IsSingle = false);
