using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Portside.VSphere.Client;

/// <summary>Sees whether a port speaks the other of http and https, where it does not understand the one that an address names.</summary>
/// <remarks>Nothing is sent but a question without any name: no user, no password, no cookie.</remarks>
internal static class OtherScheme
{
    /// <summary>Tries it.</summary>
    /// <param name="url">The address that was not understood.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether the other scheme is spoken there; false also where that cannot be told.</returns>
    public static async Task<bool> IsSpokenAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.IdnHost, url.Port, cancellation).ConfigureAwait(false);
            return url.Scheme == "https"
                ? await AnswersPlainAsync(client.GetStream(), cancellation).ConfigureAwait(false)
                : await AnswersTlsAsync(client.GetStream(), url.IdnHost, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersPlainAsync(NetworkStream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), cancellation).ConfigureAwait(false);
        var answer = new byte[5];
        var count = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return answer.AsSpan(0, count).SequenceEqual("HTTP/"u8);
    }

    private static async Task<bool> AnswersTlsAsync(NetworkStream stream, string host, CancellationToken cancellation)
    {
        // No certificate is believed: that one is shown says enough, and the connection ends with it.
        var isShown = false;
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        isShown = certificate is not null;
                        return false;
                    },
                },
                cancellation).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
        }

        return isShown;
    }
}
