using System.Globalization;
using System.Text;
using Portside.Api.Contracts;
using Portside.Configuration;
using Portside.Output;

namespace Portside.Serve;

/// <summary>What <c>serve</c> shows when it is ready: where to connect, what to paste, where the logs are.</summary>
internal static class StartScreen
{
    /// <summary>The screen.</summary>
    /// <param name="server">The service.</param>
    /// <param name="loaded">What it was told, and where.</param>
    /// <returns>Lines of text.</returns>
    public static string Of(ServerDescription server, LoadedConfiguration loaded)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"portside {server.Version} is ready\n\n");
        var options = loaded.Options;
        var ways = options.Concentrator.Vm.Tls switch
        {
            Portside.Concentrator.Links.TlsPolicy.Off => "telnet",
            Portside.Concentrator.Links.TlsPolicy.Require => "TLS only",
            _ => "telnet and telnets alike",
        };
        Add("machines connect to", $"{string.Join(", ", server.VmAddresses)} ({ways})");
        Add("proxy URI to paste", [.. server.ProxyUris]);
        Add("", $"with direction Server and service URI vSPC.py{(server.ProxyUris.Count > 1 ? "; any one of these" : "")}");
        if (server.ThumbprintSha1 is not null)
            Add("", "telnets is encrypted, and the host checks the certificate by its SHA-1");
        if (server.ThumbprintSha1 is not null)
        {
            Add("certificate", $"SHA-1    {server.ThumbprintSha1}", $"SHA-256  {server.ThumbprintSha256}", $"expires  {server.CertificateExpires:yyyy-MM-dd}");
        }

        Add("consoles", server.ConsoleTelnet is { } range
            ? $"portside attach NAME, or telnet to {range}, a port for each machine"
            : "portside attach NAME");
        Add("HTTP API", server.HttpAddress ?? "-");
        Add("logs", server.LogDirectory ?? "off");
        Add("state", server.StateDirectory);
        Add("configuration", loaded.File ?? "defaults, environment and command line");
        foreach (var warning in Warnings(options))
            text.Append(CultureInfo.InvariantCulture, $"\nWARNING: {warning}\n");
        text.Append(server.Ports == 0
            ? "\nno virtual machine seen yet\n"
            : string.Create(CultureInfo.InvariantCulture, $"\n{server.Ports} {(server.Ports == 1 ? "port is" : "ports are")} known from before; none is connected yet\n"));
        return text.ToString();

        void Add(string name, params string[] values)
        {
            foreach (var value in values)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name,-20}  {SafeText.Of(value)}\n");
                name = "";
            }
        }
    }

    /// <summary>What an operator asked for and should think about again.</summary>
    /// <param name="options">The options in force.</param>
    /// <returns>Sentences.</returns>
    public static IEnumerable<string> Warnings(PortsideOptions options)
    {
        if (options.Concentrator.Console.TelnetAddress is { } console && !System.Net.IPAddress.IsLoopback(console))
            yield return $"console telnet listens on {console}: whoever reaches it may use every console, without a password";
        if (!System.Net.IPAddress.IsLoopback(options.Http.Listen.Address))
            yield return $"the HTTP API listens on {options.Http.Listen}: whoever reaches it may use every console, without a password";
    }
}
