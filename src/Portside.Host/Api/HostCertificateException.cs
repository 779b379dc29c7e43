namespace Portside.Host.Api;

/// <summary>A host's certificate that cannot be used or kept; the message says why.</summary>
/// <param name="message">Which file, and what is wrong.</param>
/// <param name="cause">What the system said.</param>
public sealed class HostCertificateException(string message, Exception cause) : Exception(message, cause);
