using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>TLS from the first byte and in band, wished for, declined, demanded and turned off; with a real TLS client.</summary>
public sealed class LinkTlsTests : IAsyncDisposable
{
    private const string Wishes = "FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8 ";
    private const string Offer = "FF FD 25 | FF FA 25 01 07 00 FF F0 ";
    private const string Start = "FF FA 25 00 07 00 01 FF F0 ";
    private const string Accepted = "FF FA 25 02 07 00 02 FF F0 ";
    private const string Rejected = "FF FA 25 02 07 00 03 FF F0 ";
    private const string Decline = "FF FA 25 00 00 00 FF F0 ";

    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("concentrator");
    private readonly List<MemoryConcentrator> _concentrators = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var concentrator in _concentrators)
            await concentrator.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Telnets_is_told_from_telnet_by_its_first_byte()
    {
        var machine = Concentrator().Connect();
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        await FinishAsync(machine, known232: false);
        Assert.StartsWith("Tls1", machine.Concentrator.Port.Snapshot().Tls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telnets_works_byte_by_byte()
    {
        var machine = Concentrator().Connect(cuts: _ => 1);
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        await FinishAsync(machine, known232: false);
    }

    [Fact]
    public async Task Inside_telnets_another_tls_in_band_is_refused()
    {
        var machine = Concentrator().Connect();
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync("FF FE 25");
        await FinishAsync(machine, known232: false);
    }

    [Fact]
    public async Task Tls_in_band_comes_before_anything_else_is_said()
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        Assert.Equal(0, machine.Stream.Available);
        await machine.SendAsync(Start);
        await machine.ExpectAsync(Accepted);
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        await FinishAsync(machine, known232: false);
        Assert.NotNull(machine.Concentrator.Port.Snapshot().Tls);
    }

    [Fact]
    public async Task The_client_hello_may_come_in_the_same_segment_as_start()
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        await SecureAsync(machine, new HeadedStream(machine.Peer.Stream, HexScript.Bytes(Start), HexScript.Bytes(Accepted)));
        await machine.ExpectAsync(Wishes);
        await FinishAsync(machine, known232: false);
    }

    [Fact]
    public async Task Tls_in_band_works_byte_by_byte()
    {
        var machine = Concentrator().Connect(cuts: _ => 1);
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        await SecureAsync(machine, new HeadedStream(machine.Peer.Stream, HexScript.Bytes(Start), HexScript.Bytes(Accepted)));
        await machine.ExpectAsync(Wishes);
        await FinishAsync(machine, known232: false);
    }

    [Fact]
    public async Task Option_232_may_come_before_tls_and_stays_agreed_to()
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("FF FB 25 | FF FB E8");
        await machine.ExpectAsync(Offer + Opening);
        await machine.SendAsync(Start);
        await machine.ExpectAsync(Accepted);
        await SecureAsync(machine);
        await FinishAsync(machine, known232: true);
    }

    [Theory]
    [InlineData("FF FC 25", "FF FE 25")]
    [InlineData(Decline, "")]
    public async Task A_machine_that_declines_tls_goes_on_in_plain_text(string decline, string answer)
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        await machine.SendAsync(decline);
        await machine.ExpectAsync(answer + Wishes);
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(Known2 + Questions);
        await FinishAsync(machine, known232: true);
        Assert.Null(machine.Concentrator.Port.Snapshot().Tls);
    }

    [Fact]
    public async Task A_machine_that_offers_tls_and_then_says_nothing_is_spoken_to_after_half_a_second_and_may_still_start_it()
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        await machine.Concentrator.Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await machine.Concentrator.Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await machine.ExpectAsync(Wishes);
        await machine.SendAsync(Start);
        await machine.ExpectAsync(Accepted);
        await SecureAsync(machine);
        await FinishAsync(machine, known232: false);
    }

    [Theory]
    [InlineData("FF FC 25", "FF FE 25")]
    [InlineData(Decline, "")]
    public async Task Where_tls_is_demanded_a_machine_that_declines_it_is_refused(string decline, string answer)
    {
        var machine = Concentrator(o => o.Vm.Tls = TlsPolicy.Require).Connect();
        await machine.SendAsync("FF FB 25");
        await machine.ExpectAsync(Offer);
        await machine.SendAsync(decline);
        await machine.ExpectAsync(answer);
        await machine.Peer.ExpectEndAsync();
        await ExpectTlsRequiredAsync(machine);
    }

    [Fact]
    public async Task Where_tls_is_demanded_a_machine_without_it_hears_neither_list_nor_questions()
    {
        var machine = Concentrator(o => o.Vm.Tls = TlsPolicy.Require).Connect();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync("FF FD E8 | FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03");
        await machine.SendAsync(Known1 + DoProxy("vSPC.py") + TellUuid());
        await machine.Peer.ExpectEndAsync();
        await ExpectTlsRequiredAsync(machine);
    }

    [Fact]
    public async Task Where_tls_is_demanded_a_silent_machine_is_told_no_secret_and_ended_at_the_deadline()
    {
        var machine = Concentrator(o => o.Vm.Tls = TlsPolicy.Require).Connect();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync("FF FD E8 | FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03");
        machine.Concentrator.Time.Advance(TimeSpan.FromSeconds(30));
        machine.Link.EndIfOverdue();
        Assert.Equal(LinkEnd.IdentityTimeout, await machine.EndAsync());
    }

    [Fact]
    public async Task Where_tls_is_demanded_both_kinds_of_it_do()
    {
        var concentrator = Concentrator(o => o.Vm.Tls = TlsPolicy.Require);
        var direct = concentrator.Connect();
        await SecureAsync(direct);
        await direct.ExpectAsync(Wishes);
        await FinishAsync(direct, known232: false);

        var inBand = concentrator.Connect();
        await inBand.SendAsync("FF FB 25 | FF FB E8");
        await inBand.ExpectAsync(Offer + "FF FD E8 | FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03");
        await inBand.SendAsync(Start);
        await inBand.ExpectAsync(Accepted);
        await SecureAsync(inBand);
        await inBand.ExpectAsync(Known2 + Questions);
        await FinishAsync(inBand, known232: true, "ff23456789abcdeffedcba9800000000");
    }

    [Fact]
    public async Task Where_tls_is_off_a_tls_client_gets_an_alert_and_is_remembered()
    {
        await using var concentrator = new MemoryConcentrator();
        var machine = concentrator.Connect();
        await machine.SendAsync("16 03 01 00 05 01 00 00 01 00");
        await machine.ExpectAsync("15 03 01 00 02 02 28");
        await machine.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.TlsOff, await machine.EndAsync());
        Assert.Equal("tls-off", Assert.Single(concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task A_real_tls_client_fails_at_once_where_tls_is_off()
    {
        await using var concentrator = new MemoryConcentrator();
        var machine = concentrator.Connect();
        await Assert.ThrowsAnyAsync<Exception>(() => SecureAsync(machine));
        Assert.Equal(LinkEnd.TlsOff, await machine.EndAsync());
    }

    [Fact]
    public async Task Who_leaves_right_after_the_handshake_is_taken_to_refuse_the_certificate()
    {
        var machine = Concentrator().Connect();
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        machine.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.TlsFailed, await machine.EndAsync());
        var rejection = Assert.Single(machine.Concentrator.Rejections.Latest());
        Assert.Equal("tls-refused", rejection.Reason);
        Assert.Contains("pins another thumbprint", rejection.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_a_word_after_the_handshake_and_leaves_refused_nothing()
    {
        var machine = Concentrator().Connect();
        await SecureAsync(machine);
        await machine.ExpectAsync(Wishes);
        await machine.SendAsync("FF F1");
        machine.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.PeerClosed, await machine.EndAsync());
        Assert.Empty(machine.Concentrator.Rejections.Latest());
    }

    [Fact]
    public async Task A_handshake_that_takes_too_long_ends_the_link()
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync("16 03 01 02 00 01");
        await machine.Concentrator.Time.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(LinkEnd.TlsFailed, await machine.EndAsync());
        var rejection = Assert.Single(machine.Concentrator.Rejections.Latest());
        Assert.Equal("tls-failed", rejection.Reason);
        Assert.Contains("vm.handshakeTimeout", rejection.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("16 03 01 00 05 01 00 00 01 00")]
    [InlineData("16 16 16 16 16 16 16 16 16 16")]
    [InlineData("16 03 01 FF FF 00")]
    public async Task A_handshake_of_rubbish_ends_the_link(string rubbish)
    {
        var machine = Concentrator().Connect();
        await machine.SendAsync(rubbish);
        machine.Stream.CompleteWrites();
        Assert.Equal(LinkEnd.TlsFailed, await machine.EndAsync());
        Assert.Equal("tls-failed", Assert.Single(machine.Concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task Tls_in_band_is_refused_once_serial_data_may_flow()
    {
        var concentrator = Concentrator();
        var machine = concentrator.Connect();
        await machine.SendAsync("FF FB 25 | FF FB E8");
        await machine.ExpectAsync(Offer + Opening);
        await FinishAsync(machine, known232: true);
        var client = concentrator.Attach(concentrator.Port);
        await machine.SendAsync(Start);
        await machine.ExpectAsync(Rejected);
        await client.TypeAsync("\"plain\"");
        await machine.ExpectAsync("\"plain\"");
        Assert.Null(concentrator.Port.Snapshot().Tls);
    }

    [Fact]
    public async Task A_machine_moves_over_tls_links()
    {
        var concentrator = Concentrator(o => o.Vm.Tls = TlsPolicy.Require);
        var source = concentrator.Connect();
        await SecureAsync(source);
        await source.ExpectAsync(Wishes);
        await FinishAsync(source, known232: false);
        var client = concentrator.Attach(concentrator.Port);
        var key = await source.BeginAsync();
        await client.TypeAsync("\"held\"");
        var destination = concentrator.Connect();
        await SecureAsync(destination);
        await destination.ExpectAsync(Wishes);
        await destination.SendAsync("FF FB E8");
        await destination.ExpectAsync(Known2 + Questions);
        await destination.SendAsync(Known1 + $"FF FA E8 2C {key} FF F0");
        await destination.ExpectAsync("FF FA E8 2D 44 DA 87 F1 FF F0");
        await destination.SendAsync("FF FA E8 2E 44 DA 87 F1 FF F0");
        await destination.ExpectAsync("\"held\"");
    }

    private async Task SecureAsync(ScriptedMachine machine, Stream? over = null)
    {
        var tls = new SslStream(over ?? machine.Peer.Stream, leaveInnerStreamOpen: false, (_, shown, _, _) => _certificate.Equals(shown));
        await tls.AuthenticateAsClientAsync("concentrator").WaitAsync(Patience.Limit);
        machine.Peer.Replace(tls);
    }

    private static async Task FinishAsync(ScriptedMachine machine, bool known232, string uuid = Uuid)
    {
        if (!known232)
        {
            await machine.SendAsync("FF FB E8");
            await machine.ExpectAsync(Known2 + Questions);
        }

        await machine.SendAsync(Known1 + DoProxy("vSPC.py") + TellUuid(uuid) + TellName("secure"));
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        var port = machine.Concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(uuid));
        Assert.Equal(PortState.Connected, port.Snapshot().State);
        Assert.Equal("secure", port.Name);
    }

    private static async Task ExpectTlsRequiredAsync(ScriptedMachine machine)
    {
        Assert.Equal(LinkEnd.TlsRequired, await machine.EndAsync());
        var rejection = Assert.Single(machine.Concentrator.Rejections.Latest());
        Assert.Equal("tls-required", rejection.Reason);
        Assert.Contains("telnets://", rejection.Detail, StringComparison.Ordinal);
    }

    private MemoryConcentrator Concentrator(Action<ConcentratorOptions>? configure = null)
    {
        var concentrator = new MemoryConcentrator(
            configure, () => new SslServerAuthenticationOptions { ServerCertificate = _certificate });
        _concentrators.Add(concentrator);
        return concentrator;
    }
}
