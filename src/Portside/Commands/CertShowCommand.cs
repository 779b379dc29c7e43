using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside cert show</c>: thumbprints, from the server or from a file.</summary>
internal sealed class CertShowCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public CertShowCommand(GlobalOptions global)
        : base("show", "Show the thumbprints and the proxy URIs that pin them.")
    {
        var file = new Option<string?>("--file") { Description = "A certificate in a file, PEM or DER, instead of the server's.", HelpName = "FILE" };
        Add(file);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            var certificate = arguments.GetValue(file) is { } path ? OfFile(path) : await OfServerAsync(global, arguments, cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, certificate, CommandJson.Default.CertificateDescription);
                return ExitCode.Done;
            }

            if (certificate.ThumbprintSha1 is null)
            {
                caller.Error.WriteLine("the server has TLS off (vm.tls); there is no certificate");
                return ExitCode.Done;
            }

            caller.Out.WriteLine($"SHA-1    {SafeText.Of(certificate.ThumbprintSha1)}");
            caller.Out.WriteLine($"SHA-256  {SafeText.Of(certificate.ThumbprintSha256)}");
            caller.Out.WriteLine($"expires  {certificate.Expires:yyyy-MM-dd HH:mm} UTC");
            foreach (var uri in certificate.ProxyUris)
                caller.Out.WriteLine($"paste    {SafeText.Of(uri)}");
            return ExitCode.Done;
        });
    }

    /// <summary>A hash as vSphere and people read it.</summary>
    /// <param name="hash">The bytes.</param>
    /// <returns><c>AA:BB:…</c>.</returns>
    internal static string Thumbprint(byte[] hash) => string.Join(':', hash.Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));

    private static CertificateDescription OfFile(string path)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            return new CertificateDescription(
                Thumbprint(certificate.GetCertHash(HashAlgorithmName.SHA1)),
                Thumbprint(certificate.GetCertHash(HashAlgorithmName.SHA256)),
                new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
                []);
        }
        catch (CryptographicException e)
        {
            throw new CommandFailure(
                e.InnerException is FileNotFoundException ? ExitCode.NotFound : ExitCode.Failed,
                File.Exists(path) ? $"{path} is not a certificate in PEM or DER" : $"there is no file {path}");
        }
    }

    private static async Task<CertificateDescription> OfServerAsync(GlobalOptions global, ParseResult arguments, CancellationToken cancellation)
    {
        using var api = global.Connect(arguments);
        ServerDescription server = await api.GetServerAsync(cancellation);
        return new CertificateDescription(server.ThumbprintSha1, server.ThumbprintSha256, server.CertificateExpires, server.ProxyUris);
    }
}
