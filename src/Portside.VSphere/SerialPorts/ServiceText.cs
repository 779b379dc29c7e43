namespace Portside.VSphere.SerialPorts;

/// <summary>Reads and writes the label in a service URI: <c>name?port=LABEL</c>.</summary>
public static class ServiceText
{
    private const string Key = "port=";

    /// <summary>The label.</summary>
    /// <param name="serviceUri">A service URI.</param>
    /// <returns>Null without one.</returns>
    public static string? LabelOf(string serviceUri)
    {
        ArgumentNullException.ThrowIfNull(serviceUri);
        foreach (var part in QueryOf(serviceUri))
        {
            if (part.StartsWith(Key, StringComparison.Ordinal) && part.Length > Key.Length)
                return Uri.UnescapeDataString(part[Key.Length..].Replace('+', ' '));
        }

        return null;
    }

    /// <summary>Puts a label into a service URI, in place of the one that is there.</summary>
    /// <param name="serviceUri">A service URI.</param>
    /// <param name="label">The label; null takes it away.</param>
    /// <returns>The service URI with it; parameters of TLS stay at the end.</returns>
    public static string WithLabel(string serviceUri, string? label)
    {
        ArgumentNullException.ThrowIfNull(serviceUri);
        var hash = serviceUri.IndexOf('#', StringComparison.Ordinal);
        var (body, fragment) = hash < 0 ? (serviceUri, "") : (serviceUri[..hash], serviceUri[hash..]);
        var question = body.IndexOf('?', StringComparison.Ordinal);
        var parts = QueryOf(serviceUri).Where(part => !part.StartsWith(Key, StringComparison.Ordinal)).ToList();
        if (label is not null)
            parts.Add(Key + Uri.EscapeDataString(label));
        return (question < 0 ? body : body[..question]) + (parts.Count == 0 ? "" : "?" + string.Join('&', parts)) + fragment;
    }

    private static string[] QueryOf(string serviceUri)
    {
        var body = serviceUri.Split('#')[0];
        var question = body.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? [] : body[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries);
    }
}
