using Portside.Api.Contracts;

namespace Portside.Tests.Commands;

/// <summary>Ports, clients and rejected attempts as a server may describe them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static PortDescription Web { get; } = new()
    {
        Id = "5029aabbccddeeff00112233445566aa",
        Uuid = "5029aabb-ccdd-eeff-0011-2233445566aa",
        Name = "web01",
        State = "connected",
        Direction = "server",
        ServiceUri = "vSPC.py",
        Source = "10.0.0.7:41234",
        Tls = "Tls13",
        ConnectedSince = Noon.AddHours(-3),
        BytesFromMachine = 12_345,
        BytesToMachine = 17,
        LastByteAt = Noon.AddSeconds(-12),
        TelnetPort = 50_000,
        TelnetAddress = "127.0.0.1:50000",
        Clients = 2,
        Users = ["alice", "bob"],
        Migrations = 1,
        Notes = ["direction is client; set it to server"],
    };

    public static PortDescription Nameless { get; } = new()
    {
        Id = "00112233445566778899aabbccddeeff.uart2",
        Uuid = "00112233-4455-6677-8899-aabbccddeeff",
        Label = "uart2",
        State = "disconnected",
        TelnetPort = 50_001,
        TelnetAddress = "[::1]:50001",
    };

    public static PortDescription Hostile { get; } = Web with
    {
        Id = "ffffffffffffffffffffffffffffffff",
        Uuid = "ffffffff-ffff-ffff-ffff-ffffffffffff",
        Name = "\u001b[31m\u001b]0;owned\u0007\r\nroot [bold]x[/] \u202egnp.exe",
    };

    public static ClientDescription Alice { get; } = new()
    {
        Id = "c12",
        Port = Web.Id,
        Name = "alice",
        Address = "127.0.0.1:4711",
        Via = "websocket",
        Mode = "read-write",
        Since = Noon.AddMinutes(-5),
        Columns = 80,
        Rows = 24,
    };

    public static RejectedDescription Misspelt { get; } = new()
    {
        At = Noon.AddSeconds(-30),
        Source = "10.0.0.9",
        Reason = "service-uri",
        Detail = "the service URI is 'vSPC.pi'; use vSPC.py, or add it to vm.serviceNames",
        Direction = "server",
        ServiceUri = "vSPC.pi",
        Count = 4,
    };

    public static ServerDescription Server { get; } = new()
    {
        Version = "0.1.0",
        StartedAt = Noon.AddDays(-1),
        ProxyUris = ["telnet://console.example.com:13370", "telnets://console.example.com:13370#thumbprint=AA:BB"],
        ThumbprintSha1 = "AA:BB",
        ThumbprintSha256 = "CC:DD",
        CertificateExpires = Noon.AddYears(10),
        StateDirectory = "/var/lib/portside",
    };
}
