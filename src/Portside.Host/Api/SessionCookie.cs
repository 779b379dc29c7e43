namespace Portside.Host.Api;

/// <summary>The cookie that carries a session, in every spelling clients are known for.</summary>
/// <remarks>
/// pyVmomi sends back all of <c>Set-Cookie</c>, attributes too, and an empty header before login; Go sends name and value, without
/// quotes or with them; a proxy in between may add cookies of its own.
/// </remarks>
internal static class SessionCookie
{
    public const string Name = "vmware_soap_session";

    /// <summary>A client has one; more are tried so that a stale one does not hide it.</summary>
    private const int MaxCandidates = 8;

    /// <summary>What a login sets. <c>Secure</c> only over TLS: a client would not send it back over plain http.</summary>
    public static string ToSetCookie(string secret, bool secure) => $"{Name}=\"{secret}\"; Path=/; HttpOnly{(secure ? "; Secure" : "")}";

    /// <summary>What a logout sets.</summary>
    public static string ToRemove() => $"{Name}=\"\"; Path=/; HttpOnly; Max-Age=0";

    /// <summary>The values given for the session's cookie, in order.</summary>
    /// <param name="headers">The <c>Cookie</c> headers.</param>
    /// <returns>The values without quotes, empty ones left out.</returns>
    public static IEnumerable<string> Read(IEnumerable<string?> headers) => headers.SelectMany(Values).Take(MaxCandidates);

    private static IEnumerable<string> Values(string? header)
    {
        foreach (var part in (header ?? "").Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || !part.AsSpan(0, sign).TrimEnd().SequenceEqual(Name))
                continue;
            var value = part.AsSpan(sign + 1).Trim().Trim('"');
            if (!value.IsEmpty)
                yield return value.ToString();
        }
    }
}
