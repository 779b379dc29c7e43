using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Lines.Tls;

/// <summary>What both ends of a handshake have in common.</summary>
internal static class TlsHandshake
{
    /// <summary>Shakes hands; what is no success leaves nothing open.</summary>
    /// <param name="transport">It becomes the returned stream's own.</param>
    /// <param name="shake">One end's part of it.</param>
    /// <param name="refusal">Why the peer was refused; null when it was not.</param>
    /// <returns>The encrypted stream.</returns>
    public static async Task<SslStream> RunAsync(Stream transport, Func<SslStream, Task> shake, Func<string?> refusal)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await shake(stream).ConfigureAwait(false);
            return stream;
        }
        catch (Exception error)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (error is AuthenticationException && refusal() is { } reason)
                throw new PeerVerificationException(reason);
            throw;
        }
    }

    public static X509ChainPolicy ChainPolicy(X509Certificate2Collection? roots, TimeProvider time)
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

    public static CipherSuitesPolicy CipherPolicy(string list)
    {
        if (!CipherList.TryParse(list, out var suites, out var error))
            throw new PeerVerificationException($"Parameter 'cipherList': {error}");
        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
            throw new PeerVerificationException("Parameter 'cipherList' cannot be obeyed on this operating system; it rules its ciphers itself.");
        return new CipherSuitesPolicy(suites);
    }
}
