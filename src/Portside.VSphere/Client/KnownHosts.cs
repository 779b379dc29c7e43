namespace Portside.VSphere.Client;

/// <summary>Files with a line of host and thumbprint for each server, as govc's <c>GOVC_TLS_KNOWN_HOSTS</c> names them.</summary>
public static class KnownHosts
{
    /// <summary>The thumbprints that a text has for a server.</summary>
    /// <param name="text">Lines such as <c>vcenter.example:443 0A:1B:…</c>; <c>#</c> begins a comment.</param>
    /// <param name="server">The server; 443 is the port of a line without one.</param>
    /// <returns>None if it has no line.</returns>
    /// <exception cref="FormatException">The server's line has no thumbprint.</exception>
    public static IReadOnlyList<string> Find(string text, Uri server)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(server);
        var found = new List<string>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !IsOf(words[0], server))
                continue;
            found.Add(words.Length > 1 && ServerTrust.TryReadThumbprint(string.Concat(words[1..]), out var hex)
                ? hex
                : throw new FormatException($"line {number} has no thumbprint of 40 or 64 hex digits for {words[0]}"));
        }

        return found;
    }

    private static bool IsOf(string host, Uri server)
    {
        var withPort = host.StartsWith('[') ? host.Contains("]:", StringComparison.Ordinal) : host.Count(c => c == ':') == 1;
        return (withPort ? host : $"{host}:443").Equals($"{server.Host}:{server.Port}", StringComparison.OrdinalIgnoreCase);
    }
}
