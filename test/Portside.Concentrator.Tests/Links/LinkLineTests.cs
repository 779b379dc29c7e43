using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Telnet.ComPort;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

/// <summary>RFC 2217 on a machine's link, and what its port makes of it.</summary>
public sealed class LinkLineTests : IAsyncDisposable
{
    private const string Bridge = "FF FA 2C 00 \"Portside bridge 0.1\" FF F0 ";

    private MemoryConcentrator _concentrator = new();

    private Port Port => _concentrator.Port;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task What_a_machine_tells_is_answered_and_kept()
    {
        var machine = await SerialAsync();
        Assert.Equal(default, Port.Snapshot().Line);
        await machine.SendAsync("FF FA 2C 01 00 01 C2 00 FF F0 FF FA 2C 02 07 FF F0 FF FA 2C 03 03 FF F0 FF FA 2C 04 02 FF F0");
        await machine.ExpectAsync("FF FA 2C 65 00 01 C2 00 FF F0 FF FA 2C 66 07 FF F0 FF FA 2C 67 03 FF F0 FF FA 2C 68 02 FF F0");
        await machine.SettleAsync();
        Assert.Equal(new(115_200, 7, ComPortParity.Even, ComPortStopSize.Two), Port.Snapshot().Line);
        Assert.True(Port.Snapshot().IsLineTold);
        Assert.Equal(new(115_200, 7, ComPortParity.Even, ComPortStopSize.Two, ComPortControl.FlowNone), Port.Line);
    }

    [Fact]
    public async Task What_a_machine_tells_before_it_has_a_port_is_kept_too()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync("FF FB 2C FF FA 2C 01 00 01 C2 00 FF F0" + ScriptedMachine.DoProxy("vSPC.py") + ScriptedMachine.TellUuid());
        await machine.ExpectAsync("FF FD 2C FF FA 2C 65 00 01 C2 00 FF F0" + ScriptedMachine.WillProxy);
        await machine.SettleAsync();
        Assert.Equal(115_200u, Port.Snapshot().Line.BaudRate);
    }

    [Fact]
    public async Task A_machine_that_is_no_bridge_hears_nothing_unasked()
    {
        var machine = await SerialAsync();
        await machine.SendAsync("FF FA 2C 00 \"something else\" FF F0");
        var client = _concentrator.Attach(Port);
        Port.SetLine(client, new(19_200, 0, ComPortParity.Query, ComPortStopSize.Query));
        Port.SetSignals(client, dtr: false, rts: false);
        await machine.SettleAsync();
        Assert.Equal(19_200u, Port.Line.BaudRate);
        Assert.False(Port.Snapshot().IsLineTold);

        // Its own settings are its own.
        await machine.SendAsync("FF FA 2C 01 00 00 00 00 FF F0");
        await machine.ExpectAsync("FF FA 2C 65 00 00 25 80 FF F0");
    }

    [Fact]
    public async Task A_bridge_hears_what_clients_make_of_the_line()
    {
        var machine = await SerialAsync();
        await machine.SendAsync(Bridge + "FF FA 2C 01 00 00 25 80 FF F0");
        await machine.ExpectAsync("FF FA 2C 6B B0 FF F0 FF FA 2C 65 00 00 25 80 FF F0"); // DCD, DSR, CTS
        await machine.SettleAsync();
        var client = _concentrator.Attach(Port);
        Port.SetLine(client, new(19_200, 7, ComPortParity.Even, ComPortStopSize.Query));
        await machine.ExpectAsync("FF FA 2C 65 00 00 4B 00 FF F0 FF FA 2C 66 07 FF F0 FF FA 2C 67 03 FF F0");

        // The line cannot; its word is the last.
        await machine.SendAsync("FF FA 2C 01 00 00 12 C0 FF F0");
        await machine.ExpectAsync("FF FA 2C 65 00 00 12 C0 FF F0");
        await machine.SettleAsync();
        Assert.Equal(4_800u, Port.Line.BaudRate);

        Port.SetSignals(client, dtr: false, rts: null);
        await machine.ExpectAsync("FF FA 2C 6B 1A FF F0"); // CTS; DSR and DCD went.
        client.End("left");
        await machine.ExpectAsync("FF FA 2C 6B BA FF F0"); // Nobody drives them: on again.
        await machine.SettleAsync();
    }

    [Fact]
    public async Task Every_machine_hears_it_where_that_is_set()
    {
        await _concentrator.DisposeAsync();
        _concentrator = new(o => o.Vm.LineSettings = LineTelling.All);
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FB 2C");
        await machine.ExpectAsync("FF FD 2C FF FA 2C 6B B0 FF F0");
        Port.SetLine(_concentrator.Attach(Port), new(19_200, 0, ComPortParity.Query, ComPortStopSize.Query));
        await machine.ExpectAsync("FF FA 2C 65 00 00 4B 00 FF F0");
    }

    [Fact]
    public async Task No_machine_hears_it_where_that_is_set()
    {
        await _concentrator.DisposeAsync();
        _concentrator = new(o => o.Vm.LineSettings = LineTelling.None);
        var machine = await SerialAsync();
        await machine.SendAsync(Bridge);
        Port.SetLine(_concentrator.Attach(Port), new(19_200, 0, ComPortParity.Query, ComPortStopSize.Query));
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_reader_changes_nothing()
    {
        await SerialAsync();
        var reader = _concentrator.Attach(Port, mode: ClientMode.ReadOnly);
        Port.SetLine(reader, new(19_200, 0, ComPortParity.Query, ComPortStopSize.Query));
        Port.SetSignals(reader, dtr: false, rts: false);
        Assert.Equal(LineSettings.Default, Port.Line);
        Assert.Equal((true, true), Port.ClientsSignals);
    }

    [Fact]
    public async Task A_machines_signals_are_its_clients_modem_lines()
    {
        Assert.Equal(default, Port.ModemStateForClients);
        var machine = await SerialAsync();
        Assert.Equal(ComPortModemState.Cts | ComPortModemState.Dsr | ComPortModemState.Dcd, Port.ModemStateForClients);
        await machine.SendAsync("FF FA 2C 05 09 FF F0");
        await machine.ExpectAsync("FF FA 2C 69 09 FF F0");
        await machine.SettleAsync();
        Assert.Equal(ComPortModemState.Cts, Port.ModemStateForClients);
        await machine.Peer.DisposeAsync();
        await machine.EndAsync();
        Assert.Equal(default, Port.ModemStateForClients);
    }

    [Fact]
    public async Task A_machine_that_suspends_gets_nothing_until_it_resumes()
    {
        var machine = await SerialAsync();
        await machine.SendAsync("FF FA 2C 08 FF F0");
        await machine.SettleAsync();
        var client = _concentrator.Attach(Port);
        await client.TypeAsync("\"abc\"");
        Port.Break("ada");
        await machine.SettleAsync();
        await machine.SendAsync("FF FA 2C 09 FF F0");
        await machine.ExpectAsync("\"abc\" FF F3");
    }

    [Fact]
    public async Task A_machines_purge_costs_nobody_what_they_typed()
    {
        var machine = await SerialAsync();
        await machine.SendAsync("FF FA 2C 08 FF F0");
        await machine.SettleAsync();
        await _concentrator.Attach(Port).TypeAsync("\"abc\"");
        await machine.SendAsync("FF FA 2C 0C 03 FF F0");
        await machine.ExpectAsync("FF FA 2C 70 03 FF F0");
        await machine.SendAsync("FF FA 2C 09 FF F0");
        await machine.ExpectAsync("\"abc\"");
    }

    [Fact]
    public async Task Breaks_keep_their_place()
    {
        var machine = await SerialAsync();
        await machine.SendAsync("FF FA 2C 08 FF F0");
        await machine.SettleAsync();
        var client = _concentrator.Attach(Port);
        await client.TypeAsync("\"one\" FF");
        Port.Break("ada");
        Port.Break("ada");
        await client.TypeAsync("\"two\"");
        Port.Break("ada", (byte)'h');
        await client.TypeAsync("\"three\"");
        Port.Break("ada");
        await machine.SendAsync("FF FA 2C 09 FF F0");
        await machine.ExpectAsync("\"one\" FF FF FF F3 FF F3 \"two\" FF F3 \"hthree\" FF F3");
        await machine.SettleAsync();
        await client.TypeAsync("\"on\"");
        await machine.ExpectAsync("\"on\"");
    }

    [Fact]
    public async Task A_destinations_settings_are_its_ports()
    {
        var source = await SerialAsync();
        await source.SendAsync("FF FA 2C 01 00 00 25 80 FF F0");
        await source.ExpectAsync("FF FA 2C 65 00 00 25 80 FF F0");
        var key = await source.BeginAsync();
        var destination = _concentrator.Connect();
        await destination.PeerAsync(key);
        await destination.SendAsync("FF FB 2C FF FA 2C 01 00 01 C2 00 FF F0");
        await destination.ExpectAsync("FF FD 2C FF FA 2C 65 00 01 C2 00 FF F0");
        await destination.CompleteAsync();
        Assert.Equal(115_200u, Port.Snapshot().Line.BaudRate);
    }

    [Fact]
    public async Task The_option_may_be_refused()
    {
        await _concentrator.DisposeAsync();
        _concentrator = new(o => o.Vm.ComPort = false);
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FB 2C FF FA 2C 01 00 01 C2 00 FF F0");
        await machine.ExpectAsync("FF FE 2C");
        await machine.SettleAsync();
        Assert.Equal(default, Port.Snapshot().Line);
    }

    [Fact]
    public async Task Malformed_messages_are_ignored()
    {
        var machine = await SerialAsync();
        await machine.SendAsync("FF FA 2C FF F0 FF FA 2C 01 FF F0 FF FA 2C 63 00 FF F0 FF FA 2C 65 00 00 25 80 FF F0 FF FA 2C 05 FF FF FF F0");
        await machine.SettleAsync();
        Assert.Equal(default, Port.Snapshot().Line);
    }

    private async Task<ScriptedMachine> SerialAsync()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FB 2C");
        await machine.ExpectAsync("FF FD 2C");
        return machine;
    }
}
