namespace Portside.Lines.Tls;

/// <summary>The peer is not the one a URI asks for, or does not offer the TLS it must.</summary>
/// <param name="message">What was wanted, what came, and what to write if that was right.</param>
public sealed class PeerVerificationException(string message) : Exception(message);
