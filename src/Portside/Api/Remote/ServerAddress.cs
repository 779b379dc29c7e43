namespace Portside.Api.Remote;

/// <summary>Where the API is: <c>http://127.0.0.1:13371</c>, <c>console.example.com:13371</c>, <c>https://example.com/portside</c>.</summary>
internal static class ServerAddress
{
    /// <summary>The API of a concentrator on this machine.</summary>
    public const string Default = "http://127.0.0.1:13371";

    private const int DefaultPort = 13371;

    /// <summary>Reads an address as people write it.</summary>
    /// <param name="text">A URL, or a host with or without a port.</param>
    /// <param name="server">The base of all paths; ends with a slash.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Read(string text, out Uri server)
    {
        server = new Uri(Default);
        var whole = text.Trim();
        // Neither a password nor what is left of one is repeated.
        if (whole.LastIndexOf('@') is var at and > 0 && whole.LastIndexOf(':', at) > whole.IndexOf("://", StringComparison.Ordinal))
            return $"the address of a server holds no user and no password; expected a URL such as {Default}";
        var isUrl = whole.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isUrl ? whole : $"http://{whole}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return $"'{text}' is not the address of a server; expected a URL such as {Default}";
        if (uri.Scheme is not ("http" or "https"))
            return $"'{text}' has the scheme {uri.Scheme}; the API speaks http or https";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return $"'{text}' carries more than a server's address; expected a URL such as {Default}";

        var builder = new UriBuilder(uri);
        if (!isUrl && uri.IsDefaultPort)
            builder.Port = DefaultPort;
        if (!builder.Path.EndsWith('/'))
            builder.Path += "/";
        server = builder.Uri;
        return null;
    }
}
