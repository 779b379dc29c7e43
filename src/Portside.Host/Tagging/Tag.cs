namespace Portside.Host.Tagging;

/// <summary>A tag that machines can have.</summary>
/// <param name="Id">Its id, such as <c>urn:vmomi:InventoryServiceTag:…:GLOBAL</c>.</param>
/// <param name="Category">Its category.</param>
/// <param name="Name">Its name, of which there is one only in its category.</param>
/// <param name="Description">What it is for; may be empty.</param>
public sealed record Tag(string Id, TagCategory Category, string Name, string Description = "");
