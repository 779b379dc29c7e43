using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Portside.Host.Proxies;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet;

namespace Portside.SerialPorts;

/// <summary>Looks from here whether a concentrator can be reached by name and port, and shows the certificate that is expected.</summary>
internal static class ProxyProbe
{
    private static readonly byte[] NoOperation = [TelnetCommand.Iac, TelnetCommand.Nop];

    /// <summary>Asks.</summary>
    /// <param name="uri">The proxy URI.</param>
    /// <param name="within">How long the whole may take.</param>
    /// <param name="clock">For the time-out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>One result, or two where a certificate is to be seen.</returns>
    public static async Task<IReadOnlyList<CheckResult>> AskAsync(ProxyUri uri, TimeSpan within, TimeProvider clock, CancellationToken cancellation)
    {
        var where = $"{uri.Host}:{uri.Port}";
        using var limit = new CancellationTokenSource(within, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(uri.Host, uri.Port, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [new("proxy", where, "failed", $"no connection from here within {within.TotalSeconds:0} seconds", "see which firewall is in between")];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        {
            return [new("proxy", where, "failed", $"the name {uri.Host} is not known here", "put a name or address into the proxy URI that every host can resolve: --proxy-host")];
        }
        catch (SocketException e)
        {
            return [new("proxy", where, "failed", $"no connection from here: {e.Message.TrimEnd('.')}", "see whether the concentrator runs: portside ls --server http://CONCENTRATOR:13371")];
        }

        var proxy = new CheckResult("proxy", where, "ok", $"reached at {client.Client.RemoteEndPoint}");
        if (!uri.RequiresTls)
            return [proxy];
        try
        {
            var stream = uri.Scheme == NetworkScheme.Telnets ? client.GetStream() : await InBandTls.BeginAsync(client.GetStream(), patience.Token);
            return [proxy, stream is null
                ? new("certificate", where, "failed", "no TLS: it offers none within telnet, and the URI makes it a must", "see whether the concentrator has TLS turned off (vm.tls), or leave out what follows '#'") { LacksTls = true }
                : await HandshakeAsync(stream, client.Client, uri, where, patience.Token)];
        }
        catch (Exception e) when ((e is AuthenticationException or IOException) || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return [proxy, new("certificate", where, "failed", $"no TLS: {(e is OperationCanceledException ? "no answer" : e.Message.TrimEnd('.'))}", "see whether it is a concentrator's port for machines, with TLS") { LacksTls = true }];
        }
    }

    private static async Task<CheckResult> HandshakeAsync(Stream stream, Socket socket, ProxyUri uri, string where, CancellationToken patience)
    {
        X509Certificate2? shown = null;
        var errors = SslPolicyErrors.None;
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = uri.Parameters.PeerName ?? uri.Host,

                // Whoever answers names the addresses in its certificate: nothing is fetched from there.
                CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },

                // It is looked at and compared below; nothing that matters is sent over this connection.
                RemoteCertificateValidationCallback = (_, certificate, _, found) =>
                {
                    shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                    errors = found;
                    return shown is not null;
                },
            },
            patience);
        await TakeLeaveAsync(tls, socket, patience);
        using var certificate = shown;
        if (certificate is null)
            return new("certificate", where, "failed", "it shows no certificate");
        var sha1 = Thumbprint.Format(Thumbprint.Sha1(certificate));
        const string next = "portside port set MACHINE --to http://CONCENTRATOR:13371 puts in the one it has";
        if (uri.Parameters.Thumbprint is { } wanted)
        {
            return Thumbprint.TryParse(wanted, out var hex, out _) && (hex == Thumbprint.Sha1(certificate) || hex == Thumbprint.Sha256(certificate))
                ? new("certificate", where, "ok", $"shows the one that is expected ({sha1})")
                : new("certificate", where, "failed", $"shows {sha1}, expected is {(hex is null ? wanted : Thumbprint.Format(hex))}", next);
        }

        if (!uri.Parameters.Certificate.IsEmpty)
        {
            return uri.Parameters.Certificate.Span.SequenceEqual(certificate.RawDataMemory.Span)
                ? new("certificate", where, "ok", $"shows the one that is expected ({sha1})")
                : new("certificate", where, "failed", $"shows another certificate than the one in the URI ({sha1})", next);
        }

        return uri.Parameters.RequiresTrust && errors != SslPolicyErrors.None
            ? new("certificate", where, "unknown", $"not trusted from here ({errors}); what counts is whom the hosts trust; it shows {sha1}", next)
            : new("certificate", where, "ok", uri.Parameters.RequiresTrust ? $"trusted ({sha1})" : $"any is believed, as the URI pins none; it shows {sha1}");
    }

    /// <summary>A host that leaves without a word does so because of the certificate; this one has a word to say.</summary>
    private static async Task TakeLeaveAsync(SslStream tls, Socket socket, CancellationToken patience)
    {
        try
        {
            await tls.WriteAsync(NoOperation, patience);
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[1024];
            while (await tls.ReadAsync(buffer, patience) > 0)
            {
                // Unread bytes would make the close a reset, which overtakes the word.
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // What was to be seen was seen.
        }
    }
}
