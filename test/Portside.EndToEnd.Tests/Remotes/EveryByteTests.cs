using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Machines;
using Portside.Host.Ports;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>A binary file survives every path unchanged, both ways: NUL, XON, 0xFF, line ends of every kind.</summary>
public sealed class EveryByteTests(RemotePortside running) : IClassFixture<RemotePortside>, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("console.example");

    private PortsideProcess Server => running.Server;

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Through_a_WebSocket()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "bytes-websocket", guest);
        await using var console = await PlainConsole.AttachAsync(Server, "bytes-websocket");
        await EveryByte.ExchangeAsync(guest, bytes => console.TypeAsync(bytes), console.Heard.ReadAsync);
    }

    [Fact]
    public async Task Through_the_console_telnet_port()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "bytes-telnet", guest);
        await using var line = await DialAsync($"rfc2217://127.0.0.1:{await Server.TelnetPortAsync("bytes-telnet")}");
        await Server.WaitForPortAsync("bytes-telnet", port => port.GetProperty("clients").GetInt32() == 1);
        await ExchangeAsync(guest, line);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp4")]
    [InlineData("ssl")]
    [InlineData("tcp+ssl")]
    [InlineData("tcp4+ssl")]
    [InlineData("telnet")]
    [InlineData("telnets")]
    [InlineData("rfc2217")]
    public async Task Through_a_remote_system_that_is_dialled(string scheme)
    {
        var listeners = new LineListeners(new LineListenerOptions
        {
            Policy = ListenPolicy.Everywhere,
            Certificate = () => SslStreamCertificateContext.Create(_certificate, null, offline: true),
        });
        await using var listener = listeners.Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "the test");
        var guest = new ScriptedGuest();
        await using var machine = await StartAsync(
            guest,
            $"{scheme}://127.0.0.1:{listener.Uri.Port}{(listener.Uri.RequiresTls ? $"#thumbprint={Thumbprint.Sha256(_certificate)}" : "")}",
            SerialDirection.Client);
        using var limit = new CancellationTokenSource(Patience.Limit);
        await using var line = await listener.AcceptAsync(limit.Token);
        await ExchangeAsync(guest, line);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp4")]
    [InlineData("ssl")]
    [InlineData("tcp+ssl")]
    [InlineData("tcp4+ssl")]
    [InlineData("telnet")]
    [InlineData("telnets")]
    [InlineData("rfc2217")]
    public async Task Through_a_remote_system_that_is_listened_for(string scheme)
    {
        var guest = new ScriptedGuest();
        var address = $"127.0.0.1:{FreePorts.Next()}";
        await using var machine = await StartAsync(guest, $"{scheme}://{address}", SerialDirection.Server);
        await Server.WaitForPortAsync(machine.Name, port => port.GetProperty("remotes")[0].GetProperty("address").GetString() == address);
        await using var line = await DialAsync($"{scheme}://{address}");
        await Server.WaitForPortAsync(machine.Name, port => port.GetProperty("remotes")[0].GetProperty("state").GetString() == "connected");
        await ExchangeAsync(guest, line);
    }

    [Fact]
    public async Task Through_a_cable()
    {
        var (a, b) = (new ScriptedGuest(), new ScriptedGuest());
        await using var one = await StartAsync(a, "cable:every-byte", SerialDirection.Server);
        await using var other = await StartAsync(b, "cable:every-byte", SerialDirection.Server);
        await Server.WaitForAsync("/v1/cables", cables => cables.EnumerateArray().Any(cable => cable.GetProperty("joined").GetBoolean()));
        await EveryByte.ExchangeAsync(a, bytes => b.SayAsync(bytes), b.Received.ReadAsync);
    }

    private static async Task<Line> DialAsync(string uri)
    {
        var dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything });
        return await dialer.DialAsync(NetworkUri.Parse(uri), CancellationToken.None).WaitAsync(Patience.Limit);
    }

    private static Task ExchangeAsync(ScriptedGuest guest, Line line) => EveryByte.ExchangeAsync(
        guest,
        bytes => line.WriteAsync(bytes, CancellationToken.None).AsTask(),
        async count =>
        {
            var read = new byte[count];
            for (var at = 0; at < count;)
            {
                var more = await line.ReadAsync(read.AsMemory(at), CancellationToken.None);
                Assert.NotEqual(0, more);
                at += more;
            }

            return read;
        });

    private Task<VirtualMachine> StartAsync(ScriptedGuest guest, string uri, SerialDirection direction) => Machine.StartAsync(
        Server, $"bytes-{Guid.NewGuid():n}", guest, port => port with { ServiceUri = uri, Direction = direction });
}
