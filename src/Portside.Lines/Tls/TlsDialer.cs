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
            CertificateChainPolicy = ChainPolicy(roots, time),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (refusal = PeerVerification.Refuse(peer, certificate, chain, errors)) is null,
        };
        if (peer.Parameters.CipherList is { } list)
            options.CipherSuitesPolicy = CipherPolicy(list);

        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return stream;
        }
        catch (AuthenticationException) when (refusal is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new PeerVerificationException(refusal);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal static X509ChainPolicy ChainPolicy(X509Certificate2Collection? roots, TimeProvider time)
    {
        // Nobody looks up revocation lists for a console, and a lookup would stall the connection.
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    internal static CipherSuitesPolicy CipherPolicy(string list)
    {
        if (!CipherList.TryParse(list, out var suites, out var error))
            throw new PeerVerificationException($"Parameter 'cipherList': {error}");
        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
            throw new PeerVerificationException("Parameter 'cipherList' cannot be obeyed on this operating system; it rules its ciphers itself.");
        return new CipherSuitesPolicy(suites);
    }
}
