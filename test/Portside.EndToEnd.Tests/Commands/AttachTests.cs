using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Commands;

public class AttachTests(RunningPortside running) : IClassFixture<RunningPortside>
{
    private PortsideProcess Server => running.Server;

    [Fact]
    public async Task With_pipes_attach_carries_bytes_as_they_are_and_ends_when_the_answer_has_come()
    {
        await using var machine = await Machine.StartAsync(Server, "piped", new EchoGuest());
        await using var attach = Server.Begin("attach", "piped", "--wait", "5s");
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value), .. "\r~.\u001dq\n"u8];
        await attach.WriteAsync(bytes);
        Assert.Equal(bytes, await attach.Output.ReadAsync(bytes.Length));
        attach.CloseInput();
        var result = (await attach.WaitForResultAsync()).Succeeded();
        Assert.Equal(bytes, result.OutputBytes);
    }

    [Theory]
    [InlineData()]
    [InlineData("--plain")]
    public async Task What_is_piped_to_a_machine_that_is_not_there_is_not_lost_without_a_word(params string[] options)
    {
        var name = $"gone{options.Length}";
        var machine = await Machine.StartAsync(Server, name, new EchoGuest());
        await machine.DisposeAsync();
        await Server.WaitForPortAsync(name, port => port.GetProperty("state").GetString() == "disconnected");
        await using var attach = Server.Begin(["attach", name, "--wait", "100ms", .. options]);
        await attach.WriteAsync("ls\n"u8.ToArray());
        attach.CloseInput();
        var result = (await attach.WaitForResultAsync()).ExitedWith(1);
        Assert.EndsWith($"portside: {name} is disconnected; 3 B were not delivered\n  next: portside show {name}\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.OutputBytes);
    }

    [Fact]
    public async Task In_a_terminal_attach_is_a_console_with_a_menu_and_gives_the_terminal_back_as_it_was()
    {
        using var directory = new TemporaryDirectory();
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "desk", guest);
        await guest.SayAsync("said before");
        await Server.WaitForPortAsync("desk", port => port.GetProperty("bytesFromMachine").GetInt64() > 0);
        await using var terminal = Server.BeginInTerminal(
            $"cd {directory.Path}; stty -a >before; portside attach desk; echo \"exit code $?\"; stty -a >after");

        await terminal.Output.WaitForAsync("said before");
        await terminal.Output.WaitForAsync("[desk is connected from 127.0.0.1:");
        await terminal.Output.WaitForAsync("you are read-write]");
        await terminal.Output.WaitForAsync("[leave: ^] q (^] is also Ctrl-5) or Enter ~ .; menu: ^] ?]\r\n");

        // Raw: keys come at once, one by one, and ^C is the machine's.
        await terminal.WriteAsync("\u0003ls\r");
        await guest.Received.ExpectAsync("\u0003ls\r");
        await guest.SayAsync("first\r\nsecond\rthird");
        await terminal.Output.WaitForAsync("first\r\nsecond\rthird");

        await terminal.WriteAsync("\u001d?");
        await terminal.Output.WaitForAsync("send ^] itself (also ^] ^])");
        await terminal.WriteAsync("\u001dw");
        await terminal.Output.WaitForAsync("tester (127.0.0.1:");
        await terminal.WriteAsync("\u001di");
        await terminal.Output.WaitForAsync("it has sent ");
        await terminal.WriteAsync("\u001dr");
        await terminal.Output.WaitForAsync("you are read-only now");
        await terminal.WriteAsync("x");
        await terminal.Output.WaitForAsync("the machine does not get your keys");
        await terminal.WriteAsync("\u001dr");
        await terminal.Output.WaitForAsync("you are read-write now");
        await terminal.WriteAsync("\u001db");
        await terminal.Output.WaitForAsync("break sent");
        await Patience.PollAsync(() => machine.Ports[0].Snapshot.Breaks == 1, () => "the break");
        await terminal.WriteAsync("\u001d\u001d");
        await guest.Received.ExpectAsync("\u001d");

        var client = (await Server.GetAsync("/v1/ports/desk/clients"))[0];
        Assert.Equal(("tester", "websocket"), (client.GetProperty("name").GetString(), client.GetProperty("via").GetString()));
        Assert.Equal((80, 24), (client.GetProperty("columns").GetInt32(), client.GetProperty("rows").GetInt32()));

        await terminal.WriteAsync("\u001dq");
        await terminal.Output.WaitForAsync("left desk; it goes on without you");
        await terminal.Output.WaitForAsync("exit code 0");
        await terminal.WaitForExitAsync();
        Assert.Equal(await File.ReadAllTextAsync(directory["before"]), await File.ReadAllTextAsync(directory["after"]));
    }

    [Fact]
    public async Task Enter_tilde_dot_leaves_a_terminal_too()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "tilde", guest);
        await using var terminal = Server.BeginInTerminal("portside attach tilde --escape ^a; echo \"exit code $?\"");
        await terminal.Output.WaitForAsync("[leave: ^A q or Enter ~ .");
        await terminal.WriteAsync("a~.\r~x\u001d\r~.");
        await terminal.Output.WaitForAsync("exit code 0");
        await terminal.WaitForExitAsync();
        await guest.Received.ExpectAsync("a~.\r~x\u001d\r");
    }

    [Fact]
    public async Task A_silent_screen_says_why()
    {
        await using var machine = await Machine.StartAsync(Server, "mute", new ScriptedGuest());
        await using var terminal = Server.BeginInTerminal("portside attach mute");
        await terminal.Output.WaitForAsync("it has not sent a single byte");
        await terminal.Output.WaitForAsync("console=ttyS0");
        await terminal.WriteAsync("\u001dq");
        await terminal.WaitForExitAsync();
    }

    [Fact]
    public async Task A_port_held_exclusively_is_refused_with_who_and_since_when_and_a_thief_is_named()
    {
        await using var machine = await Machine.StartAsync(Server, "held", new ScriptedGuest());
        await using var anna = Server.Begin("attach", "held", "--mode", "exclusive", "--name", "anna");
        await anna.Error.WaitForAsync("you are exclusive");

        var refused = (await Server.RunAsync("attach", "held", "--name", "berta")).ExitedWith(4);
        Assert.Matches(@"held by anna \(127\.0\.0\.1:\d+\), exclusive since \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", refused.Error);
        Assert.Contains("next: portside attach held --steal", refused.Error, StringComparison.Ordinal);

        await using var berta = Server.Begin("attach", "held", "--mode", "exclusive", "--steal", "--name", "berta");
        await berta.Error.WaitForAsync("you are exclusive");
        await anna.Error.WaitForAsync("berta took over held");
        Assert.Equal(1, await anna.WaitForExitAsync());
        berta.Signal(Signals.Terminate);
        await berta.WaitForExitAsync();
    }

    [Fact]
    public async Task A_writer_who_is_pushed_aside_goes_on_as_a_reader_and_is_told_by_whom()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "shared", guest);
        await using var anna = Server.Begin("attach", "shared", "--name", "anna");
        await anna.Error.WaitForAsync("you are read-write");
        await using var berta = Server.Begin("attach", "shared", "--mode", "exclusive-write", "--steal", "--name", "berta");
        await berta.Error.WaitForAsync("also here: anna");
        await anna.Error.WaitForAsync("berta took over; you are read-only now");

        await anna.WriteAsync("from anna");
        await berta.WriteAsync("from berta");
        await guest.Received.ExpectAsync("from berta");
        await guest.SayAsync("for both");
        await anna.Output.WaitForAsync("for both");
        await berta.Output.WaitForAsync("for both");

        await using var clara = Server.Begin("attach", "shared", "--mode", "read-only-fallback", "--name", "clara");
        await clara.Error.WaitForAsync("you are read-only");
        foreach (var client in (ChildProcess[])[anna, berta, clara])
        {
            client.Signal(Signals.Interrupt);
            await client.WaitForExitAsync();
        }

        await Server.WaitForPortAsync("shared", port => port.GetProperty("clients").GetInt32() == 0);
    }

    [Fact]
    public async Task Whoever_is_kicked_is_told_by_whom()
    {
        await using var machine = await Machine.StartAsync(Server, "kicked", new ScriptedGuest());
        await using var anna = Server.Begin("attach", "kicked", "--name", "anna");
        await anna.Error.WaitForAsync("you are read-write");

        var who = (await Server.RunAsync("who", "kicked", "-o", "json")).Json;
        var client = Assert.Single(who.EnumerateArray());
        Assert.Equal("anna", client.GetProperty("name").GetString());
        (await Server.RunAsync("kick", client.GetProperty("id").GetString()!, "--by", "carla")).Succeeded();
        await anna.Error.WaitForAsync("carla ended your connection");
        Assert.Equal(1, await anna.WaitForExitAsync());
        Assert.Empty((await Server.RunAsync("who", "kicked", "-o", "json")).Json.EnumerateArray());

        var nobody = (await Server.RunAsync("kick", "c999999")).ExitedWith(3);
        Assert.Contains("portside who", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_copy_in_a_file_holds_the_machines_bytes_and_no_word_of_ours()
    {
        using var directory = new TemporaryDirectory();
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "copied", guest);
        await using var terminal = Server.BeginInTerminal($"portside attach copied --output {directory["copy"]}");
        await terminal.Output.WaitForAsync("menu: ^] ?]");
        await guest.SayAsync("one\r\n\0\u0011two");
        await terminal.Output.WaitForAsync("two");
        await terminal.WriteAsync("\u001dq");
        await terminal.WaitForExitAsync();
        Assert.Equal("one\r\n\0\u0011two", await File.ReadAllTextAsync(directory["copy"]));
    }

    [Fact]
    public async Task A_client_of_a_server_that_stops_is_told_so()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var machine = await Machine.StartAsync(server, "last", new ScriptedGuest());
        await using var attach = server.Begin("attach", "last");
        await attach.Error.WaitForAsync("you are read-write");
        await server.StopAsync();
        await attach.Error.WaitForAsync("the concentrator stops");
        Assert.Equal(1, await attach.WaitForExitAsync());
    }
}
