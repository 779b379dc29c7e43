using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>OpenSSL's own client on the port for machines.</summary>
public class OpensslTests
{
    [Fact]
    public async Task The_certificate_openssl_sees_has_the_thumbprints_that_are_shown()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        var seen = await ConnectAsync(server, "-showcerts");
        Assert.Contains("BEGIN CERTIFICATE", seen.Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches("TLSv1\\.[23]", seen.Output);

        var shown = (await server.RunAsync("cert", "show", "-o", "json")).Json;
        foreach (var (hash, name) in new[] { ("-sha1", "thumbprintSha1"), ("-sha256", "thumbprintSha256") })
        {
            var fingerprint = (await OpensslAsync(seen.Output, "x509", "-noout", "-fingerprint", hash)).Succeeded().Output.Split('=')[1].Trim();
            Assert.Equal(fingerprint, server.Description.GetProperty(name).GetString());
            Assert.Equal(fingerprint, (await server.GetAsync("/v1/server")).GetProperty(name).GetString());
            Assert.Equal(fingerprint, shown.GetProperty(name).GetString());
            if (hash == "-sha1")
            {
                Assert.Contains(
                    server.Description.GetProperty("proxyUris").EnumerateArray(),
                    uri => uri.GetString() == $"telnets://127.0.0.1:{server.VmPort}#thumbprint={fingerprint}");
            }
        }

        await server.StopAsync();

        // It is made once: whoever pinned it must not be locked out by a restart.
        await using var again = await PortsideProcess.StartAsync(server.Setup);
        Assert.Equal(
            server.Description.GetProperty("thumbprintSha256").GetString(),
            again.Description.GetProperty("thumbprintSha256").GetString());
        await again.StopAsync();
    }

    [Fact]
    public async Task Versions_of_TLS_that_nobody_should_use_any_more_are_refused()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        Assert.NotEqual(0, (await ConnectAsync(server, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")).ExitCode);
        (await ConnectAsync(server, "-tls1_2")).Succeeded();
        (await ConnectAsync(server, "-tls1_3")).Succeeded();
        await server.StopAsync();
    }

    [Fact]
    public async Task A_TLS_client_on_a_port_without_TLS_is_refused_at_once_and_listed_with_the_reason()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--vm-tls", "off");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, server.Description.GetProperty("thumbprintSha256").ValueKind);

        var refused = await ConnectAsync(server);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("handshake failure", refused.Error, StringComparison.Ordinal);

        var listed = (await server.RunAsync("ls", "--rejected")).Succeeded().Output;
        Assert.Contains("tls-off", listed, StringComparison.Ordinal);
        await server.StopAsync();
    }

    private static Task<CommandResult> ConnectAsync(PortsideProcess server, params string[] options) =>
        OpensslAsync("", ["s_client", "-connect", $"127.0.0.1:{server.VmPort}", .. options]);

    private static Task<CommandResult> OpensslAsync(string input, params string[] arguments) =>
        ChildProcess.RunAsync(Tool.Path("openssl", "openssl"), arguments, input);
}
