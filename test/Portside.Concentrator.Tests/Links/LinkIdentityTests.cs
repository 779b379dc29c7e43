using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>Who a machine says it is, and what becomes of one that says nothing usable.</summary>
public sealed class LinkIdentityTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Theory]
    [InlineData("01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00")]
    [InlineData("01 23 45 67 89 AB CD EF-FE DC BA 98 00 00 00 00")]
    [InlineData("01234567-89ab-cdef-fedc-ba9800000000")]
    [InlineData("0123456789ABCDEFFEDCBA9800000000")]
    [InlineData("{01234567-89ab-cdef-fedc-ba9800000000}")]
    [InlineData("  01 23 45 67 89 ab cd ef fe dc ba 98 00 00 00 00\r\n")]
    public async Task A_uuid_is_understood_in_any_spelling(string uuid)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py"));
        await machine.SendAsync(Told(0x50, uuid));
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.True(_concentrator.Ports.TryGet(MemoryConcentrator.Id(), out _));
    }

    [Theory]
    [InlineData("01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00")]
    [InlineData("01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00 00")]
    [InlineData("01 23 45 67 89 xb cd ef-fe dc ba 98 00 00 00 00")]
    [InlineData("../../../../etc/passwd")]
    public async Task A_uuid_that_cannot_be_read_is_asked_for_once_more_then_the_bios_uuid(string uuid)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py"));
        await machine.ExpectAsync(WillProxy);
        await machine.SendAsync(Told(0x50, uuid));
        await machine.ExpectAsync("FF FA E8 51 FF F0");
        await machine.SendAsync(Told(0x50, uuid));
        await machine.ExpectAsync("FF FA E8 55 FF F0");
        await machine.SendAsync(Told(0x54, uuid));
        await machine.ExpectAsync("FF FA E8 55 FF F0");
        await machine.SendAsync(Told(0x54, uuid) + Told(0x50, uuid));
        await machine.SettleAsync();
        Assert.Equal(0, _concentrator.Ports.Count);
        _concentrator.Time.Advance(TimeSpan.FromSeconds(30));
        machine.Link.EndIfOverdue();
        Assert.Equal(LinkEnd.IdentityTimeout, await machine.EndAsync());
        Assert.Contains("no UUID that can be read", _concentrator.Rejections.Latest()[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_uuid_told_well_the_second_time_is_good()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + Told(0x50, "01 23"));
        await machine.ExpectAsync(WillProxy + "FF FA E8 51 FF F0");
        await machine.SendAsync(TellUuid());
        await machine.SettleAsync();
        Assert.Equal(PortState.Connected, _concentrator.Port.Snapshot().State);
    }

    [Theory]
    [InlineData("FF FA E8 50 FF F0")]
    [InlineData("FF FA E8 02 51 FF F0")]
    public async Task A_machine_without_a_vcenter_uuid_is_known_by_its_bios_uuid(string answer)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + answer);
        await machine.ExpectAsync(WillProxy + "FF FA E8 55 FF F0");
        await machine.SendAsync(Told(0x54, "01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00"));
        await machine.SettleAsync();
        Assert.Equal(PortState.Connected, _concentrator.Port.Snapshot().State);
    }

    [Fact]
    public async Task A_bios_uuid_is_asked_for_only_where_the_machine_lists_it()
    {
        var machine = _concentrator.Connect();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(Opening);
        await machine.SendAsync("FF FA E8 00 00 01 02 03 46 47 49 50 51 52 53 FF F0" + DoProxy("vSPC.py") + "FF FA E8 50 FF F0");
        await machine.ExpectAsync(WillProxy + "FF FA E8 51 FF F0");
        await machine.SendAsync("FF FA E8 50 FF F0");
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_bios_uuid_that_nobody_asked_for_is_no_identity()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + Told(0x54, "ff 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00") + TellUuid());
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Equal(PortState.Connected, _concentrator.Port.Snapshot().State);
        Assert.Equal(1, _concentrator.Ports.Count);
    }

    [Fact]
    public async Task The_same_uuid_again_is_harmless()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(TellUuid() + TellUuid());
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_machine_that_claims_another_uuid_than_before_is_closed()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(TellUuid("ff23456789abcdeffedcba9800000000"));
        await machine.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.IdentityChanged, await machine.EndAsync());
        Assert.Equal(1, _concentrator.Ports.Count);
        Assert.Equal(PortState.Disconnected, _concentrator.Port.Snapshot().State);
    }

    [Fact]
    public async Task A_machine_has_until_the_deadline_to_tell_its_service_uri()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(TellUuid());
        await machine.SettleAsync();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(29.9));
        machine.Link.EndIfOverdue();
        await machine.SettleAsync();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(0.1));
        machine.Link.EndIfOverdue();
        Assert.Equal(LinkEnd.IdentityTimeout, await machine.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("identity-timeout", rejection.Reason);
        Assert.Contains("no DO-PROXY", rejection.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_has_its_port_has_no_deadline()
    {
        var machine = await _concentrator.StartAsync();
        _concentrator.Time.Advance(TimeSpan.FromDays(100));
        machine.Link.EndIfOverdue();
        await machine.SettleAsync();
        Assert.Empty(_concentrator.Rejections.Latest());
    }

    [Theory]
    [InlineData("FF 41 80 C3", "\uFFFDA\uFFFD\uFFFD")]
    [InlineData("1B 5B 33 31 6D 41 07", "\uFFFD[31mA\uFFFD")]
    [InlineData("E2 80 AE 41", "\uFFFDA")]
    [InlineData("2E 2E 2F 2E 2E 2F 41 00", "../../A\uFFFD")]
    public async Task A_hostile_name_is_made_harmless(string name, string shown)
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FA E8 52" + name.Replace("FF", "FF FF", StringComparison.Ordinal) + "FF F0");
        await machine.SettleAsync();
        Assert.Equal(shown, _concentrator.Port.Name);
        Assert.Equal(Uuid, _concentrator.Port.Id.ToString());
    }

    [Fact]
    public async Task A_name_as_long_as_a_message_can_be_is_cut()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(TellName([.. Enumerable.Repeat((byte)'n', 65_535)]));
        await machine.SettleAsync();
        Assert.Equal(new string('n', 255), _concentrator.Port.Name);
    }

    private static string Told(byte code, string text) =>
        HexScript.Format([0xFF, 0xFA, 0xE8, code, .. System.Text.Encoding.ASCII.GetBytes(text), 0xFF, 0xF0]) + " ";
}
