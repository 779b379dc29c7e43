using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Debian's telnet, in a terminal, on the port that stays a machine's own.</summary>
public class TelnetProgramTests(PatientPortside running) : IClassFixture<PatientPortside>
{
    private PortsideProcess Server => running.Server;

    [Fact]
    public async Task A_person_with_telnet_sees_who_is_there_and_what_was_said_logs_in_works_and_leaves_by_Enter_tilde_dot()
    {
        await using var machine = await Machine.StartAsync(Server, "quay-telnet", new ShellGuest(new ShellOptions { BootTime = TimeSpan.Zero }));
        await Server.WaitForPortAsync("quay-telnet", port => port.GetProperty("bytesFromMachine").GetInt64() > 1000);
        await using var telnet = Telnet(await Server.TelnetPortAsync("quay-telnet"));

        await telnet.Output.WaitForAsync("Quay version");
        await telnet.Output.WaitForAsync("login: ");
        await telnet.Output.WaitForAsync("[quay-telnet is connected from 127.0.0.1:");
        await telnet.Output.WaitForAsync("you are read-write]");
        await telnet.Output.WaitForAsync("Enter ~ .");
        await telnet.Output.WaitForAsync("]\r\n");

        await telnet.WriteAsync("root\r");
        await telnet.Output.WaitForAsync("root\r\nPassword: ");
        await telnet.WriteAsync("portside\r");
        await telnet.Output.WaitForAsync("Welcome to quay");
        await telnet.Output.WaitForAsync("root@quay:~# ");

        // One Enter is one line: a CR that became two would bring a second prompt before the answer.
        await telnet.WriteAsync("seq 3 5\r");
        Assert.Equal("seq 3 5\r\n3\r\n4\r\n5\r\nroot@quay:~# ", await telnet.Output.WaitForAsync("5\r\nroot@quay:~# "));

        var clients = await Server.GetAsync("/v1/ports/quay-telnet/clients");
        Assert.Equal("telnet", clients[0].GetProperty("via").GetString());
        Assert.Equal((80, 24), (clients[0].GetProperty("columns").GetInt32(), clients[0].GetProperty("rows").GetInt32()));

        await telnet.WriteAsync("\r");
        await telnet.Output.WaitForAsync("root@quay:~# ");
        await telnet.WriteAsync("~.");
        await telnet.Output.WaitForAsync("Connection closed by foreign host.");
        await telnet.WaitForExitAsync();
        await Server.WaitForPortAsync("quay-telnet", port => port.GetProperty("clients").GetInt32() == 0);
    }

    [Fact]
    public async Task Keys_and_output_pass_telnet_byte_by_byte_carriage_returns_too()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "bytes-telnet", guest);
        await using var telnet = Telnet(await Server.TelnetPortAsync("bytes-telnet"));
        await telnet.Output.WaitForAsync("Enter ~ .");

        // A terminal's raw keys: Enter, ^C, escape sequences, DEL, and a byte beyond ASCII.
        byte[] keys = [.. "ls\r\r\u0003\u001b[A\u007f\n"u8, 0xE4, (byte)'!'];
        await telnet.WriteAsync(keys);
        Assert.Equal(keys, await guest.Received.ReadAsync(keys.Length));

        const string Said = "one\r\ntwo\rthree\n\tfour \u001b[1mbold\u001b[0m \u00fc \r\r\n<end>";
        await guest.SayAsync(Said);
        Assert.EndsWith(Said, await telnet.Output.WaitForAsync("<end>"), StringComparison.Ordinal);

        await telnet.WriteAsync("\r~.");
        await telnet.WaitForExitAsync();
        await guest.Received.ExpectAsync("\r");
    }

    [Fact]
    public async Task The_menu_opens_under_an_escape_that_telnet_leaves_alone()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "menu-telnet", guest);

        // telnet takes ^] for itself unless told otherwise.
        await using var telnet = Telnet(await Server.TelnetPortAsync("menu-telnet"), "--no-escape");
        await telnet.Output.WaitForAsync("Enter ~ .");
        await telnet.WriteAsync("\u001dw");
        await telnet.Output.WaitForAsync("[portside> here]");
        await telnet.Output.WaitForAsync(", you]");
        await telnet.WriteAsync("\u001dr");
        await telnet.Output.WaitForAsync("you are read-only now]");
        await telnet.WriteAsync("not for the machine\u001dr");
        await telnet.Output.WaitForAsync("you are read-write now]");
        await telnet.WriteAsync("\u001d\u001d.");
        await guest.Received.ExpectAsync("\u001d.");
        await telnet.WriteAsync("\u001db");
        await telnet.Output.WaitForAsync("break sent]");
        await Patience.PollAsync(() => machine.Ports[0].Snapshot.Breaks == 1, () => "the break");
        await telnet.WriteAsync("\u001dq");
        await telnet.Output.WaitForAsync("left]");
        await telnet.WaitForExitAsync();
        Assert.Equal("\u001d."u8, guest.Received.Bytes);
    }

    private static ChildProcess Telnet(int port, string option = "") =>
        PseudoTerminal.Begin($"{Tool.Path("telnet", "telnet")} {option} 127.0.0.1 {port}");
}
