using Portside.Api.Remote;
using Portside.VSphere.Client;

namespace Portside.Contexts;

/// <summary>One thing that a context may hold: a row of a table from which files are read, checked and written.</summary>
/// <param name="Path">Its key in the file, with its section: <c>vsphere.url</c>.</param>
/// <param name="Get">Its value in a context.</param>
/// <param name="With">A context with another value, or none.</param>
/// <param name="Read">What is wrong with a text; null when nothing is.</param>
internal sealed record ContextKey(string Path, Func<Context, string?> Get, Func<Context, string?, Context> With, Func<string, string?> Read)
{
    /// <summary>The key of the section with the login.</summary>
    public const string VSphere = "vsphere";

    /// <summary>All of them, in the order in which they are written.</summary>
    public static IReadOnlyList<ContextKey> All { get; } =
    [
        new("server", one => one.Server, (one, value) => one with { Server = value }, text => ServerAddress.Read(text, out _)),
        new("vsphere.url", one => one.Url, (one, value) => one with { Url = value }, ReadUrl),
        new("vsphere.user", one => one.User, (one, value) => one with { User = value }, ReadText),
        new("vsphere.passwordFile", one => one.PasswordFile, (one, value) => one with { PasswordFile = value }, ReadPath),
        new("vsphere.passwordCommand", one => one.PasswordCommand, (one, value) => one with { PasswordCommand = value }, ReadText),
        new("vsphere.thumbprint", one => one.Thumbprint, (one, value) => one with { Thumbprint = value }, ReadThumbprint),
        new("vsphere.caFile", one => one.CaFile, (one, value) => one with { CaFile = value }, ReadPath),
        new("vsphere.datacenter", one => one.Datacenter, (one, value) => one with { Datacenter = value }, ReadText),
    ];

    /// <summary>Its section; null for a key at the top.</summary>
    public string? Section => Path.StartsWith($"{VSphere}.", StringComparison.Ordinal) ? VSphere : null;

    /// <summary>Its name within the section.</summary>
    public string Name => Section is null ? Path : Path[(VSphere.Length + 1)..];

    /// <summary>Whether a text names a context.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? ReadName(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@')
            ? null
            : $"'{text}' is not a name for a context: a letter or digit and up to 63 letters, digits, '-', '_', '.' and '@' are";

    private static string? ReadUrl(string text) =>
        !VSphereAddress.TryParse(text, out var address, out var error) ? error
        : address.User is not null || address.Password is not null ? $"user and password do not belong into the address; write it as {address.Url}, with the user and where the password comes from beside it"
        : null;

    private static string? ReadText(string text) => text.Trim().Length > 0 && !text.Any(char.IsControl) ? null : $"'{text}' is empty, or holds control characters";

    // Whoever reads the file may be in another directory than whoever wrote it.
    private static string? ReadPath(string text) =>
        ReadText(text) ?? (System.IO.Path.IsPathRooted(text) ? null : $"'{text}' is not the whole path of a file, from / on");

    private static string? ReadThumbprint(string text) =>
        ServerTrust.TryReadThumbprint(text, out _) ? null : ServerTrust.NotAThumbprint(text);
}
