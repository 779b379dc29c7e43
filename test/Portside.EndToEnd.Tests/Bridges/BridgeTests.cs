using System.Text;
using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Programs;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Bridges;

public sealed class BridgeTests(RunningPortside running) : IClassFixture<RunningPortside>, IDisposable
{
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    private readonly TemporaryDirectory _directory = new();

    private PortsideProcess Server => running.Server;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_command_has_a_terminal_and_its_screen_is_the_console()
    {
        await using var bridge = BridgeProcess.Start(
            Server, "command", "--", "sh", "-c", "stty size; echo \"$0 $1\"; exec cat", "zero", "one  two");
        await bridge.Story.WaitForAsync("command: sh -c");
        await Server.WaitForPortAsync("command");
        await LogAsync("command", "24 80\r\nzero one  two\r\n");

        await using var attach = Server.Begin("attach", "command", "--replay", "0");
        await attach.Error.WaitForAsync("you are read-write");
        await attach.WriteAsync("typed\r");
        await attach.Output.WaitForAsync("typed\r\ntyped\r\n");
        attach.CloseInput();
        (await attach.WaitForResultAsync()).Succeeded();
        await bridge.StopAsync();
        await Server.WaitForPortAsync("command", port => port.GetProperty("state").GetString() == "disconnected");
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 1)]
    public async Task A_command_that_is_not_restarted_ends_its_bridge_when_all_it_said_is_recorded(string last, int code)
    {
        var name = $"once-{code}";
        await using var bridge = BridgeProcess.Start(Server, name, "--restart", "never", "--", "sh", "-c", $"seq 1 20000; {last}");
        Assert.Equal(code, await bridge.Process.WaitForExitAsync());
        var log = await Server.TextAsync($"/v1/ports/{name}/log?tail=1000000");
        Assert.Equal(string.Concat(Enumerable.Range(1, 20_000).Select(number => $"{number}\r\n")), log);
    }

    [Fact]
    public async Task A_command_that_ends_is_started_again()
    {
        await using var bridge = BridgeProcess.Start(Server, "again", "exec:echo one life");
        await LogAsync("again", "one life\r\none life\r\n");
        await bridge.StopAsync();
    }

    [Fact]
    public async Task What_is_said_while_the_concentrator_is_away_is_recorded_when_it_is_back()
    {
        using var directory = new TemporaryDirectory();
        var server = await PortsideProcess.StartAsync(directory["state"]);
        var trigger = directory["go"];
        await using var bridge = BridgeProcess.Start(
            server, "patient", "--", "sh", "-c", $"echo before; while ! [ -e {trigger} ]; do sleep 0.05; done; seq 1 2000; echo after; exec cat");
        await server.WaitForPortAsync("patient", port => port.GetProperty("bytesFromMachine").GetInt64() > 0);
        await server.StopAsync();
        await bridge.Story.WaitForAsync("patient: no connection");
        await File.WriteAllTextAsync(trigger, "");

        await using var again = await PortsideProcess.StartAsync(server.Setup);
        await server.DisposeAsync();
        var log = await Patience.PollAsync(
            async () => await again.TextAsync("/v1/ports/patient/log?tail=1000000") is var text && text.EndsWith("after\r\n", StringComparison.Ordinal) ? text : null,
            () => "the log to be whole");
        Assert.Equal("before\r\n" + string.Concat(Enumerable.Range(1, 2000).Select(number => $"{number}\r\n")) + "after\r\n", log);
        await bridge.StopAsync();
        await again.StopAsync();
    }

    [Fact]
    public async Task A_bridge_whose_words_go_nowhere_carries_on()
    {
        var link = _directory["unheard"];
        await using var bridge = ChildProcess.Start(
            "/bin/sh", ["-c", $"exec {Executable.Path} bridge --to telnet://127.0.0.1:{Server.VmPort} --name unheard pty:{link} >/dev/full"]);
        await Server.WaitForPortAsync("unheard");
        await File.WriteAllTextAsync(link, "carried");
        await LogAsync("unheard", "carried");
        bridge.Signal(Signals.Terminate);
        Assert.Equal(0, await bridge.WaitForExitAsync());
    }

    [Fact]
    public async Task Programs_open_a_pseudo_terminal_by_its_stable_name_and_their_speed_shows()
    {
        var link = _directory["console"];
        await using var bridge = BridgeProcess.Start(Server, "pty", $"pty:{link}");
        await bridge.Story.WaitForAsync($"pty: {link} is open");
        await Server.WaitForPortAsync("pty");

        // A program opens it, sets its speed and talks; and another one after it.
        await using (var program = ChildProcess.Start(
            "/bin/sh", ["-c", $"exec 3<>{link}; stty 19200 cstopb <&3; printf 'first,' >&3; read -r word <&3; echo \"got $word\""]))
        {
            await LogAsync("pty", "first,");
            var port = await Server.WaitForPortAsync("pty", port => port.GetProperty("line") is { ValueKind: JsonValueKind.Object } line
                && line.GetProperty("baud").GetInt32() == 19200);
            Assert.Equal(2, port.GetProperty("line").GetProperty("stopBits").GetDouble());
            await using var attach = Server.Begin("attach", "pty");
            await attach.Error.WaitForAsync("you are read-write");
            await attach.WriteAsync("answer\n");
            await program.Output.WaitForAsync("got answer\n");
            await program.WaitForExitAsync();
        }

        await File.WriteAllTextAsync(link, "second");
        await LogAsync("pty", "first,second");
        await bridge.StopAsync();
        Assert.False(Path.Exists(link));
    }

    [Fact]
    public async Task A_terminal_device_carries_every_byte_both_ways_and_is_given_back()
    {
        await using var pair = await PairAsync();
        await using var bridge = BridgeProcess.Start(Server, "device", $"tty:{_directory["near"]}?baud=38400");
        await Server.WaitForPortAsync("device");
        Assert.Contains("speed 38400 baud", await SttyAsync("near", "-a"), StringComparison.Ordinal);

        await using var attach = Server.Begin("attach", "device");
        await attach.Error.WaitForAsync("you are read-write");
        await using var far = new FileStream(_directory["far"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
        await attach.WriteAsync(EveryByte);
        var received = new byte[EveryByte.Length];
        await Task.Run(() => far.ReadExactly(received)).WaitAsync(Patience.Limit);
        Assert.Equal(EveryByte, received);
        await far.WriteAsync(EveryByte);
        Assert.Equal(EveryByte, await attach.Output.ReadAsync(EveryByte.Length));
        await bridge.StopAsync();
        Assert.Contains("speed 9600 baud", await SttyAsync("near", "-a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_speed_a_client_sets_by_rfc_2217_is_the_devices()
    {
        await using var pair = await PairAsync();
        await using var bridge = BridgeProcess.Start(Server, "modem", $"tty:{_directory["near"]}?baud=9600&stop=1");
        var console = await Server.TelnetPortAsync("modem");
        await using var serial = await PythonSerialPort.OpenAsync(console);
        await serial.DoAsync("set baudrate 57600");
        await serial.DoAsync("set stopbits 2");
        await Patience.PollAsync(
            async () => await SttyAsync("near", "-a") is var settings && settings.Contains("speed 57600 baud", StringComparison.Ordinal)
                && settings.Contains(" cstopb", StringComparison.Ordinal) ? settings : null,
            () => "the device's speed");
        var line = (await Server.WaitForPortAsync("modem")).GetProperty("line");
        Assert.Equal((57600, 2), (line.GetProperty("baud").GetInt32(), line.GetProperty("stopBits").GetDouble()));
        await serial.DoAsync("close");
        await bridge.StopAsync();
    }

    [Fact]
    public async Task A_line_behind_ser2net_is_bridged_with_its_speed_and_every_byte()
    {
        await using var pair = await PairAsync();
        var port = FreePort.Next();
        await File.WriteAllTextAsync(_directory["ser2net.yaml"], $"""
            connection: &line
              accepter: telnet(rfc2217),tcp,127.0.0.1,{port}
              connector: serialdev,{_directory["near"]},9600n81,local
            """);
        await using var ser2net = ChildProcess.Start(Tool.Path("ser2net", "ser2net"), ["-n", "-u", "-c", _directory["ser2net.yaml"]]);
        await using var bridge = BridgeProcess.Start(Server, "remote", $"rfc2217://127.0.0.1:{port}");
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("remote"));
        await serial.DoAsync("set baudrate 19200");
        await Patience.PollAsync(
            async () => await SttyAsync("near", "-a") is var settings && settings.Contains("speed 19200 baud", StringComparison.Ordinal) ? settings : null,
            () => "the device's speed");
        await using var far = new FileStream(_directory["far"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
        await serial.DoAsync($"write {Convert.ToHexString(EveryByte)}");
        var received = new byte[EveryByte.Length];
        await Task.Run(() => far.ReadExactly(received)).WaitAsync(Patience.Limit);
        Assert.Equal(EveryByte, received);
        await far.WriteAsync(EveryByte);
        Assert.Equal(Convert.ToHexString(EveryByte), await serial.DoAsync($"read {EveryByte.Length}"));
        await bridge.StopAsync();
    }

    [Fact]
    public async Task Many_lines_of_one_file_share_a_process_and_its_threads()
    {
        const int Count = 60;
        await using var server = await PortsideProcess.StartAsync(_directory["state"]);
        var lines = new StringBuilder($"to: telnet://127.0.0.1:{server.VmPort}\nlines:\n");
        for (var i = 0; i < Count; i++)
            lines.AppendLine(FormattableString.Invariant($"  - {{ name: many-{i:D2}, line: \"pty:{_directory[$"many-{i:D2}"]}\" }}"));
        var file = _directory["lines.yaml"];
        await File.WriteAllTextAsync(file, lines.ToString());
        await using var bridge = BridgeProcess.StartFile(file);
        for (var i = 0; i < Count; i++)
            await server.WaitForPortAsync($"many-{i:D2}");
        for (var i = 0; i < Count; i++)
            await File.WriteAllTextAsync(_directory[$"many-{i:D2}"], $"I am {i}.");
        for (var i = 0; i < Count; i++)
            await LogAsync(server, $"many-{i:D2}", $"I am {i}.");
        var threads = Directory.GetDirectories($"/proc/{bridge.Process.Id}/task").Length;
        Assert.True(threads < Count, $"{Count} lines took {threads} threads.");

        // What is left out of the file goes, what is new comes, and the others notice nothing.
        await File.WriteAllTextAsync(
            file, $"to: telnet://127.0.0.1:{server.VmPort}\nlines:\n  - {{ name: many-00, line: \"pty:{_directory["many-00"]}\" }}\n  - {{ name: newcomer, line: 'pty:' }}\n");
        var before = (await server.WaitForPortAsync("many-00")).GetProperty("connectedSince").GetString();
        bridge.Process.Signal(Signals.Hangup);
        await server.WaitForPortAsync("newcomer");
        await server.WaitForPortAsync("many-01", port => port.GetProperty("state").GetString() == "disconnected");
        Assert.Equal(before, (await server.WaitForPortAsync("many-00")).GetProperty("connectedSince").GetString());
        await bridge.StopAsync();
        await server.StopAsync();
        Assert.Empty(Directory.GetFiles(_directory.Path, "many-*"));
    }

    [Fact]
    public async Task For_programs_the_story_is_json()
    {
        await using var bridge = BridgeProcess.Start(Server, "json", "-o", "json", "pty:");
        while (true)
        {
            using var line = JsonDocument.Parse(await bridge.Story.WaitForAsync("\n"));
            var told = line.RootElement;
            Assert.Equal("json", told.GetProperty("name").GetString());
            if ((told.GetProperty("lineState").GetString(), told.GetProperty("portState").GetString()) != ("open", "connected"))
                continue;
            Assert.StartsWith("/dev/pts/", told.GetProperty("line").GetString(), StringComparison.Ordinal);
            break;
        }

        await bridge.StopAsync();
    }

    [Fact]
    public async Task A_concentrator_that_is_not_the_one_pinned_is_refused_and_said_so()
    {
        var wrong = string.Join(':', Enumerable.Repeat("AA", 20));
        await using var bridge = ChildProcess.Start(
            Executable.Path, ["bridge", "--to", $"telnets://127.0.0.1:{Server.VmPort}#thumbprint={wrong}", "--name", "pinned", "pty:"]);
        await bridge.Output.WaitForAsync("pinned: refused: ");
    }

    private Task LogAsync(string name, string beginning) => LogAsync(Server, name, beginning);

    private static async Task LogAsync(PortsideProcess server, string name, string beginning)
    {
        await server.WaitForPortAsync(name, _ => true);
        await Patience.PollAsync(
            async () => await server.TextAsync($"/v1/ports/{name}/log?tail=1000000") is var text && text.StartsWith(beginning, StringComparison.Ordinal) ? text : null,
            () => $"the log of {name} to begin with \"{beginning}\"");
    }

    /// <summary>Two devices that are each other's far end.</summary>
    private async Task<ChildProcess> PairAsync()
    {
        var socat = ChildProcess.Start(
            Tool.Path("socat", "socat"),
            [$"pty,rawer,link={_directory["near"]}", $"pty,rawer,link={_directory["far"]}"]);
        await Patience.PollAsync(() => File.Exists(_directory["near"]) && File.Exists(_directory["far"]), () => "socat's devices");
        await SttyAsync("near", "9600");
        return socat;
    }

    private async Task<string> SttyAsync(string device, string setting) =>
        (await ChildProcess.RunAsync("stty", ["-F", _directory[device], setting])).Succeeded().Output;
}
