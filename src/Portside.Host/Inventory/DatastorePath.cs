namespace Portside.Host.Inventory;

/// <summary>A path in a datastore: <c>[datastore1] db1/db1.vmx</c>.</summary>
/// <param name="Datastore">Name of the datastore.</param>
/// <param name="File">The file in it; empty for the datastore itself.</param>
internal readonly record struct DatastorePath(string Datastore, string File)
{
    public static bool TryParse(string text, out DatastorePath path)
    {
        path = default;
        var end = text.IndexOf(']', StringComparison.Ordinal);
        if (text.Length == 0 || text[0] != '[' || end < 2 || text.Contains('\0', StringComparison.Ordinal))
            return false;
        path = new(text[1..end], text[(end + 1)..].Trim());
        return true;
    }

    public override string ToString() => File.Length == 0 ? $"[{Datastore}]" : $"[{Datastore}] {File}";
}
