namespace Portside.VSphere.Client;

/// <summary>The server's certificate is not one that is trusted. Nothing was sent to it.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="next">What to do about it, or null.</param>
/// <param name="inner">The cause.</param>
public sealed class VSphereCertificateException(string message, string? next = null, Exception? inner = null)
    : VSphereTransportException(message, next, inner)
{
    /// <summary>SHA-256 of the certificate that was presented, as <c>AA:BB:…</c>.</summary>
    public string PresentedSha256 { get; init; } = "";
}
