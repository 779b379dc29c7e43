using System.Net.Security;
using System.Security.Authentication;

namespace Portside.Lines.Tls;

/// <summary>The accepting end of TLS, whether it starts with the connection or within it.</summary>
/// <remarks>
/// A client is asked for a certificate only where the URI's parameters say what it must be; without them everybody may
/// come, encrypted.
/// </remarks>
public static class TlsAcceptor
{
    /// <summary>Shakes hands over <paramref name="transport"/> and checks the client, if the URI asks for that.</summary>
    /// <param name="transport">It becomes the returned stream's own.</param>
    /// <param name="certificate">This end's certificate with its key.</param>
    /// <param name="peer">Whom to expect.</param>
    /// <param name="settings">Versions and authorities.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <returns>The encrypted stream.</returns>
    /// <exception cref="PeerVerificationException">The client is not the one the URI asks for.</exception>
    /// <exception cref="AuthenticationException">No common version or cipher suite, or not TLS.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<SslStream> AuthenticateAsync(
        Stream transport, SslStreamCertificateContext certificate, TlsPeer peer, TlsSettings settings, CancellationToken cancellation)
    {
        string? refusal = null;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = settings.Protocols,
            AllowRenegotiation = false,
            ClientCertificateRequired = peer.Parameters.ChecksPeer,
        };
        if (peer.Parameters.ChecksPeer)
        {
            options.CertificateChainPolicy = TlsHandshake.ChainPolicy(settings.TrustedRoots, settings.Time);
            options.RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
                (refusal = PeerVerification.Refuse(peer, shown, chain, errors)) is null;
        }

        if (peer.Parameters.CipherList is { } list)
            options.CipherSuitesPolicy = TlsHandshake.CipherPolicy(list);
        return await TlsHandshake.RunAsync(
            transport, stream => stream.AuthenticateAsServerAsync(options, cancellation), () => refusal).ConfigureAwait(false);
    }
}
