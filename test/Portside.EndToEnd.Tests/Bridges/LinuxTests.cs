using System.Text;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Bridges;

/// <summary>A real kernel behind a bridge. The tests share one boot, and each leaves a login prompt behind.</summary>
public class LinuxTests(BootedLinux linux) : IClassFixture<BootedLinux>
{
    private PortsideProcess Server => linux.Server;

    [Fact]
    public async Task Its_boot_log_is_recorded_whole_byte_for_byte_as_qemu_wrote_it_down()
    {
        await Patience.PollAsync(
            async () => await linux.RecordedAsync() is var recorded && recorded.AsSpan().SequenceEqual(linux.Written) ? recorded : null,
            () => "the recording to be what QEMU wrote");
        var log = Encoding.Latin1.GetString(await linux.RecordedAsync());
        Assert.Contains("Linux version ", log, StringComparison.Ordinal);
        var at = 0;
        for (var i = 1; i <= 500; i++)
        {
            at = log.IndexOf($"boot message {i} of 500\r\n", at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"Boot message {i} is not in its place.");
        }
    }

    [Fact]
    public async Task A_person_logs_in_through_attach()
    {
        await using var terminal = Server.BeginInTerminal($"portside attach {BootedLinux.First} --replay 0");
        await LogInAsync(terminal);
        await terminal.WriteAsync("echo $((6 * 7)) $(uname -s)\r");
        await terminal.Output.WaitForAsync("42 Linux\r\n");
        await LogOutAsync(terminal);
    }

    [Fact]
    public async Task Sysrq_over_break_prints_the_kernels_help()
    {
        var before = await HelpsAsync();
        (await Server.RunAsync("break", BootedLinux.First, "--sysrq", "h")).Succeeded();
        await Patience.PollAsync<string>(async () => await HelpsAsync() > before ? "yes" : null, () => "the kernel's help");

        // And by the menu of attach, for a person.
        await using var terminal = Server.BeginInTerminal($"portside attach {BootedLinux.First} --replay 0");
        await terminal.Output.WaitForAsync("you are read-write]");
        await terminal.WriteAsync("\u001db");
        await terminal.Output.WaitForAsync("break sent");
        await terminal.WriteAsync("h");
        await terminal.Output.WaitForAsync("sysrq: HELP : ");
        await terminal.WriteAsync("\u001dq");
        await terminal.WaitForExitAsync();
    }

    [Fact]
    public async Task Every_byte_survives_the_second_port_and_a_new_bridge_finds_its_guest_again()
    {
        await EchoAsync();
        await linux.RestartBridgeAsync();
        await Server.WaitForPortAsync(BootedLinux.First);
        await Server.WaitForPortAsync(BootedLinux.Second);
        await EchoAsync();

        await using var terminal = Server.BeginInTerminal($"portside attach {BootedLinux.First} --replay 0");
        await LogInAsync(terminal);
        await LogOutAsync(terminal);
    }

    [Fact]
    public async Task The_guest_dials_socat_by_direction_client_and_somebody_logs_in_there()
    {
        await using var socat = ChildProcess.Start(Tool.Path("socat", "socat"), ["-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "STDIO"]);
        await socat.Error.WaitForAsync("listening on ");
        var port = (await socat.Error.WaitForAsync("\n")).Trim().Split(':')[^1];
        await linux.RestartBridgeAsync("direction: client", $"serviceUri: tcp://127.0.0.1:{port}");
        await socat.Error.WaitForAsync("accepting connection from ");
        await WorkAsync(socat);
        await linux.RestartBridgeAsync();
        await Server.WaitForPortAsync(BootedLinux.First);
    }

    [Fact]
    public async Task The_guest_is_reached_by_direction_server_with_telnet()
    {
        var port = FreePort.Next();
        await linux.RestartBridgeAsync("direction: server", $"serviceUri: telnet://:{port}");
        await Server.WaitForPortAsync(BootedLinux.First, found => found.GetProperty("remotes").EnumerateArray().Any());
        await using var telnet = PseudoTerminal.Begin($"{Tool.Path("telnet", "telnet")} 127.0.0.1 {port}");
        await telnet.Output.WaitForAsync("Escape character is");
        await WorkAsync(telnet);
        await linux.RestartBridgeAsync();
        await Server.WaitForPortAsync(BootedLinux.First);
    }

    private static async Task WorkAsync(ChildProcess remote)
    {
        await remote.WriteAsync("\r");
        await remote.Output.WaitForAsync("guest login: ");
        await remote.WriteAsync("root\r");
        await remote.Output.WaitForAsync("root # ");
        await remote.WriteAsync("echo $((6 * 7)) $(uname -s)\r");
        await remote.Output.WaitForAsync("42 Linux\r\n");
        await remote.WriteAsync("exit\r");
        await remote.Output.WaitForAsync("guest login: ");
    }

    private static async Task LogInAsync(ChildProcess terminal)
    {
        await terminal.Output.WaitForAsync("you are read-write]");
        await terminal.WriteAsync("\r");
        await terminal.Output.WaitForAsync("guest login: ");
        await terminal.WriteAsync("root\r");
        await terminal.Output.WaitForAsync("root # ");
    }

    private static async Task LogOutAsync(ChildProcess terminal)
    {
        await terminal.WriteAsync("exit\r");
        await terminal.Output.WaitForAsync("guest login: ");
        await terminal.WriteAsync("\u001dq");
        await terminal.WaitForExitAsync();
    }

    private async Task EchoAsync()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value), .. "echo"u8];
        await using var attach = Server.Begin("attach", BootedLinux.Second, "--replay", "0");
        await attach.Error.WaitForAsync("you are read-write");
        await attach.WriteAsync(bytes);
        Assert.Equal(bytes, await attach.Output.ReadAsync(bytes.Length));
        attach.CloseInput();
        (await attach.WaitForResultAsync()).Succeeded();
    }

    private async Task<int> HelpsAsync() =>
        Encoding.Latin1.GetString(await linux.RecordedAsync()).Split("sysrq: HELP : ").Length;
}
