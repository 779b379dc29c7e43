using System.Diagnostics.CodeAnalysis;

namespace Portside.VSphere.Client;

/// <summary>Where a vCenter or an ESXi is, as people write it: <c>vcenter.example</c> or <c>https://user@vcenter.example:8443/sdk</c>.</summary>
public sealed record VSphereAddress
{
    private VSphereAddress(Uri url, string? user, string? password)
    {
        Url = url;
        User = user;
        Password = password;
    }

    /// <summary>The API, such as <c>https://vcenter.example/sdk</c>; without user and password.</summary>
    public Uri Url { get; }

    /// <summary>The user that the text named, or null.</summary>
    public string? User { get; }

    /// <summary>The password that the text held, or null.</summary>
    public string? Password { get; }

    /// <summary>Reads an address. Without a scheme it is https, without a path it is <c>/sdk</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">What is wrong, without repeating a password.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VSphereAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        var given = (text ?? "").Trim();
        if (given.Length == 0)
            error = "the address of the vCenter or ESXi is empty; write it as https://vcenter.example/sdk";
        else if (!given.Contains("://", StringComparison.Ordinal))
            given = "https://" + given;
        if (error is not null)
            return false;

        // A user is often a mail address, and a password anything: what is before the last '@' of the authority is theirs.
        var start = given.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = given.IndexOf('/', start);
        var at = (slash < 0 ? given[start..] : given[start..slash]).LastIndexOf('@');
        var (user, password) = at < 0 ? (null, null) : Credentials(given[start..(start + at)]);
        var bare = given[..start] + given[(start + at + 1)..];
        if (bare.Contains('@', StringComparison.Ordinal))
        {
            // What is before it may be the end of a password: nothing of the text is repeated.
            error = "an '@' stands behind the first '/' of the address: in a user or a password write / as %2F, ? as %3F, # as %23 and @ as %40, or say them by --user or GOVC_USERNAME and GOVC_PASSWORD";
            return false;
        }

        if (!Uri.TryCreate(bare, UriKind.Absolute, out var url) || url.Host.Length == 0)
            // What was to be a port may be a password whose server is missing.
            error = $"{(bare.IndexOf(':', start) < 0 ? $"'{bare}'" : "what is given")} is not an address; write it as https://vcenter.example/sdk";
        else if (url.Scheme is not ("https" or "http"))
            error = $"'{url.Scheme}://' is not a scheme of the vSphere API; write it as https://{url.Authority}/sdk";
        else if (url.Scheme == "http" && !url.IsLoopback)
            error = $"'{bare}' would send the password in clear; write it as https://{url.Authority}/sdk";
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            error = $"'{url.Query}{url.Fragment}' has no meaning in the address; write it as {url.Scheme}://{url.Authority}/sdk";
        if (error is not null)
            return false;
        var path = url!.AbsolutePath.TrimEnd('/');
        address = new VSphereAddress(new UriBuilder(url) { Path = path.Length == 0 ? "/sdk" : path }.Uri, user, password);
        return true;
    }

    /// <summary>The address without secrets.</summary>
    /// <returns>Such as <c>https://vcenter.example/sdk</c>.</returns>
    public override string ToString() => Url.ToString();

    private static (string User, string? Password) Credentials(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(text), null)
            : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }
}
