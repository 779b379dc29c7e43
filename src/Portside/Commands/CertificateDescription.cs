namespace Portside.Commands;

/// <summary>A certificate's thumbprints, as <c>cert -o json</c> shows them.</summary>
/// <param name="ThumbprintSha1">SHA-1, as <c>AA:BB:…</c>; null where the server has TLS off.</param>
/// <param name="ThumbprintSha256">SHA-256, as <c>AA:BB:…</c>.</param>
/// <param name="Expires">When it expires.</param>
/// <param name="ProxyUris">What to paste into vSphere; empty for a file.</param>
internal sealed record CertificateDescription(
    string? ThumbprintSha1, string? ThumbprintSha256, DateTimeOffset? Expires, IReadOnlyList<string> ProxyUris);
