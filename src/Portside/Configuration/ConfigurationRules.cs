using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.VSphere.Client;

namespace Portside.Configuration;

/// <summary>What must hold between keys, once each by itself is right.</summary>
internal static class ConfigurationRules
{
    /// <summary>Checks <paramref name="options"/> as a whole.</summary>
    /// <param name="options">The effective options.</param>
    /// <param name="origins">Where the value of every key came from.</param>
    /// <returns>What is wrong, each blamed on the key that somebody set.</returns>
    public static IEnumerable<ConfigMistake> Check(PortsideOptions options, IReadOnlyDictionary<string, Origin> origins)
    {
        var vm = options.Concentrator.Vm;
        var console = options.Concentrator.Console;

        if (console.LagBytes < console.ReplayBytes)
            yield return Mistake("console.lag", "console.replay", "console.lag is smaller than console.replay; a client would lose what it is shown on attach");

        if (vm.Key is not null && vm.Certificate is null)
            yield return Mistake("vm.key", "vm.key", "vm.key is set and vm.certificate is not; name the certificate that belongs to the key");
        if (vm.Tls != TlsPolicy.Off)
        {
            if (vm.Certificate is not null && !File.Exists(vm.Certificate))
                yield return Mistake("vm.certificate", "vm.certificate", $"vm.certificate: there is no file {vm.Certificate}");
            if (vm.Key is not null && !File.Exists(vm.Key))
                yield return Mistake("vm.key", "vm.key", $"vm.key: there is no file {vm.Key}");
            if (CertificateTrouble(vm.Certificate, vm.Key) is { } trouble)
                yield return Mistake("vm.certificate", "vm.key", trouble);
        }

        if (console.TelnetAddress is not null && !IPAddress.IsLoopback(console.TelnetAddress) && !options.InsecureConsoleAnywhere)
        {
            yield return Mistake("console.telnet", "console.telnet",
                $"console.telnet listens on {console.TelnetAddress}, where anybody may take any console without a password; "
                + $"use 127.0.0.1, or say {Way("console.telnet", "--insecure-console-anywhere", "console.insecureAnywhere")} if that is what you want");
        }

        if (!IPAddress.IsLoopback(options.Http.Listen.Address) && !options.Http.InsecureAnywhere)
        {
            yield return Mistake("http.listen", "http.listen",
                $"http.listen is {options.Http.Listen}, where anybody may take any console without a password; "
                + $"use 127.0.0.1, or say {Way("http.listen", "--insecure-http-anywhere", "http.insecureAnywhere")} if that is what you want");
        }

        foreach (var listen in vm.Listen)
        {
            if (listen.Port != 0 && listen.Port == options.Http.Listen.Port && Meet(listen.Address, options.Http.Listen.Address))
                yield return Mistake("http.listen", "vm.listen", $"vm.listen and http.listen both want {options.Http.Listen}");
            if (Holds(listen))
                yield return Mistake("console.telnet", "vm.listen", $"the range of console.telnet holds {listen}, which vm.listen wants");
        }

        if (Holds(options.Http.Listen))
            yield return Mistake("console.telnet", "http.listen", $"the range of console.telnet holds {options.Http.Listen}, which http.listen wants");

        var vsphere = options.VSphere;
        if (vsphere.Url is not null && !VSphereAddress.TryParse(vsphere.Url, out _, out var error))
            yield return Mistake("vsphere.url", "vsphere.url", $"vsphere.url: {error}");
        if (vsphere.Url is not null && (vsphere.User is null || vsphere.PasswordFile is null))
            yield return Mistake("vsphere.url", "vsphere.url", $"vsphere.url is set and {(vsphere.User is null ? "vsphere.user" : "vsphere.passwordFile")} is not; nobody is let in without");
        if (vsphere.Guard != GuardMode.Off && vsphere.Url is null)
            yield return Mistake("vsphere.guard", "vsphere.url", "vsphere.guard is on and vsphere.url is not set; nobody knows the machines without");
        if (vsphere.Thumbprint is not null && !ServerTrust.TryReadThumbprint(vsphere.Thumbprint, out _))
            yield return Mistake("vsphere.thumbprint", "vsphere.thumbprint", "vsphere.thumbprint is none: SHA-1 has 40 hex digits and SHA-256 has 64");

        bool Holds(IPEndPoint endpoint) =>
            console.TelnetAddress is { } address && Meet(address, endpoint.Address)
            && endpoint.Port >= console.FirstTelnetPort && endpoint.Port <= console.LastTelnetPort;

        // What is said in a file is best completed there.
        string Way(string key, string option, string other) => origins[key].Kind switch
        {
            OriginKind.File => $"{other}: true",
            OriginKind.Environment => $"{ConfigKeys.Find(other)!.Variable}=true",
            _ => option,
        };

        // The one that somebody set is to blame; a default only if nobody set either.
        ConfigMistake Mistake(string key, string other, string message) =>
            new(origins[key].Kind == OriginKind.Default ? origins[other] : origins[key], message);
    }

    /// <summary>Why a certificate that is there cannot be used with its key; null when it can, or is not there.</summary>
    private static string? CertificateTrouble(string? certificate, string? key)
    {
        if (certificate is null || !File.Exists(certificate) || (key is not null && !File.Exists(key)))
            return null;
        try
        {
            using var _ = X509Certificate2.CreateFromPemFile(certificate, key);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"vm.certificate: {e.Message.TrimEnd('.')}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return key is null
                ? $"vm.certificate: {certificate} does not hold a certificate in PEM and its unencrypted private key; a key in a file of its own is named by vm.key"
                : $"vm.certificate: {certificate} and the key in {key} are not a pair of unencrypted PEM files that belong together";
        }
    }

    private static bool Meet(IPAddress a, IPAddress b) =>
        a.Equals(b) || (a.AddressFamily == b.AddressFamily && (IsAny(a) || IsAny(b)));

    private static bool IsAny(IPAddress address) =>
        address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
