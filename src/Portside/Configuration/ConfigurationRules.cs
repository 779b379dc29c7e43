using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Links;

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
        }

        if (console.TelnetAddress is not null && !IPAddress.IsLoopback(console.TelnetAddress) && !options.InsecureConsoleAnywhere)
        {
            yield return Mistake("console.telnet", "console.telnet",
                $"console.telnet listens on {console.TelnetAddress}, where anybody may take any console without a password; "
                + "use 127.0.0.1, or say --insecure-console-anywhere if that is what you want");
        }

        if (!IPAddress.IsLoopback(options.Http.Listen.Address) && !options.Http.InsecureAnywhere)
        {
            yield return Mistake("http.listen", "http.listen",
                $"http.listen is {options.Http.Listen}, where anybody may take any console without a password; "
                + "use 127.0.0.1, or say --insecure-http-anywhere if that is what you want");
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

        bool Holds(IPEndPoint endpoint) =>
            console.TelnetAddress is { } address && Meet(address, endpoint.Address)
            && endpoint.Port >= console.FirstTelnetPort && endpoint.Port <= console.LastTelnetPort;

        // The one that somebody set is to blame; a default only if nobody set either.
        ConfigMistake Mistake(string key, string other, string message) =>
            new(origins[key].Kind == OriginKind.Default ? origins[other] : origins[key], message);
    }

    private static bool Meet(IPAddress a, IPAddress b) =>
        a.Equals(b) || (a.AddressFamily == b.AddressFamily && (IsAny(a) || IsAny(b)));

    private static bool IsAny(IPAddress address) =>
        address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
