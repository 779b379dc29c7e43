using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Telnet.ComPort;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>A port's telnet port as an RFC 2217 access server.</summary>
public sealed class ClientLineTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new();

    private Port Port => _concentrator.Port;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task Who_offers_it_is_a_program_however_much_it_says_before()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("\"Booting\"");
        await machine.SettleAsync();
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);

        // As pyserial does: option by option, and it wants this end to be a client as well.
        await program.Peer.SendAsync("FF FD 01");
        await program.Peer.SendAsync("FF FB 03 | FF FD 03 | FF FB 2C | FF FD 2C");
        await program.Peer.ExpectAsync("FF FC 2C FF FA 2C 6B B0 FF F0");
        await machine.SendAsync("0D \"x\" FF FF");
        await program.Peer.ExpectAsync("0D \"x\" FF FF"); // No banner, nothing shown again, no CR rules.
        await program.Peer.SendAsync("1D \"q\" 0D 00 \"~.\"");
        await machine.ExpectAsync("1D \"q\" 0D 00 \"~.\"");
    }

    [Fact]
    public async Task Who_speaks_it_unasked_has_agreed_to_it()
    {
        // pyserial now and then: it takes DO for the answer to a WILL that it then never sends.
        var machine = await _concentrator.StartAsync();
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);
        await program.Peer.SendAsync("FF FB 00 | FF FD 00 | FF FD 2C | FF FA 2C 01 00 01 C2 00 FF F0");
        await program.Peer.ExpectAsync("FF FC 2C FF FA 2C 6B B0 FF F0 FF FA 2C 65 00 01 C2 00 FF F0");
        await machine.SendAsync("\"x\"");
        await program.Peer.ExpectAsync("\"x\"");
    }

    [Fact]
    public async Task Who_refused_it_is_not_answered()
    {
        await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("FF FA 2C 01 00 01 C2 00 FF F0");
        await person.SettleAsync();
        Assert.Equal(LineSettings.Default, Port.Line);
    }

    [Fact]
    public async Task Sets_are_answered_and_hold_for_the_port()
    {
        await _concentrator.StartAsync();
        var program = await SerialAsync();
        await program.Peer.SendAsync("FF FA 2C 01 00 01 C2 00 FF F0 FF FA 2C 02 07 FF F0 FF FA 2C 03 03 FF F0 FF FA 2C 04 02 FF F0 FF FA 2C 05 03 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 65 00 01 C2 00 FF F0 FF FA 2C 66 07 FF F0 FF FA 2C 67 03 FF F0 FF FA 2C 68 02 FF F0 FF FA 2C 69 03 FF F0");
        Assert.Equal(new(115_200, 7, ComPortParity.Even, ComPortStopSize.Two, ComPortControl.FlowHardware), Port.Line);

        // The next one finds them so, and who sets anew tells the first.
        var second = await SerialAsync();
        await second.Peer.SendAsync("FF FA 2C 01 00 00 00 00 FF F0");
        await second.Peer.ExpectAsync("FF FA 2C 65 00 01 C2 00 FF F0");
        await second.Peer.SendAsync("FF FA 2C 02 08 FF F0");
        await second.Peer.ExpectAsync("FF FA 2C 66 08 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 66 08 FF F0");
    }

    [Fact]
    public async Task A_reader_is_told_what_is_in_force()
    {
        var machine = await _concentrator.StartAsync();
        var program = await SerialAsync();
        Assert.Null(Port.ChangeMode(program.Client, ClientMode.ReadOnly, steal: false));
        await program.Peer.SendAsync("FF FA 2C 01 00 01 C2 00 FF F0 FF FA 2C 05 09 FF F0 FF FA 2C 05 05 FF F0 FF F3");
        await program.Peer.ExpectAsync("FF FA 2C 65 00 00 25 80 FF F0 FF FA 2C 69 08 FF F0 FF FA 2C 69 06 FF F0");
        Assert.Equal(LineSettings.Default, Port.Line);
        await machine.SettleAsync();
    }

    [Fact]
    public async Task What_the_machine_tells_is_told()
    {
        var machine = await _concentrator.StartAsync();
        var program = await SerialAsync();
        await machine.SendAsync("FF FB 2C FF FA 2C 01 00 01 C2 00 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 65 00 01 C2 00 FF F0");
        await machine.SendAsync("FF FA 2C 05 09 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 6B 1A FF F0"); // CTS; DSR and DCD went.
        await program.Peer.SendAsync("FF FA 2C 07 00 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 6B 10 FF F0");
        await machine.Peer.DisposeAsync();
        await program.Peer.ExpectAsync("FF FA 2C 6B 01 FF F0");
        await _concentrator.StartAsync();
        await program.Peer.ExpectAsync("FF FA 2C 6B BB FF F0");
    }

    [Fact]
    public async Task A_machines_break_is_told_to_who_asked_for_it()
    {
        var machine = await _concentrator.StartAsync();
        var deaf = await SerialAsync();
        var program = await SerialAsync();
        await program.Peer.SendAsync("FF FA 2C 0A 10 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 6E 10 FF F0");
        await machine.SendAsync("FF F3");
        await program.Peer.ExpectAsync("FF FA 2C 6A 10 FF F0");
        await machine.SendAsync("FF FB 2C FF FA 2C 05 05 FF F0 FF FA 2C 05 06 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 6A 10 FF F0");
        await machine.SendAsync("\"x\"");
        await deaf.Peer.ExpectAsync("\"x\"");
    }

    [Theory]
    [InlineData("FF F3")]
    [InlineData("FF FA 2C 05 05 FF F0 FF FA 2C 05 05 FF F0 FF FA 2C 05 06 FF F0")]
    public async Task A_break_keeps_its_place_among_what_is_typed(string wish)
    {
        var machine = await _concentrator.StartAsync();
        var program = await SerialAsync();
        await program.Peer.SendAsync($"\"one\" {wish} \"two\" {wish} \"three\"");
        await machine.ExpectAsync("\"one\" FF F3 \"two\" FF F3 \"three\"");
    }

    [Fact]
    public async Task Suspend_stops_the_machines_bytes_and_nothing_else()
    {
        var machine = await _concentrator.StartAsync();
        var program = await SerialAsync();
        var other = await SerialAsync();
        await program.Peer.SendAsync("FF FA 2C 08 FF F0 FF FA 2C 02 00 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 66 08 FF F0");
        await machine.SendAsync("\"abc\"");
        await other.Peer.ExpectAsync("\"abc\"");
        await program.Peer.SendAsync("FF FA 2C 02 00 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 66 08 FF F0");
        await program.Peer.SendAsync("FF FA 2C 09 FF F0");
        await program.Peer.ExpectAsync("\"abc\"");
    }

    [Fact]
    public async Task Purge_drops_what_the_program_did_not_get_yet()
    {
        var machine = await _concentrator.StartAsync();
        var program = await SerialAsync();
        await program.Peer.SendAsync("FF FA 2C 08 FF F0 FF FA 2C 02 00 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 66 08 FF F0");
        await machine.SendAsync("\"old\"");
        await machine.SettleAsync();
        await program.Peer.SendAsync("FF FA 2C 0C 01 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 70 01 FF F0");
        await machine.SendAsync("\"new\"");
        await machine.SettleAsync();
        await program.Peer.SendAsync("FF FA 2C 09 FF F0");
        await program.Peer.ExpectAsync("\"new\"");
    }

    [Fact]
    public async Task Purge_drops_what_waits_for_the_machine_unless_others_typed_it()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FB 2C FF FA 2C 08 FF F0");
        await machine.ExpectAsync("FF FD 2C");
        await machine.SettleAsync();
        var program = await SerialAsync();
        await program.Peer.SendAsync("\"old\" FF FA 2C 0C 02 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 70 02 FF F0");
        var other = _concentrator.Attach(Port, "bob");
        await other.TypeAsync("\"bob's\"");
        await program.Peer.SendAsync("FF FA 2C 0C 03 FF F0");
        await program.Peer.ExpectAsync("FF FA 2C 70 03 FF F0");
        await machine.SendAsync("FF FA 2C 09 FF F0");
        await machine.ExpectAsync("\"bob's\"");
    }

    [Fact]
    public async Task A_person_sends_a_break_and_a_sysrq_key_from_the_menu()
    {
        var machine = await _concentrator.StartAsync();
        var person = _concentrator.Dial(Port);
        await person.ComeInAsync();
        await person.Peer.SendAsync("\"a\" 1D \"sh\" \"b\" 1D \"b\" \"c\"");
        await person.Peer.ExpectTextEventuallyAsync("break and SysRq key: break and h sent]\r\n");
        await person.Peer.ExpectTextEventuallyAsync("break sent]\r\n");
        await machine.ExpectAsync("\"a\" FF F3 \"hb\" FF F3 \"c\"");
    }

    [Fact]
    public async Task Who_answers_options_but_not_this_one_is_a_person_after_a_while()
    {
        var person = _concentrator.Dial(Port);
        await person.Peer.ExpectAsync(ScriptedPerson.Asked);
        await person.Peer.SendAsync("FF FD 01 | FF FD 03");
        await person.SettleAsync();
        await _concentrator.Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await person.Peer.ExpectTextEventuallyAsync("^] ?]\r\n");
    }

    private async Task<ScriptedPerson> SerialAsync()
    {
        var program = _concentrator.Dial(Port);
        await program.Peer.ExpectAsync(ScriptedPerson.Asked);
        await program.Peer.SendAsync("FF FD 00 | FF FB 00 | FF FB 2C");
        await program.Peer.ExpectAsync("FF FA 2C 6B B0 FF F0");
        return program;
    }
}
