namespace Portside.Host.Proxies;

/// <summary>The proxy is not the one its URI asks for, or does not offer the TLS it must.</summary>
/// <param name="message">What was wanted, what came, and what to write if that was right.</param>
public sealed class ProxyVerificationException(string message) : Exception(message);
