using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Machines;
using Portside.Host.Ports;
using Portside.Lines.Tls;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>Programs nobody here wrote as remote systems, dialled and listened for by the concentrator as service URIs say.</summary>
public sealed class RemoteProgramTests(RemotePortside running) : IClassFixture<RemotePortside>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("console.example");
    private readonly X509Certificate2 _other = TestCertificates.SelfSigned("other.example");

    private PortsideProcess Server => running.Server;

    public void Dispose()
    {
        _certificate.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    public async Task Direction_client_dials_socat(string scheme)
    {
        var (socat, port) = await ListenAsync(scheme);
        await using var running = socat;
        var guest = new ScriptedGuest();
        await using var machine = await StartAsync(
            guest, $"{scheme}://127.0.0.1:{port}{(scheme == "ssl" ? $"#thumbprint={Thumbprint.Format(Thumbprint.Sha1(_certificate))}" : "")}", SerialDirection.Client);

        await EveryByte.ExchangeAsync(guest, bytes => socat.WriteAsync(bytes), socat.Output.ReadAsync);

        var remote = await RemoteAsync(machine, "connected");
        Assert.Equal($"{scheme}://127.0.0.1:{port}", remote.GetProperty("address").GetString());
        Assert.Equal(1, remote.GetProperty("connections").GetInt32());
    }

    [Fact]
    public async Task A_peer_with_another_thumbprint_gets_nothing_and_people_are_told()
    {
        var (socat, port) = await ListenAsync("ssl", "fork");
        await using var running = socat;
        var guest = new ScriptedGuest();
        await using var machine = await StartAsync(guest, $"ssl://127.0.0.1:{port}#thumbprint={Thumbprint.Sha1(_other)}", SerialDirection.Client);
        await guest.SayAsync("secret");

        var remote = await RemoteAsync(machine, "waiting");

        Assert.Contains("another thumbprint", remote.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, remote.GetProperty("connections").GetInt32());
        Assert.DoesNotContain("secret", socat.Output.Text, StringComparison.Ordinal);
        Assert.Contains("another thumbprint", (await Server.RunAsync("ls")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("another thumbprint", (await Server.RunAsync("show", machine.Name)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    public async Task Direction_server_takes_socat(string scheme)
    {
        var guest = new ScriptedGuest();
        var port = FreePorts.Next();
        await using var machine = await StartAsync(guest, $"{scheme}://:{port}", SerialDirection.Server);
        await RemoteAsync(machine, "listening");
        await using var socat = ChildProcess.Start(
            Tool.Path("socat", "socat"), ["STDIO", scheme == "tcp" ? $"TCP:127.0.0.1:{port}" : $"OPENSSL:127.0.0.1:{port},verify=0"]);
        await RemoteAsync(machine, "connected");

        await EveryByte.ExchangeAsync(guest, bytes => socat.WriteAsync(bytes), socat.Output.ReadAsync);
    }

    [Fact]
    public async Task Direction_server_takes_telnet()
    {
        var guest = new ScriptedGuest();
        var port = FreePorts.Next();
        await using var machine = await StartAsync(guest, $"telnet://:{port}", SerialDirection.Server);
        await RemoteAsync(machine, "listening");
        await using var telnet = ChildProcess.Start(
            Tool.Path("telnet", "telnet"), ["127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]);
        await telnet.Output.WaitForAsync("Escape character is");
        await telnet.Output.WaitForAsync("\n");
        await RemoteAsync(machine, "connected");

        await guest.SayAsync("login: ");
        await telnet.Output.WaitForAsync("login: ");
        await telnet.WriteAsync("root!");
        await guest.Received.WaitForAsync("root!");
    }

    [Fact]
    public async Task A_remote_system_that_comes_late_gets_what_was_said_meanwhile()
    {
        var guest = new ScriptedGuest();
        var port = FreePorts.Next();
        await using var machine = await StartAsync(guest, $"tcp://127.0.0.1:{port}", SerialDirection.Client);
        await RemoteAsync(machine, "waiting");
        await guest.SayAsync("said to nobody yet");

        await using var socat = ChildProcess.Start(Tool.Path("socat", "socat"), [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr", "STDIO"]);

        await socat.Output.ExpectAsync("said to nobody yet");
    }

    private async Task<(ChildProcess Socat, string Port)> ListenAsync(string scheme, string options = "")
    {
        var file = _directory["server.pem"];
        await File.WriteAllTextAsync(
            file, $"{_certificate.ExportCertificatePem()}\n{_certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        var address = (scheme == "tcp" ? "TCP-LISTEN:0,bind=127.0.0.1" : $"OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0,cert={file}")
            + (options.Length == 0 ? "" : $",{options}");
        var socat = ChildProcess.Start(Tool.Path("socat", "socat"), ["-d", "-d", address, "STDIO"]);
        await socat.Error.WaitForAsync("listening on ");
        return (socat, (await socat.Error.WaitForAsync("\n")).Trim().Split(':')[^1]);
    }

    private async Task<JsonElement> RemoteAsync(VirtualMachine machine, string state) => (await Server.WaitForPortAsync(
        machine.Name,
        port => port.GetProperty("remotes").EnumerateArray().Any(remote => remote.GetProperty("state").GetString() == state))).GetProperty("remotes")[0];

    private Task<VirtualMachine> StartAsync(ScriptedGuest guest, string uri, SerialDirection direction) => Machine.StartAsync(
        Server, $"remote-{Guid.NewGuid():n}", guest, port => port with { ServiceUri = uri, Direction = direction });
}
