namespace Portside.Lines.Tls;

/// <summary>Whom a TLS handshake must find.</summary>
/// <param name="Host">The name or address that was dialled; empty for a peer that dialled us.</param>
/// <param name="Parameters">What its certificate must show, and the ciphers.</param>
/// <param name="Who">What to call it in errors, such as <c>proxy</c>.</param>
public sealed record TlsPeer(string Host, TlsParameters Parameters, string Who = "remote system");
