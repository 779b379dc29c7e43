using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Lines.Tls;

/// <summary>The dialling end of TLS, whether it starts with the connection or within it.</summary>
public static class TlsDialer
{
    /// <summary>Shakes hands over <paramref name="transport"/> and checks the peer.</summary>
    /// <param name="transport">It becomes the returned stream's own.</param>
    /// <param name="peer">Whom to expect.</param>
    /// <param name="protocols">Versions to offer; none leaves it to the platform.</param>
    /// <param name="roots">Whom to trust besides nobody; null for the platform's authorities.</param>
    /// <param name="time">When certificates must be valid.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <returns>The encrypted stream.</returns>
    /// <exception cref="PeerVerificationException">The peer is not the one the URI asks for.</exception>
    /// <exception cref="AuthenticationException">No common version or cipher suite, or not TLS.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<SslStream> AuthenticateAsync(
        Stream transport,
        TlsPeer peer,
        SslProtocols protocols,
        X509Certificate2Collection? roots,
        TimeProvider time,
        CancellationToken cancellation)
    {
        string? refusal = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = peer.Host,
            EnabledSslProtocols = protocols,
            AllowRenegotiation = false,
            // A chain is built in any case; against the platform's authorities it costs milliseconds, which nobody wants who trusts without them.
            CertificateChainPolicy = TlsHandshake.ChainPolicy(peer.Parameters.RequiresTrust ? roots : [], time),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (refusal = PeerVerification.Refuse(peer, certificate, chain, errors)) is null,
        };
        if (peer.Parameters.CipherList is { } list)
            options.CipherSuitesPolicy = TlsHandshake.CipherPolicy(list);

        return await TlsHandshake.RunAsync(
            transport, stream => stream.AuthenticateAsClientAsync(options, cancellation), () => refusal).ConfigureAwait(false);
    }
}
