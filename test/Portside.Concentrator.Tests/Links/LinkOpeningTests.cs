using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>How a link opens, byte by byte, with both kinds of machine: those that lead and those that wait.</summary>
public sealed class LinkOpeningTests : IAsyncDisposable
{
    private const string Wishes = "FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8 ";
    private const string CapturedUuid =
        "FF FA E8 50 \"01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\" FF F0 ";
    private const string CapturedName = "FF FA E8 52 \"vm-00000\" FF F0 ";

    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public Task The_captured_machine_is_met_and_identified() => CapturedMachineAsync(_concentrator.Connect());

    [Fact]
    public Task The_captured_machine_is_met_byte_by_byte() => CapturedMachineAsync(_concentrator.Connect(capacity: 1));

    [Fact]
    public async Task The_captured_machine_is_met_however_its_bytes_are_cut()
    {
        for (var cut = 1; cut < 150; cut++)
        {
            await using var concentrator = new MemoryConcentrator();
            await CapturedMachineAsync(concentrator.Connect(cuts: CutStream.At(cut)));
        }
    }

    [Fact]
    public Task A_machine_that_leads_is_met_and_identified() => LeadingMachineAsync(_concentrator.Connect());

    [Fact]
    public Task A_machine_that_leads_is_met_byte_by_byte() => LeadingMachineAsync(_concentrator.Connect(capacity: 1));

    [Fact]
    public async Task A_machine_that_leads_is_met_however_its_bytes_are_cut()
    {
        for (var cut = 1; cut < 150; cut++)
        {
            await using var concentrator = new MemoryConcentrator();
            await LeadingMachineAsync(concentrator.Connect(cuts: CutStream.At(cut)));
        }
    }

    [Fact]
    public async Task A_machine_that_waits_to_be_spoken_to_is_spoken_to_after_half_a_second()
    {
        var machine = _concentrator.Connect();
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(0, machine.Stream.Available);
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(1));
        await machine.ExpectAsync(Wishes);
        await machine.SendAsync("FF FD 00 | FF FD 03 | FF FD 01 | FF FB 00 | FF FB 03 | FF FB E8");
        await machine.ExpectAsync(Known2 + Questions);
        await machine.SendAsync(Known1 + DoProxy("vSPC.py") + CapturedUuid + CapturedName);
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Equal(PortState.Connected, _concentrator.Port.Snapshot().State);
    }

    [Fact]
    public async Task A_machine_that_says_everything_at_once_is_met()
    {
        var machine = _concentrator.Connect();
        await machine.SendAsync("FF FB 25 | FF FB E8" + Known1 + DoProxy("vSPC.py") + CapturedUuid + CapturedName + "FF FB 2C | 41 FF FF 00 0D 42");
        await machine.ExpectAsync("FF FE 25 |" + Wishes + Known2 + Questions + WillProxy + "FF FD 2C");
        await machine.SettleAsync();
        Assert.Equal(5, _concentrator.Port.Recording.End);
    }

    [Fact]
    public async Task Questions_are_asked_as_soon_as_option_232_is_on_and_not_again()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync("FF FB E8" + Known1);
        await machine.SettleAsync();
    }

    [Fact]
    public async Task Answers_may_come_before_the_service_uri_is_accepted()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(CapturedUuid + CapturedName);
        await machine.SettleAsync();
        Assert.Equal(0, _concentrator.Ports.Count);
        await machine.SendAsync(DoProxy("vSPC.py"));
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Equal("vm-00000", _concentrator.Port.Title);
    }

    [Fact]
    public async Task A_port_needs_no_name()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + CapturedUuid);
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Null(_concentrator.Port.Name);
        Assert.Equal("01234567-89ab-cdef-fedc-ba9800000000", _concentrator.Port.Title);
        await machine.SendAsync(CapturedName);
        await machine.SettleAsync();
        Assert.Equal("vm-00000", _concentrator.Port.Title);
        await machine.SendAsync(TellName("renamed"));
        await machine.SettleAsync();
        Assert.Equal("renamed", _concentrator.Port.Title);
    }

    [Fact]
    public async Task Serial_data_before_identity_waits_for_it_and_keeps_its_order()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync("\"one \"" + DoProxy("vSPC.py") + "\"two \"" + CapturedUuid + "\"three\"");
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Equal("one two three", Text(_concentrator.Port));
    }

    [Fact]
    public async Task Data_is_transparent_both_ways_and_nothing_acknowledges_it()
    {
        var machine = await _concentrator.StartAsync();
        var client = _concentrator.Attach(_concentrator.Port);
        await machine.SendAsync("41 00 11 0D FF FF 0D 0A 0D 00");
        await client.ExpectAsync("41 00 11 0D FF 0D 0A 0D 00");
        await client.TypeAsync("\"to vm \" FF 00 11 0D 0D 0A");
        await machine.ExpectAsync("\"to vm \" FF FF 00 11 0D 0D 0A");
        await machine.SettleAsync();
    }

    [Fact]
    public async Task Refusing_every_option_but_232_changes_nothing()
    {
        var machine = _concentrator.Connect();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(Opening);
        await machine.SendAsync("FF FE 00 | FF FE 03 | FF FE 01 | FF FC 00 | FF FC 03" + DoProxy("vSPC.py") + CapturedUuid);
        await machine.ExpectAsync(WillProxy);
        var client = _concentrator.Attach(_concentrator.Port);
        await machine.SendAsync("0D 00 0D 0A");
        await client.ExpectAsync("0D 00 0D 0A");
        await client.TypeAsync("0D 41");
        await machine.ExpectAsync("0D 41");
    }

    [Fact]
    public async Task The_rfcs_rule_for_carriage_returns_is_kept_where_it_is_asked_for()
    {
        await using var concentrator = new MemoryConcentrator(o => o.Vm.TranslateCr = true);
        var machine = concentrator.Connect();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(Opening);
        await machine.SendAsync("FF FE 00 | FF FC 00" + DoProxy("vSPC.py") + CapturedUuid);
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        var client = concentrator.Attach(concentrator.Port);
        await machine.SendAsync("41 0D 00 42 0D 0A 43");
        await client.ExpectAsync("41 0D 42 0D 43");
        await client.TypeAsync("41 0D 42 0D 0A FF");
        await machine.ExpectAsync("41 0D 00 42 0D 0A FF FF");
    }

    [Theory]
    [InlineData("FF FB 26", "FF FE 26")]
    [InlineData("FF FB 2E", "FF FE 2E")]
    [InlineData("FF FB 18", "FF FE 18")]
    [InlineData("FF FB 1F", "FF FE 1F")]
    [InlineData("FF FB 22", "FF FE 22")]
    [InlineData("FF FB 01", "FF FE 01")]
    [InlineData("FF FB 25", "FF FE 25")]
    [InlineData("FF FB E9", "FF FE E9")]
    [InlineData("FF FD E9", "FF FC E9")]
    [InlineData("FF FD E8", "FF FC E8")]
    [InlineData("FF FD 25", "FF FC 25")]
    [InlineData("FF FB FF", "FF FE FF")]
    [InlineData("FF FC 63", "")]
    [InlineData("FF FE 63", "")]
    public async Task Other_options_are_refused(string asked, string answer)
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(asked);
        await machine.ExpectAsync(answer);
        await machine.SettleAsync();
    }

    [Theory]
    [InlineData("FF F1")]
    [InlineData("FF F2 | FF F3 | FF F4 | FF F5 | FF F6 | FF F7 | FF F8 | FF F9")]
    [InlineData("FF F0")]
    [InlineData("FF 00 | FF 34 | FF EF")]
    [InlineData("FF FA FF F0")]
    [InlineData("FF FA E8 FF F0")]
    [InlineData("FF FA 18 00 41 FF F0")]
    [InlineData("FF FA E8 52 41 FF F1")]
    [InlineData("FF FA E8 52 41 FF 41")]
    public async Task What_means_nothing_is_passed_over(string bytes)
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(bytes + "42");
        await machine.SettleAsync();
        Assert.Equal("B", Text(_concentrator.Port));
        Assert.Equal("vm-00000", _concentrator.Port.Name);
    }

    [Fact]
    public async Task A_machine_that_hangs_up_leaves_its_port_behind()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("\"last words\"");
        machine.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await machine.EndAsync());
        Assert.Equal(PortState.Disconnected, _concentrator.Port.Snapshot().State);
        Assert.Equal("last words", Text(_concentrator.Port));
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_its_port_behind()
    {
        var machine = await _concentrator.StartAsync();
        machine.Stream.Abort();
        Assert.Equal(LinkEnd.ConnectionLost, await machine.EndAsync());
        Assert.Equal(PortState.Disconnected, _concentrator.Port.Snapshot().State);
    }

    internal static string Text(Port port)
    {
        var reader = port.Recording.Add(long.MaxValue, () => { });
        var bytes = new byte[port.Recording.End];
        var count = reader.Read(bytes, out _);
        port.Recording.Remove(reader);
        return System.Text.Encoding.Latin1.GetString(bytes, 0, count);
    }

    private static async Task CapturedMachineAsync(ScriptedMachine machine)
    {
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync("FF FE 25 |" + Wishes);
        await machine.SendAsync("FF FD 00 | FF FD 03 | FF FD 01 | FF FB 00 | FF FB 03 | FF FB E8");
        await machine.ExpectAsync(Known2 + Questions);
        await machine.SendAsync(Known1 + DoProxy("vSPC.py"));
        await machine.ExpectAsync(WillProxy);
        await machine.SendAsync(CapturedUuid + CapturedName + "FF FB 2C");
        await machine.ExpectAsync("FF FD 2C");
        await machine.SendAsync("20 | 21 | 22");
        await machine.SettleAsync();
        var port = machine.Concentrator.Port;
        Assert.Equal("vm-00000", port.Name);
        Assert.Equal(" !\"", Text(port));
        Assert.Equal("server", port.Snapshot().Direction);
        Assert.Equal("vSPC.py", port.Snapshot().ServiceUri);
        Assert.Equal(machine.Link.Address, port.Snapshot().Source);
    }

    private static async Task LeadingMachineAsync(ScriptedMachine machine)
    {
        // What a machine must say to a silent concentrator; ours speaks as soon as it hears the first word.
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync("FF FE 25 |" + Wishes);
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(Known2 + Questions);
        await machine.SendAsync(Known1 + DoProxy("vSPC.py?port=com1"));
        await machine.ExpectAsync(WillProxy);
        await machine.SendAsync(CapturedUuid + CapturedName + "FF FB 2C");
        await machine.ExpectAsync("FF FD 2C");
        await machine.SendAsync("FF FA E8 28 01 02 FF FF 04 FF F0");
        await machine.ExpectAsync("FF FA E8 29 01 02 FF FF 04 5E FF FF C3 E7 FF FF FF FF F0 FF FF FF F0");
        var destination = machine.Concentrator.Connect();
        await destination.SendAsync("FF FB E8" + Known1 + "FF FA E8 2C 01 02 FF FF 04 5E FF FF C3 E7 FF FF FF FF F0 FF FF FF F0");
        await destination.ExpectAsync(Opening + "FF FA E8 2D 01 02 FF FF 04 FF F0");
        await destination.SendAsync("FF FA E8 2E 01 02 FF FF 04 FF F0 | \"here\"");
        await destination.SettleAsync();
        var port = machine.Concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(label: "com1"));
        Assert.Equal("here", Text(port));
        Assert.Equal(destination.Link.Address, port.Snapshot().Source);
        Assert.Equal(1, port.Snapshot().Migrations);
    }
}
