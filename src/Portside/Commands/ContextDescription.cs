using System.Text.Json.Serialization;
using Portside.Contexts;

namespace Portside.Commands;

/// <summary>A context, as <c>context ls -o json</c> shows it: where it leads and as whom; which certificates are trusted, and where the password is, <c>context show</c> says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsCurrent">Whether it is taken where nobody says another.</param>
/// <param name="Server">The concentrator's API.</param>
/// <param name="Url">The vCenter or ESXi.</param>
/// <param name="User">Who logs in there.</param>
/// <param name="Password">Where the password comes from: <c>file</c>, <c>command</c>, or null where it is asked for.</param>
/// <param name="Datacenter">The datacenter to which everything is limited.</param>
internal sealed record ContextDescription(
    string Name, [property: JsonPropertyName("current")] bool IsCurrent, string? Server, [property: JsonPropertyName("vcenter")] string? Url, string? User, string? Password, string? Datacenter)
{
    /// <summary>A context.</summary>
    public static ContextDescription Of(Context context, bool isCurrent) => new(
        context.Name,
        isCurrent,
        context.Server,
        context.Url,
        context.User,
        context.PasswordFile is not null ? "file" : context.PasswordCommand is not null ? "command" : null,
        context.Datacenter);
}
