using System.Security.Cryptography.X509Certificates;
using Portside.EndToEnd.Tests.Processes;
using Portside.Host.Ports;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Serial ports without a proxy, and programs nobody here wrote as their remote systems.</summary>
public sealed class DirectPortProgramTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _authority = TestCertificates.Authority("Test authority");
    private readonly X509Certificate2 _self = TestCertificates.SelfSigned("console.example");
    private readonly X509Certificate2 _signed;
    private readonly X509Certificate2 _expired;

    public DirectPortProgramTests()
    {
        _signed = TestCertificates.SignedBy(_authority, "console.example");
        _expired = TestCertificates.SignedBy(
            _authority, "console.example", TimeProvider.System.GetUtcNow().AddDays(-9), TimeProvider.System.GetUtcNow().AddDays(-2));
    }

    public void Dispose()
    {
        foreach (var certificate in new[] { _authority, _self, _signed, _expired })
            certificate.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_client_port_checks_openssls_server_by_every_parameter()
    {
        var self = await StartServerAsync(_self);
        await using var selfServer = self.Server;
        await AcceptedAsync(self, "");
        await AcceptedAsync(self, $"#thumbprint={Thumbprint.Format(Thumbprint.Sha1(_self))}");
        await AcceptedAsync(self, $"#thumbprint={Thumbprint.Format(Thumbprint.Sha256(_self))}");
        await AcceptedAsync(self, $"#certificate={Uri.EscapeDataString(_self.ExportCertificatePem())}");
        await RefusedAsync(self, $"#thumbprint={Thumbprint.Sha1(_signed)}", "another thumbprint");
        await RefusedAsync(self, $"#thumbprint={Thumbprint.Sha256(_signed)}", "another thumbprint");
        await RefusedAsync(self, $"#certificate={Uri.EscapeDataString(_signed.ExportCertificatePem())}", "is not the one the URI holds");
        await RefusedAsync(self, "#verify&peerName=console.example", "no trusted authority signed it");

        var signed = await StartServerAsync(_signed);
        await using var signedServer = signed.Server;
        await AcceptedAsync(signed, "#verify&peerName=console.example");
        await AcceptedAsync(signed, "#peerName=console.example&cipherList=TLS_AES_256_GCM_SHA384");
        await RefusedAsync(signed, "#peerName=other.example", "does not carry the name 'other.example'");
        await RefusedAsync(signed, "#verify", "does not carry the name '127.0.0.1'");

        var expired = await StartServerAsync(_expired);
        await using var expiredServer = expired.Server;
        await RefusedAsync(expired, "#verify&peerName=console.example", "it is valid from");

        var weak = await StartServerAsync(_self, "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-tls1_3");
        await using var weakServer = weak.Server;
        await using var port = NewPort($"ssl://127.0.0.1:{weak.Port}#cipherList=TLS_AES_256_GCM_SHA384", SerialDirection.Client);
        var lost = await port.WaitForAsync(s => s.LastReason is not null).WaitAsync(Patience.Limit);
        Assert.Contains("No TLS with ssl://127.0.0.1:", lost.LastReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_port_takes_openssls_client()
    {
        await using var port = NewPort("ssl://127.0.0.1:0", SerialDirection.Server);
        await using var client = ChildProcess.Start(
            Tool.Path("openssl", "openssl"), ["s_client", "-quiet", "-connect", (await ListeningAsync(port)).ToString()]);

        await ExchangeAsync(port, client);

        Assert.StartsWith("Tls1", port.Snapshot.Tls, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    public async Task A_client_port_dials_socat(string scheme)
    {
        var address = scheme == "tcp"
            ? "TCP-LISTEN:0,bind=127.0.0.1"
            : $"OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0,cert={Pem(_self)}";
        await using var socat = ChildProcess.Start(Tool.Path("socat", "socat"), ["-d", "-d", address, "STDIO"]);
        await socat.Error.WaitForAsync("listening on ");
        var line = await socat.Error.WaitForAsync("\n");
        await using var port = NewPort($"{scheme}://127.0.0.1:{line.Trim().Split(':')[^1]}", SerialDirection.Client);

        await ExchangeAsync(port, socat);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    public async Task A_server_port_takes_socat(string scheme)
    {
        await using var port = NewPort($"{scheme}://127.0.0.1:0", SerialDirection.Server);
        var at = await ListeningAsync(port);
        await using var socat = ChildProcess.Start(
            Tool.Path("socat", "socat"), ["STDIO", scheme == "tcp" ? $"TCP:{at}" : $"OPENSSL:{at},verify=0"]);

        await ExchangeAsync(port, socat);
    }

    /// <summary>Debian's telnet without a terminal sends what it reads; with BINARY refused or not, a line stays a line.</summary>
    [Fact]
    public async Task A_server_port_takes_telnet()
    {
        await using var port = NewPort("telnet://127.0.0.1:0", SerialDirection.Server);
        var at = await ListeningAsync(port);
        await using var telnet = ChildProcess.Start(Tool.Path("telnet", "telnet"), [at.Address.ToString(), at.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await telnet.Output.WaitForAsync("Escape character is");
        await telnet.Output.WaitForAsync("\n");
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience.Limit);

        await port.WriteAsync("login: "u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
        await telnet.Output.WaitForAsync("login: ");
        await telnet.WriteAsync("root!");
        Assert.Equal("root!"u8.ToArray(), await ReadAsync(port, 5));
    }

    private static async Task ExchangeAsync(DirectSerialPort port, ChildProcess peer)
    {
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience.Limit);
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\r\n\r\0\xFF\xFF"u8];
        await port.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
        Assert.Equal(bytes, await peer.Output.ReadAsync(bytes.Length));
        await peer.WriteAsync(bytes);
        Assert.Equal(bytes, await ReadAsync(port, bytes.Length));
    }

    private static async Task<byte[]> ReadAsync(DirectSerialPort port, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
            at += await port.ReadAsync(bytes.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
        return bytes;
    }

    private static async Task<System.Net.IPEndPoint> ListeningAsync(DirectSerialPort port) =>
        (await port.WaitForAsync(s => s.EndPoints.Count > 0).WaitAsync(Patience.Limit)).EndPoints[0];

    private async Task AcceptedAsync((ChildProcess Server, string Port) remote, string parameters)
    {
        await using var port = NewPort($"ssl://127.0.0.1:{remote.Port}{parameters}", SerialDirection.Client);
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience.Limit);
        await port.WriteAsync("greetings\n"u8.ToArray(), CancellationToken.None);
        await remote.Server.Output.WaitForAsync("greetings\n");
    }

    private async Task RefusedAsync((ChildProcess Server, string Port) remote, string parameters, string words)
    {
        await using var port = NewPort($"ssl://127.0.0.1:{remote.Port}{parameters}", SerialDirection.Client);
        var refused = await port.WaitForAsync(s => s.State == DirectSerialPortState.Refused).WaitAsync(Patience.Limit);
        Assert.Contains(words, refused.LastReason, StringComparison.Ordinal);
    }

    private async Task<(ChildProcess Server, string Port)> StartServerAsync(X509Certificate2 certificate, params string[] options)
    {
        var server = ChildProcess.Start(
            Tool.Path("openssl", "openssl"), ["s_server", "-accept", "127.0.0.1:0", "-cert", Pem(certificate), .. options]);
        await server.Output.WaitForAsync("ACCEPT 127.0.0.1:");
        return (server, (await server.Output.WaitForAsync("\n")).Trim());
    }

    /// <summary>A file with a certificate and its key.</summary>
    private string Pem(X509Certificate2 certificate)
    {
        var file = _directory[$"{Thumbprint.Sha1(certificate)}.pem"];
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        return file;
    }

    private DirectSerialPort NewPort(string uri, SerialDirection direction)
    {
        var port = new DirectSerialPort(new DirectSerialPortOptions
        {
            ServiceUri = NetworkUri.Parse(uri),
            Direction = direction,
            Certificate = System.Net.Security.SslStreamCertificateContext.Create(_self, null, offline: true),
            Tls = new TlsSettings { TrustedRoots = [_authority] },
        });
        port.Connect();
        return port;
    }
}
