using Portside.Host.Ports;
using Portside.Telnet.ComPort;
using Portside.Testing;
using static Portside.Host.Tests.Ports.ProxyScripts;

namespace Portside.Host.Tests.Ports;

/// <summary>Speed, framing, modem lines and breaks of a port, as its proxy and a bridge see them.</summary>
public class VirtualSerialPortLineTests
{
    private const string Default = "FF FA 2C 01 00 00 25 80 FF F0 FF FA 2C 02 08 FF F0 FF FA 2C 03 01 FF F0 FF FA 2C 04 01 FF F0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PairedProxy _proxy = new();
    private readonly LineRecorder _heard = new();

    private VirtualSerialPortOptions Options => MachineProtocolTests.Options with { Connector = _proxy.ConnectAsync };

    [Fact]
    public async Task A_port_tells_how_its_UART_is_set_and_what_changes()
    {
        await using var port = new VirtualSerialPort(Options);
        await using var proxy = await ServeAsync(port, Default);
        ISerialLine guest = port;
        guest.SetLine(new(115_200, 0, ComPortParity.Query, ComPortStopSize.Query));
        await proxy.ExpectAsync("FF FA 2C 01 00 01 C2 00 FF F0");
        guest.SetLine(new(115_200, 8, ComPortParity.Even, ComPortStopSize.Query));
        await proxy.ExpectAsync("FF FA 2C 03 03 FF F0");
        Assert.Equal(new(115_200, 8, ComPortParity.Even, ComPortStopSize.One), port.Line);
        Assert.True(port.Snapshot.ComPort);
    }

    [Fact]
    public async Task What_is_set_without_a_connection_is_told_by_the_next()
    {
        await using var port = new VirtualSerialPort(Options with { LineSignature = "Portside bridge" });
        port.SetLine(new(0xFFFF, 7, ComPortParity.Odd, ComPortStopSize.Two, ComPortControl.FlowHardware));
        port.SetSignals(dtr: true, rts: false);
        await using var proxy = await ServeAsync(
            port,
            "FF FA 2C 00 \"Portside bridge\" FF F0 FF FA 2C 01 00 00 FF FF FF FF FF F0 FF FA 2C 02 07 FF F0 FF FA 2C 03 02 FF F0"
            + "FF FA 2C 04 02 FF F0 FF FA 2C 05 03 FF F0 FF FA 2C 05 08 FF F0 FF FA 2C 05 0C FF F0");
        port.SetSignals(dtr: false, rts: false);
        await proxy.ExpectAsync("FF FA 2C 05 09 FF F0");
    }

    [Fact]
    public async Task A_bridge_hears_what_is_wanted_and_has_the_last_word()
    {
        await using var port = new VirtualSerialPort(Options) { Observer = _heard };
        await using var proxy = await ServeAsync(port, Default);
        await proxy.SendAsync("FF FA 2C 65 00 00 25 80 FF F0 FF FA 2C 66 08 FF F0"); // Only repeated: no news.
        await proxy.SendAsync("FF FA 2C 65 00 01 C2 00 FF F0");
        Assert.Equal("settings 115200 0 Query Query QueryFlow", await _heard.NextAsync()); // And nothing else.

        // It can, and says so once. It cannot: what is in force.
        port.SetLine(port.Line with { BaudRate = 115_200 });
        await proxy.ExpectAsync("FF FA 2C 01 00 01 C2 00 FF F0");
        port.SetLine(port.Line with { BaudRate = 115_200 });
        port.SetLine(port.Line with { BaudRate = 57_600 });
        await proxy.ExpectAsync("FF FA 2C 01 00 00 E1 00 FF F0");

        await proxy.SendAsync("FF FA 2C 6B B0 FF F0");
        Assert.Equal("modem B0", await _heard.NextAsync());
        await proxy.SendAsync("FF FA 2C 6B 31 FF F0 FF FA 2C 6B 22 FF F0 FF FA 2C 6A 10 FF F0");
        Assert.Equal("modem 23", await _heard.NextAsync());
        Assert.Equal("line 10", await _heard.NextAsync());
    }

    [Fact]
    public async Task A_break_is_heard_in_its_place()
    {
        await using var port = new VirtualSerialPort(Options) { Observer = _heard };
        await using var proxy = await ServeAsync(port, Default);
        await proxy.SendAsync("\"one\" FF F3 FF F3 \"two\" FF F3");
        await port.WaitForAsync(_ => true);
        var buffer = new byte[16];
        Assert.Equal("one", await ReadTextAsync(port, buffer));
        Assert.True(_heard.IsEmpty);
        Assert.Equal("two", await ReadTextAsync(port, buffer));
        Assert.Equal("break", await _heard.NextAsync());
        Assert.Equal("break", await _heard.NextAsync());
        Assert.True(_heard.IsEmpty);

        // A break with nothing behind it is heard by whoever waits.
        var next = ReadTextAsync(port, buffer);
        Assert.Equal("break", await _heard.NextAsync());
        await proxy.SendAsync("FF F3 \"x\"");
        Assert.Equal("x", await next);
        Assert.Equal("break", await _heard.NextAsync());
        Assert.Equal(4, port.Snapshot.Breaks);
    }

    [Fact]
    public async Task A_break_of_the_line_goes_to_the_proxy_behind_what_was_written()
    {
        await using var port = new VirtualSerialPort(Options);
        Assert.False(port.SendBreak());
        await using var proxy = await ServeAsync(port, Default);
        await port.WriteAsync("one"u8.ToArray(), CancellationToken.None);
        Assert.True(port.SendBreak());
        await port.WriteAsync("two"u8.ToArray(), CancellationToken.None);
        await proxy.ExpectAsync("\"one\" FF F3 \"two\"");
    }

    [Fact]
    public async Task Output_waits_while_the_proxy_suspends()
    {
        await using var port = new VirtualSerialPort(Options) { Observer = _heard };
        await using var proxy = await ServeAsync(port, Default);
        await proxy.SendAsync("FF FA 2C 6C FF F0 FF FA 2C 6B 10 FF F0");
        Assert.Equal("modem 10", await _heard.NextAsync());
        var writing = port.WriteAsync("late"u8.ToArray(), CancellationToken.None).AsTask();
        Assert.False(writing.IsCompleted);
        port.SetLine(new(1200, 0, ComPortParity.Query, ComPortStopSize.Query));
        await proxy.ExpectAsync("FF FA 2C 01 00 00 04 B0 FF F0");
        await proxy.SendAsync("FF FA 2C 6D FF F0");
        await proxy.ExpectAsync("\"late\"");
        await writing.WaitAsync(Patience);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_proxy_that_refuses_the_option()
    {
        await using var port = new VirtualSerialPort(Options) { Observer = _heard };
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        port.SetLine(LineSettings.Default with { BaudRate = 300 });
        port.SetSignals(dtr: false, rts: false);
        await proxy.SendAsync("FF FA 2C 65 00 00 4B 00 FF F0 \"x\"");
        Assert.Equal("x", await ReadTextAsync(port, new byte[4]));
        Assert.True(_heard.IsEmpty);
        await port.WriteAsync("y"u8.ToArray(), CancellationToken.None);
        await proxy.ExpectAsync("\"y\"");
    }

    private static async Task<string> ReadTextAsync(VirtualSerialPort port, byte[] buffer)
    {
        var length = await port.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>A proxy that takes up COM-PORT-OPTION and has heard what the port says then.</summary>
    private async Task<ScriptedPeer> ServeAsync(VirtualSerialPort port, string told)
    {
        port.Connect();
        var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25");
        await proxy.ExpectAsync("FF FB E8" + BinaryRequests);
        await proxy.SendAsync("FF FD E8" + BinaryAnswers + Known2);
        await proxy.ExpectAsync(Known1 + DoProxy);
        await proxy.SendAsync(WillProxy);
        await proxy.ExpectAsync("FF FB 2C");
        await proxy.SendAsync("FF FD 2C");
        await proxy.ExpectAsync(told);
        return proxy;
    }
}
