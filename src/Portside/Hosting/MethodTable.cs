using System.Globalization;
using System.Text;
using Portside.Host.Api;
using Portside.Host.Inventory;

namespace Portside.Hosting;

/// <summary>What of the vSphere API there is, drawn from the tables by which calls are answered.</summary>
internal static class MethodTable
{
    /// <summary>Every method of every type, but for what a type has from another.</summary>
    /// <returns>By type and name.</returns>
    public static IReadOnlyList<MethodDescription> All() =>
        [.. ManagedTypes.All.SelectMany(type => Own(type).Select(method => new MethodDescription(type.Name, method.Name, method.Privilege)))];

    /// <summary>The page of the documentation.</summary>
    /// <returns>Markdown.</returns>
    public static string AsPage()
    {
        var types = ManagedTypes.All;
        var methods = types.Sum(type => Own(type).Count());
        var page = new StringBuilder();
        page.Append(
            $"""
            # What `portside host` knows of the vSphere API

            {methods} methods of {types.Count} types, as `portside host methods --markdown` writes them. Besides, every object has `Fetch`, by which pyVmomi 8
            and later read one property. Any other method is answered with `MethodNotFound`, any other property with `InvalidProperty`.
            `System.Anonymous` needs no login; a read-only user has `System.Anonymous`, `System.View` and `System.Read`.

            """.ReplaceLineEndings("\n"));
        foreach (var type in types)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {type.Name}\n\n");
            if (type.Base is { } parent)
                page.Append(CultureInfo.InvariantCulture, $"What a {parent.Name} has, and:\n\n");
            var set = type.Properties.Except(type.Base?.Properties ?? []).Where(property => !property.IsUnset).Select(property => $"`{property.Name}`").ToList();
            var unset = type.Properties.Except(type.Base?.Properties ?? []).Where(property => property.IsUnset).Select(property => $"`{property.Name}`").ToList();
            if (set.Count > 0)
                page.Append(CultureInfo.InvariantCulture, $"Properties: {string.Join(", ", set)}\n");
            if (unset.Count > 0)
                page.Append(CultureInfo.InvariantCulture, $"{(set.Count > 0 ? "\n" : "")}Always unset: {string.Join(", ", unset)}\n");
            if (!Own(type).Any())
                continue;
            page.Append(CultureInfo.InvariantCulture, $"{(set.Count + unset.Count > 0 ? "\n" : "")}| method | privilege |\n|---|---|\n");
            foreach (var method in Own(type))
                page.Append(CultureInfo.InvariantCulture, $"| `{method.Name}` | `{method.Privilege}` |\n");
        }

        return page.ToString();
    }

    private static IEnumerable<ManagedMethod> Own(ManagedType type) => type.Methods.Except(type.Base?.Methods ?? []);
}
