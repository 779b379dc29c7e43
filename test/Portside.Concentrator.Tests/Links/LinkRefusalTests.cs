using System.Text;
using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>Who is turned away, how it is told, and what is remembered of it.</summary>
public sealed class LinkRefusalTests : IAsyncDisposable
{
    private const string Words = "This is where virtual machines connect";

    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task A_service_uri_that_is_not_served_is_refused_and_shown()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("telnet://:7001"));
        await machine.ExpectAsync(WontProxy);
        await machine.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.Refused, await machine.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal(("listen-not-allowed", "server", "telnet://:7001", 1), (rejection.Reason, rejection.Direction, rejection.ServiceUri, rejection.Count));
        Assert.Equal("192.0.2.1", rejection.Source);
        var logged = Assert.Single(_concentrator.Events.Events, e => e.Id == 100);
        Assert.Contains("set remote.listenPorts", logged.Text, StringComparison.Ordinal);
        Assert.Equal(0, _concentrator.Ports.Count);
    }

    [Theory]
    [InlineData("FF FA E8 46 FF F0", null)]
    [InlineData("FF FA E8 46 58 76 53 50 43 2E 70 79 FF F0", "vSPC.py")]
    [InlineData("FF FA E8 46 FF FF 76 53 50 43 2E 70 79 FF F0", "vSPC.py")]
    public async Task A_direction_that_does_not_exist_is_refused(string doProxy, string? uri)
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(doProxy);
        await machine.ExpectAsync(WontProxy);
        await machine.Peer.ExpectEndAsync();
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("direction", rejection.Reason);
        Assert.Equal(uri ?? "", rejection.ServiceUri ?? "");
    }

    [Fact]
    public async Task Do_proxy_with_the_same_content_gets_the_same_answer_and_with_another_a_refusal()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(DoProxy("vSPC.py") + DoProxy("vmware-vspc") + DoProxy("vSPC.py", 'C') + DoProxy("vSPC.py"));
        await machine.ExpectAsync(WillProxy + WontProxy + WontProxy + WillProxy);
        await machine.SettleAsync();
        Assert.Equal("vSPC.py", _concentrator.Port.Snapshot().ServiceUri);
    }

    [Fact]
    public async Task Direction_client_with_a_bare_name_is_served_and_noted()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py", 'C') + TellUuid());
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        var snapshot = _concentrator.Port.Snapshot();
        Assert.Equal("client", snapshot.Direction);
        Assert.Contains("direction is client", Assert.Single(snapshot.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_suboptions_and_those_only_a_proxy_sends_are_answered_with_their_code()
    {
        var machine = await _concentrator.StartAsync();
        foreach (var code in new byte[] { 1, 3, 41, 43, 45, 71, 73, 81, 83, 85, 87, 42, 47, 49, 72, 99, 0xF0, 0xFF })
        {
            var doubled = HexScript.Format(code == 0xFF ? [0xFF, 0xFF] : [code]);
            await machine.SendAsync($"FF FA E8 {doubled} 01 02 FF F0");
            await machine.ExpectAsync($"FF FA E8 03 {doubled} FF F0");
        }

        await machine.SettleAsync();
    }

    [Fact]
    public async Task Suboptions_a_machine_may_send_are_not_answered_as_unknown()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync(Known1 + "FF FA E8 02 51 FF F0 | FF FA E8 2E 01 FF F0 | FF FA E8 30 FF F0 | FF FA E8 54 FF F0 | FF FA E8 56 FF F0");
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_person_with_a_telnet_program_is_told_in_words()
    {
        var machine = _concentrator.Connect();
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(500));
        await machine.ExpectAsync("FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8");
        await machine.SendAsync("FF FD 03 | FF FD 01 | FF FB 03 | FF FC E8");
        await ExpectWordsAsync(machine);
    }

    [Theory]
    [InlineData("\"hello?\" 0D 0A")]
    [InlineData("\"GET / HTTP/1.1\" 0D 0A 0D 0A")]
    [InlineData("0D")]
    [InlineData("00")]
    public async Task A_person_who_types_is_told_in_words(string typed)
    {
        var machine = _concentrator.Connect();
        await machine.SendAsync(typed);
        await ExpectWordsAsync(machine);
    }

    [Fact]
    public async Task A_person_who_types_late_is_told_in_words()
    {
        var machine = _concentrator.Connect();
        _concentrator.Time.Advance(TimeSpan.FromMilliseconds(500));
        await machine.Peer.ExpectEventuallyAsync("FF FD E8");
        await machine.SendAsync("\"hello?\"");
        await ExpectWordsAsync(machine);
    }

    [Fact]
    public async Task Somebody_who_says_nothing_is_told_in_words_at_the_deadline()
    {
        var machine = _concentrator.Connect();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(29));
        machine.Link.EndIfOverdue();
        await machine.Peer.ExpectEventuallyAsync("FF FD E8");
        _concentrator.Time.Advance(TimeSpan.FromSeconds(1));
        machine.Link.EndIfOverdue();
        await ExpectWordsAsync(machine);
    }

    [Fact]
    public async Task A_machine_that_takes_option_232_back_is_no_machine()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync("FF FC E8");
        var words = Encoding.UTF8.GetString(await machine.Peer.ReadToEndAsync());
        Assert.Contains(Words, words, StringComparison.Ordinal);
        Assert.Equal(LinkEnd.NotAMachine, await machine.EndAsync());
    }

    [Fact]
    public async Task Who_refuses_to_leave_after_the_words_is_closed_after_a_moment()
    {
        // In memory there is no half-close to wait behind; a sender that cannot get rid of the words is the same to the link.
        var machine = _concentrator.Connect(capacity: 8);
        await machine.SendAsync("\"hello\"");
        await _concentrator.Time.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(LinkEnd.NotAMachine, await machine.EndAsync());
    }

    [Fact]
    public async Task A_peer_that_comes_and_goes_without_a_word_is_not_remembered()
    {
        var machine = _concentrator.Connect();
        machine.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await machine.EndAsync());
        Assert.Empty(_concentrator.Rejections.Latest());
    }

    [Fact]
    public async Task A_mistake_repeated_is_one_rejection_with_a_count_and_few_lines_in_the_log()
    {
        for (var i = 0; i < 9; i++)
        {
            var machine = _concentrator.Connect(from: new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.77"), 1000 + i));
            await machine.OpenAsync();
            await machine.SendAsync(DoProxy("wrong"));
            await machine.ExpectAsync(WontProxy);
            await machine.Peer.ExpectEndAsync();
        }

        Assert.Equal(9, Assert.Single(_concentrator.Rejections.Latest()).Count);
        Assert.Equal(4, _concentrator.Events.Events.Count(e => e.Id == 100));
        Assert.Equal(9, _concentrator.Figures["portside.rejected{reason=service-uri}"]);
    }

    [Fact]
    public async Task A_peer_that_begins_tls_after_it_was_taken_for_telnet_is_told_apart_from_a_person()
    {
        var machine = _concentrator.Connect();
        await _concentrator.Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await machine.ExpectAsync("FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8");
        await machine.SendAsync("16 03 01 02 00 01 00 01 FC 03 03");
        Assert.Empty(await machine.Peer.ReadToEndAsync());
        Assert.Equal(LinkEnd.TlsFailed, await machine.EndAsync());
        var rejection = Assert.Single(_concentrator.Rejections.Latest());
        Assert.Equal("tls-late", rejection.Reason);
        Assert.Contains("within 0.5 s", rejection.Detail, StringComparison.Ordinal);
    }

    private async Task ExpectWordsAsync(ScriptedMachine machine)
    {
        var words = Encoding.UTF8.GetString(await machine.Peer.ReadToEndAsync());
        Assert.Contains(Words, words, StringComparison.Ordinal);
        Assert.Contains("portside attach", words, StringComparison.Ordinal);
        Assert.Equal(LinkEnd.NotAMachine, await machine.EndAsync());
        Assert.Equal("not-a-machine", Assert.Single(_concentrator.Rejections.Latest()).Reason);
        Assert.Equal(0, _concentrator.Ports.Count);
    }
}
