using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Machines;
using Portside.Host.Ports;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Debian's python3-serial on the telnet port of a machine: RFC 2217 from end to end.</summary>
public class SerialProgramTests(PatientPortside running) : IClassFixture<PatientPortside>
{
    private readonly ScriptedGuest _guest = new();

    private PortsideProcess Server => running.Server;

    [Fact]
    public async Task A_program_opens_the_port_and_every_byte_passes_both_ways()
    {
        await using var machine = await StartAsync("serial-bytes");
        await _guest.SayAsync("said before it came");
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("serial-bytes"));

        // No banner, nothing said before: what the machine says now is all it reads.
        byte[] all = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        await _guest.SayAsync(all);
        Assert.Equal(Convert.ToHexString(all), await serial.DoAsync("read 256"));
        await serial.DoAsync($"write {Convert.ToHexString(all)}");
        Assert.Equal(all, await _guest.Received.ReadAsync(256));
    }

    [Fact]
    public async Task Settings_and_signals_reach_a_bridge_and_are_read_back()
    {
        var notes = new LineNotes(_guest.Received);
        await using var machine = await StartAsync("serial-bridge", notes, options => options with { LineSignature = "Portside bridge" });
        await notes.Heard.WaitForAsync("modem B0\n"); // DCD, DSR and CTS: the clients' DTR and RTS.
        var port = machine.Ports[0];
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("serial-bridge"));

        await serial.DoAsync("set baudrate 57600");
        await serial.DoAsync("set parity even");
        await serial.DoAsync("set bytesize 7");
        await serial.DoAsync("set stopbits 2");
        await notes.Heard.WaitForAsync("settings 57600 7 Even Two\n");
        await serial.DoAsync("set dtr false");
        await notes.Heard.WaitForAsync("modem 10\n");
        await serial.DoAsync("set rts false");
        await notes.Heard.WaitForAsync("modem 00\n");
        await serial.DoAsync("set dtr true");
        await notes.Heard.WaitForAsync("modem A0\n");
        await serial.DoAsync("set rtscts true");
        await serial.DoAsync("set rtscts false");
        await serial.DoAsync("set xonxoff true");

        // The real line took it, and says so; then its own knob is turned.
        port.SetLine(new(57_600, 7, ComPortParity.Even, ComPortStopSize.Two));
        await Server.WaitForPortAsync("serial-bridge", p => p.GetProperty("line").GetProperty("baud").GetInt32() == 57_600);
        var shown = (await Server.RunAsync("show", "serial-bridge")).Succeeded().Output;
        Assert.Contains("57600 7E2", shown, StringComparison.Ordinal);

        Assert.Equal(("True", "True", "True", "False"), await ModemLinesAsync(serial));
        port.SetSignals(dtr: false, rts: true);
        await PollAsync(serial, ("True", "False", "False", "False"));
        port.SetSignals(dtr: true, rts: false);
        await PollAsync(serial, ("False", "True", "True", "False"));
    }

    [Fact]
    public async Task A_machines_own_settings_are_shown_and_not_its_clients()
    {
        await using var machine = await StartAsync(
            "serial-shown", configure: options => options with { Line = LineSettings.Default with { BaudRate = 115_200 } });
        await Server.WaitForPortAsync(
            "serial-shown", p => p.GetProperty("line") is { ValueKind: System.Text.Json.JsonValueKind.Object } l && l.GetProperty("baud").GetInt32() == 115_200);
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("serial-shown"));
        await serial.DoAsync("set baudrate 1200");
        Assert.Equal("1200", await serial.DoAsync("get baudrate"));
        var shown = (await Server.RunAsync("show", "serial-shown")).Succeeded().Output;
        Assert.Contains("115200 8N1", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaks_of_every_kind_reach_the_machine_in_their_place()
    {
        var notes = new LineNotes(_guest.Received);
        await using var machine = await StartAsync("serial-break", notes);
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("serial-break"));
        await serial.DoAsync("write 6F6E65");
        await serial.DoAsync("break 0.01");
        await serial.DoAsync("write 74776F");
        await _guest.Received.ExpectAsync("one<BREAK>two");

        (await Server.RunAsync("break", "serial-break")).Succeeded();
        await _guest.Received.ExpectAsync("<BREAK>");
        (await Server.RunAsync("break", "serial-break", "--sysrq", "h")).Succeeded();
        await _guest.Received.ExpectAsync("<BREAK>h");
        Assert.Contains("SysRq", (await Server.RunAsync("break", "serial-break", "--sysrq", "help")).ExitedWith(2).Error, StringComparison.Ordinal);

        await using var terminal = PseudoTerminal.Begin(
            $"{Tool.Path("telnet", "telnet")} --no-escape 127.0.0.1 {await Server.TelnetPortAsync("serial-break")}");
        await terminal.Output.WaitForAsync("Enter ~ .");
        await terminal.WriteAsync("x\u001dbyz");
        await _guest.Received.ExpectAsync("x<BREAK>yz");
        await terminal.WriteAsync("x\u001dsmyz");
        await terminal.Output.WaitForAsync("break and m sent]");
        await _guest.Received.ExpectAsync("x<BREAK>myz");
    }

    [Fact]
    public async Task What_is_purged_is_not_read()
    {
        await using var machine = await StartAsync("serial-purge");
        await using var serial = await PythonSerialPort.OpenAsync(await Server.TelnetPortAsync("serial-purge"));
        await _guest.SayAsync("old");
        await Server.WaitForPortAsync("serial-purge", p => p.GetProperty("bytesFromMachine").GetInt64() == 3);
        await serial.DoAsync("purge input");
        await serial.DoAsync("purge output");
        await _guest.SayAsync("new");
        Assert.Equal("6E6577", await serial.DoAsync("read 3"));
    }

    [Fact]
    public async Task Two_programs_share_a_port_and_one_that_may_only_read_sets_nothing()
    {
        await using var machine = await StartAsync("serial-two");
        var port = await Server.TelnetPortAsync("serial-two");
        await using var first = await PythonSerialPort.OpenAsync(port);
        await using var second = await PythonSerialPort.OpenAsync(port);
        await first.DoAsync("write 31");
        await second.DoAsync("write 32");
        await _guest.Received.ReadAsync(2);
        await _guest.SayAsync("both");
        Assert.Equal("626F7468", await first.DoAsync("read 4"));
        Assert.Equal("626F7468", await second.DoAsync("read 4"));
        await using var exclusive = await Clients.PlainConsole.AttachAsync(Server, "serial-two", "mode=exclusive-write&steal=true");
        Assert.Contains("rejected", await first.TryAsync("set baudrate 300"), StringComparison.Ordinal);
        await first.DoAsync("write 33");
        await exclusive.TypeAsync("x"u8.ToArray());
        await _guest.Received.ExpectAsync("x");
    }

    [Fact]
    public async Task Ser2net_is_a_client_like_any_other()
    {
        var notes = new LineNotes(_guest.Received);
        await using var machine = await StartAsync("serial-ser2net", notes, options => options with { LineSignature = "Portside bridge" });
        using var directory = new TemporaryDirectory();
        var port = FreePorts.Next();
        await File.WriteAllTextAsync(directory["ser2net.yaml"], $"""
            connection: &console
              accepter: telnet(rfc2217),tcp,127.0.0.1,{port}
              connector: telnet(rfc2217),tcp,127.0.0.1,{await Server.TelnetPortAsync("serial-ser2net")}

            """);
        await using var ser2net = ChildProcess.Start(
            Tool.Path("ser2net", "ser2net"), ["-n", "-d", "-c", directory["ser2net.yaml"], "-P", directory["pid"]]);
        await using var serial = await PythonSerialPort.OpenAsync(port);
        await serial.DoAsync("set baudrate 38400");
        await serial.DoAsync("set parity odd");
        await notes.Heard.WaitForAsync("settings 38400 0 Odd Query\n");
        await serial.DoAsync("set dtr false");
        await notes.Heard.WaitForAsync("modem 10\n");

        // One after the other has arrived: ser2net lets a break pass data that it still holds.
        await serial.DoAsync("write 00FF0D11");
        Assert.Equal([0x00, 0xFF, 0x0D, 0x11], await _guest.Received.ReadAsync(4));
        await serial.DoAsync("break 0.01");
        Assert.Equal("<BREAK>"u8.ToArray(), await _guest.Received.ReadAsync(7));
        await serial.DoAsync("write 21");
        Assert.Equal("!"u8.ToArray(), await _guest.Received.ReadAsync(1));
        await _guest.SayAsync((byte[])[0xFF, 0x00, 0x0D, 0x13]);
        Assert.Equal("FF000D13", await serial.DoAsync("read 4"));
    }

    private static async Task<(string Cts, string Dsr, string Cd, string Ri)> ModemLinesAsync(PythonSerialPort serial) =>
        (await serial.DoAsync("get cts"), await serial.DoAsync("get dsr"), await serial.DoAsync("get cd"), await serial.DoAsync("get ri"));

    private static Task<object> PollAsync(PythonSerialPort serial, (string, string, string, string) expected) => Patience.PollAsync<object>(
        async () => await ModemLinesAsync(serial) == expected ? expected : null, () => $"modem lines {expected}");

    private async Task<VirtualMachine> StartAsync(
        string name, LineNotes? notes = null, Func<VirtualSerialPortOptions, VirtualSerialPortOptions>? configure = null)
    {
        var machine = Machine.Create(Server, name, _guest, configure);
        machine.Ports[0].Observer = notes;
        await machine.PowerOnAsync().WaitAsync(Patience.Limit);
        await Server.WaitForPortAsync(
            machine.Ports[0].Options.VcUuid.ToString()!, p => p.GetProperty("name").ValueKind == System.Text.Json.JsonValueKind.String);
        return machine;
    }
}
