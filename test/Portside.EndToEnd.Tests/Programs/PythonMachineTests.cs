using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Programs;

public class PythonMachineTests(RunningPortside running) : IClassFixture<RunningPortside>
{
    /// <summary>Every value of a byte, and what others mistreat: NUL, DC1, CR before anything, IAC alone and in a row.</summary>
    private static readonly byte[] Awkward =
    [
        .. Enumerable.Range(0, 256).Select(value => (byte)value),
        0xFF, 0xFF, 0xFF, 0x00, 0x0D, 0x00, 0x0D, 0x0A, 0x0D, 0x0D, 0xFF, 0x0D, 0xFF, 0xF0, 0xFF, 0xFA, 0xE8, 0x11, 0x13, 0x1D, 0x7E, 0x2E,
    ];

    private PortsideProcess Server => running.Server;

    [Theory]
    [InlineData("plain", null)]
    [InlineData("tls", "Tls1")]
    [InlineData("inband", "Tls1")]
    public async Task Pythons_sockets_are_a_machine_whose_every_byte_arrives_as_it_was(string security, string? tls)
    {
        var uuid = Guid.NewGuid().ToString("N");
        await using var machine = new PythonMachine();
        var fingerprint = await machine.DoAsync($"open vm {Server.VmPort} {security}");
        Assert.Equal("served", await machine.DoAsync($"identify vm {uuid} snake-{security} S vSPC.py"));

        var port = await Server.WaitForPortAsync(uuid, p => p.GetProperty("name").GetString() is not null);
        Assert.Equal($"snake-{security}", port.GetProperty("name").GetString());
        Assert.Equal(Guid.Parse(uuid).ToString(), port.GetProperty("uuid").GetString());
        Assert.Equal(("connected", "server"), (port.GetProperty("state").GetString(), port.GetProperty("direction").GetString()));
        Assert.StartsWith(tls ?? "", port.GetProperty("tls").GetString() ?? "", StringComparison.Ordinal);
        Assert.Equal(tls is null, port.GetProperty("tls").GetString() is null);
        var shown = Server.Description.GetProperty("thumbprintSha256").GetString()!;
        Assert.Equal(tls is null ? "" : shown.Replace(":", "", StringComparison.Ordinal), fingerprint, ignoreCase: true);

        await using var console = await PlainConsole.AttachAsync(Server, uuid);
        await machine.SayAsync("vm", Awkward);
        Assert.Equal(Awkward, await console.Heard.ReadAsync(Awkward.Length));
        await console.TypeAsync(Awkward);
        Assert.Equal(Awkward, await machine.HearAsync("vm", Awkward.Length));

        Assert.Equal(Awkward, await Server.BytesAsync($"/v1/ports/{uuid}/log"));
        Assert.Equal(Awkward, await Server.BytesAsync($"/console_log/{uuid}"));
        var file = Path.Combine(Server.Description.GetProperty("logDirectory").GetString()!, uuid);
        await Patience.PollAsync(() => File.Exists(file) && new FileInfo(file).Length >= Awkward.Length, () => $"the log in {file}");
        Assert.Equal(Awkward, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_machine_moves_from_one_Python_socket_to_another_and_keys_typed_meanwhile_reach_only_the_destination()
    {
        const string Sequence = "7619ffff";
        var uuid = Guid.NewGuid().ToString("N");
        await using var machine = new PythonMachine();
        await machine.DoAsync($"open source {Server.VmPort} plain");
        await machine.DoAsync($"identify source {uuid} mover S vmware-vspc");
        await Server.WaitForPortAsync(uuid);
        await using var console = await PlainConsole.AttachAsync(Server, uuid);

        await machine.SayAsync("source", "before "u8);
        await console.TypeAsync("one "u8.ToArray());
        Assert.Equal("one ", await machine.HearTextAsync("source", 4));

        var secret = await machine.DoAsync($"begin source {Sequence}");
        Assert.True(secret.Length >= 8, $"a secret of {secret.Length / 2} bytes can be guessed");
        await console.TypeAsync("two "u8.ToArray());
        await Server.WaitForPortAsync(uuid, p => p.GetProperty("state").GetString() == "migrating");

        await machine.DoAsync($"open destination {Server.VmPort} tls");
        Assert.Equal("", await machine.DoAsync($"peer destination {uuid} {Sequence} {secret}"));
        await console.TypeAsync("three "u8.ToArray());
        await machine.DoAsync($"complete destination {Sequence}");
        await machine.SayAsync("destination", "after"u8);

        Assert.Equal("two three ", await machine.HearTextAsync("destination", 10));
        await console.Heard.ExpectAsync("before after");
        Assert.Equal("", await machine.DoAsync("ended source"));
        var port = await Server.WaitForPortAsync(uuid, p => p.GetProperty("migrations").GetInt64() == 1);
        Assert.Equal("connected", port.GetProperty("state").GetString());
        Assert.Equal("before after", await Server.TextAsync($"/v1/ports/{uuid}/log"));

        // The key was good for once.
        await machine.DoAsync($"open thief {Server.VmPort} plain");
        Assert.Equal("unknown", await machine.DoAsync($"peer thief {uuid} {Sequence} {secret}"));
    }

    [Fact]
    public async Task An_aborted_move_gives_the_source_what_was_typed_meanwhile()
    {
        var uuid = Guid.NewGuid().ToString("N");
        await using var machine = new PythonMachine();
        await machine.DoAsync($"open source {Server.VmPort} plain");
        await machine.DoAsync($"identify source {uuid} stayer S vSPC.py?port=com2");
        var port = await Server.WaitForPortAsync(uuid);
        Assert.Equal("com2", port.GetProperty("label").GetString());
        await using var console = await PlainConsole.AttachAsync(Server, uuid);

        await machine.DoAsync("begin source 01020304");
        await console.TypeAsync("held"u8.ToArray());
        await machine.DoAsync("abort source");
        Assert.Equal("held", await machine.HearTextAsync("source", 4));
        await machine.SayAsync("source", "still here"u8);
        await console.Heard.ExpectAsync("still here");
    }

    [Fact]
    public async Task A_machine_with_a_foreign_service_uri_is_told_no_and_the_listing_says_what_to_change()
    {
        var uuid = Guid.NewGuid().ToString("N");
        await using var machine = new PythonMachine();
        await machine.DoAsync($"open vm {Server.VmPort} plain");
        Assert.Equal("refused", await machine.DoAsync($"identify vm {uuid} stranger C tcp://192.0.2.1:23"));
        await machine.DoAsync("ended vm");

        var rejected = await Server.WaitForAsync("/v1/rejected", r => r.EnumerateArray().Any(one => one.GetProperty("serviceUri").GetString() == "tcp://192.0.2.1:23"));
        var attempt = rejected.EnumerateArray().First(one => one.GetProperty("serviceUri").GetString() == "tcp://192.0.2.1:23");
        Assert.Equal("client", attempt.GetProperty("direction").GetString());
        Assert.Contains("remote.dial", attempt.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_before_the_machine_said_who_it_is_is_told_not_now()
    {
        await using var machine = new PythonMachine();
        await machine.DoAsync($"open vm {Server.VmPort} plain");
        await machine.DoAsync("hear vm 0");
        Assert.Equal("notnow", await machine.DoAsync("begin vm 0a0b0c0d"));
    }
}
