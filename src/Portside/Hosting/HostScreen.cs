using System.Globalization;
using System.Net;
using System.Text;
using Portside.Output;

namespace Portside.Hosting;

/// <summary>What <c>host</c> shows when it is ready: where the API is, who may log in, and what to paste.</summary>
internal static class HostScreen
{
    /// <summary>The screen.</summary>
    /// <param name="host">The service.</param>
    /// <param name="settings">What it was told.</param>
    /// <returns>Lines of text.</returns>
    public static string Of(HostDescription host, HostSettings settings)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"portside host {host.Version} is ready\n\n");
        Add("vSphere API", [.. new[] { host.Url, host.HttpUrl }.OfType<string>()]);
        Add("shape", host.Shape == "vcenter"
            ? $"a vCenter with {host.Hosts.Count} {(host.Hosts.Count == 1 ? "host" : "hosts")} in a cluster: {string.Join(", ", host.Hosts)}"
            : $"a host by itself: {host.Hosts[0]}");
        Add("user", host.User, host.Password is { } password ? $"password {password} (made for this run)" : "password as given");
        if (host.ReadOnlyUser is { } reader)
            Add("may look", reader, host.ReadOnlyPassword is { } readers ? $"password {readers} (made for this run)" : "password as given");
        if (host.ThumbprintSha1 is not null)
            Add("certificate", $"SHA-1    {host.ThumbprintSha1}", $"SHA-256  {host.ThumbprintSha256}");
        Add("state", host.StateDirectory ?? "none is kept; --state DIR keeps it");
        Add("machines", host.Machines == 0 ? "none yet" : host.Machines.ToString(CultureInfo.InvariantCulture));

        text.Append("\nto try it:\n");
        text.Append(CultureInfo.InvariantCulture, $"  export GOVC_URL={ShellWord.Of(host.Url ?? host.HttpUrl!)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  export GOVC_USERNAME={ShellWord.Of(host.User)} GOVC_PASSWORD={(host.Password is { } made ? ShellWord.Of(made) : "…")}\n");
        if (host.Url is not null)
        {
            text.Append(host.CertificateFile is { } file
                ? $"  export GOVC_TLS_CA_CERTS={ShellWord.Of(file)}\n"
                : "  export GOVC_INSECURE=1\n");
        }

        text.Append("  govc vm.create -on=false -g otherLinux64Guest vm1\n");
        text.Append("  govc device.serial.add -vm vm1\n");
        text.Append("  govc device.serial.connect -vm vm1 -device serialport-9000 -vspc-proxy telnet://127.0.0.1:13370 vSPC.py\n");
        text.Append("  govc vm.power -on vm1\n");
        foreach (var warning in Warnings(settings))
            text.Append(CultureInfo.InvariantCulture, $"\nWARNING: {warning}\n");
        return text.ToString();

        void Add(string name, params string[] values)
        {
            foreach (var value in values)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name,-13}  {SafeText.Of(value)}\n");
                name = "";
            }
        }
    }

    /// <summary>What somebody asked for and should think about again.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <returns>Sentences.</returns>
    public static IEnumerable<string> Warnings(HostSettings settings)
    {
        foreach (var address in settings.Http.Where(address => !IPAddress.IsLoopback(address.Address)))
            yield return $"the API listens on {address} without TLS: passwords and consoles' addresses can be read on the way";
        foreach (var address in settings.Https.Where(address => !IPAddress.IsLoopback(address.Address)))
            yield return $"the API listens on {address}: whoever has a password can make this computer connect to any address";
        if (settings.AllowPrograms)
            yield return "guests may be programs of this computer: whoever may configure a machine can run what he likes here";
        if (settings.AllowLocalEnds)
            yield return "machines may have this computer's sockets and serial devices behind their ports";
    }
}
