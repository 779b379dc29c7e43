using System.Buffers;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Testing;

namespace Portside.Host.Tests.Ports;

public class MachineProtocolTests
{
    private const string Known1 = "FF FA E8 00  00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53  FF F0";
    private const string Known2 = "FF FA E8 01  00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 52 53  FF F0";
    private const string Uuid = "FF FA E8 50 \"01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\" FF F0";
    private const string Name = "FF FA E8 52  76 6D 2D 30 30 30 30 30  FF F0";
    private const string DoProxy = "FF FA E8 46  53 76 53 50 43 2E 70 79  FF F0";
    private const string WillProxy = "FF FA E8 47 FF F0";
    private const string BinaryRequests = "FF FB 00 FF FD 00 FF FB 03 FF FD 03";

    private readonly MachineEventsRecorder _events = new();

    internal static VirtualSerialPortOptions Options { get; } = new()
    {
        ProxyUri = ProxyUri.Parse("telnet://127.0.0.1:13370"),
        VmName = "vm-00000",
        VcUuid = Guid.Parse("01234567-89ab-cdef-fedc-ba9800000000"),
    };

    // What a talkative proxy says, and what a machine says to it, in full (captured from VMware's kit).
    private const string TalkativeProxy =
        "FF FB 00 FF FB 03 FF FB 01 FF FD 00 FF FD 03 FF FD E8 FF FE 25 " + Known2
        + " FF FA E8 51 FF F0 FF FA E8 53 FF F0 " + WillProxy + " FF FE 2C 68 69 FF FF";

    private const string ToTalkativeProxy =
        "FF FB 25 | FF FD 00 FF FD 03 FF FD 01 FF FB 00 FF FB 03 | FF FB E8 | "
        + Known1 + DoProxy + Uuid + Name + " FF FB 2C";

    [Fact]
    public void A_talkative_proxy_is_answered_byte_for_byte() =>
        AssertSaid(ToTalkativeProxy, Run(Options, TalkativeProxy));

    [Fact]
    public void A_talkative_proxy_is_answered_the_same_wherever_its_bytes_are_cut()
    {
        var bytes = HexScript.Bytes(TalkativeProxy);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var events = new MachineEventsRecorder();
            var said = Run(Options, [bytes[..cut], bytes[cut..]], events);
            AssertSaid(ToTalkativeProxy, said);
            Assert.Equal([0x68, 0x69, 0xFF], events.Input);
            Assert.Equal(["served"], events.Events);
        }

        AssertSaid(ToTalkativeProxy, Run(Options, [.. bytes.Select(b => new[] { b })], new MachineEventsRecorder()));
    }

    [Fact]
    public void A_silent_proxy_is_led()
    {
        var proxy = "FF FE 25 FF FD E8 FF FA E8 01 00 01 28 29 2B 2C 2D 2E 30 50 51 52 53 46 47 49 FF F0"
            + WillProxy + "FF FA E8 51 FF F0 FF FA E8 53 FF F0 FF FE 2C";

        var said = Run(Options with { ServiceUri = "vSPC.py?port=com1" }, proxy);

        AssertSaid(
            "FF FB 25 FF FB E8" + BinaryRequests + Known1 + "FF FA E8 46 53 \"vSPC.py?port=com1\" FF F0 FF FB 2C" + Uuid + Name,
            said);
        Assert.Equal(["served"], _events.Events);
    }

    [Fact]
    public void Without_an_answer_to_authentication_the_wait_decides()
    {
        var output = new ArrayBufferWriter<byte>();
        var protocol = new MachineProtocol(Options, default, secured: false, _events);
        protocol.Open(output);
        AssertSaid("FF FB 25", output);

        protocol.OnAuthenticationTimeout(output);

        AssertSaid("FF FB 25 FF FB E8" + BinaryRequests, output);
        protocol.OnAuthenticationTimeout(output);
        AssertSaid("FF FB 25 FF FB E8" + BinaryRequests, output);
    }

    [Fact]
    public void A_proxy_that_asks_before_it_settles_authentication_waits_for_that()
    {
        var output = new ArrayBufferWriter<byte>();
        var protocol = new MachineProtocol(Options, default, secured: false, _events);
        protocol.Open(output);
        Accept(protocol, "FF FD E8 FF FD 25", output);
        AssertSaid("FF FB 25", output);

        protocol.OnAuthenticationTimeout(output);

        AssertSaid("FF FB 25 FF FB E8" + BinaryRequests + Known1 + DoProxy, output);
    }

    [Fact]
    public void Leading_at_once_needs_one_segment_and_no_wait()
    {
        var options = Options with { Opening = OpeningStyle.LeadAtOnce };

        var said = Run(options, "FF FD E8" + WillProxy);

        AssertSaid("FF FB 25 FF FB E8" + BinaryRequests + Known1 + DoProxy + "FF FB 2C", said);
    }

    [Fact]
    public void A_follower_offers_nothing_but_authentication()
    {
        var options = Options with { Opening = OpeningStyle.Follow };

        AssertSaid("FF FB 25", Run(options, "FF FE 25"));
        AssertSaid("FF FB 25 FF FB E8" + Known1 + DoProxy, Run(options, "FF FE 25 FF FD E8"));
    }

    [Fact]
    public void Inside_telnets_there_is_no_authentication()
    {
        var output = new ArrayBufferWriter<byte>();
        var options = Options with { ProxyUri = ProxyUri.Parse("telnets://127.0.0.1:13370") };
        var protocol = new MachineProtocol(options, default, secured: true, _events);
        protocol.Open(output);

        Accept(protocol, "FF FD 25 FF FA 25 01 07 00 FF F0", output);

        AssertSaid("FF FB E8" + BinaryRequests + "FF FC 25", output);
    }

    [Fact]
    public void Tls_in_band_holds_everything_until_it_is_up()
    {
        var output = new ArrayBufferWriter<byte>();
        var options = Options with { ProxyUri = ProxyUri.Parse("telnet://127.0.0.1:13370#verify") };
        var protocol = new MachineProtocol(options, default, secured: false, _events);
        protocol.Open(output);
        Accept(protocol, "FF FD E8 FF FD 25 FF FA E8 51 FF F0 FF FA 25 01 02 00 07 04 07 00 FF F0", output);
        AssertSaid("FF FB 25 FF FA 25 00 07 00 01 FF F0", output);
        Assert.True(protocol.HoldsOutput);

        Span<byte> reply = HexScript.Bytes("FF FA 25 02 07 00 02 FF F0 16 03 01");
        Assert.Equal(Flow.StartTls, protocol.Accept(ref reply, output));
        Assert.Equal([0x16, 0x03, 0x01], reply.ToArray());
        protocol.OnSecured(output);

        AssertSaid("FF FB 25 FF FA 25 00 07 00 01 FF F0 FF FB E8" + BinaryRequests + Known1 + DoProxy, output);
        Assert.False(protocol.HoldsOutput);
    }

    [Fact]
    public void Another_modifier_than_none_is_taken_if_none_is_not_offered()
    {
        var said = Run(Options, "FF FD 25 FF FA 25 01 07 14 FF F0");

        AssertSaid("FF FB 25 FF FA 25 00 07 14 01 FF F0", said);
    }

    [Theory]
    [InlineData("FF FE 25")]
    [InlineData("FF FD 25 FF FA 25 01 02 00 FF F0")]
    [InlineData("FF FD 25 FF FA 25 01 07 00 FF F0 FF FA 25 02 07 00 03 FF F0")]
    public void A_proxy_without_tls_is_left_where_the_uri_asks_for_it(string proxy)
    {
        var output = new ArrayBufferWriter<byte>();
        var options = Options with { ProxyUri = ProxyUri.Parse("telnet://127.0.0.1:13370#peerName=x") };
        var protocol = new MachineProtocol(options, default, secured: false, _events);
        protocol.Open(output);

        Assert.Equal(Flow.End, Accept(protocol, proxy, output));

        Assert.Equal(LinkEnd.TlsNotOffered, protocol.End);
        Assert.Contains("TLS a must", protocol.EndReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FF FE 25", "")]
    [InlineData("FF FD 25 FF FA 25 01 02 00 FF F0", "FF FA 25 00 00 00 FF F0")]
    [InlineData("FF FD 25 FF FA 25 01 07 00 FF F0 FF FA 25 02 07 00 03 FF F0", "FF FA 25 00 07 00 01 FF F0")]
    public void A_proxy_without_tls_is_served_in_plaintext_otherwise(string proxy, string first)
    {
        AssertSaid("FF FB 25" + first + "FF FB E8" + BinaryRequests, Run(Options, proxy));
    }

    [Fact]
    public void Nothing_of_the_machine_is_told_before_tls_where_it_is_a_must()
    {
        var options = Options with { ProxyUri = ProxyUri.Parse("telnet://127.0.0.1:13370#verify") };

        AssertSaid("FF FB 25", Run(options, "FF FD E8 FF FA E8 51 FF F0 FF FA E8 53 FF F0" + WillProxy));
        Assert.Empty(_events.Events);
    }

    [Fact]
    public void Every_question_is_answered_at_any_time()
    {
        var options = Options with
        {
            BiosUuid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            LocationUuid = Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100"),
        };

        var said = Run(options, "FF FA E8 53 FF F0 FF FA E8 51 FF F0 FF FA E8 55 FF F0 FF FA E8 57 FF F0");

        AssertSaid(
            "FF FB 25" + Name + Uuid
            + "FF FA E8 54 \"00 11 22 33 44 55 66 77-88 99 aa bb cc dd ee ff\" FF F0"
            + "FF FA E8 56 \"ff ee dd cc bb aa 99 88-77 66 55 44 33 22 11 00\" FF F0",
            said);
    }

    [Fact]
    public void A_machine_no_vcenter_knows_has_no_vcenter_uuid() =>
        AssertSaid("FF FB 25 FF FA E8 50 FF F0", Run(Options with { VcUuid = null }, "FF FA E8 51 FF F0"));

    [Theory]
    [InlineData("2A", "2A")] // assigned to nobody
    [InlineData("FF FF 01 02", "FF FF")]
    [InlineData("28 01 02 03 04", "28")] // a machine's message, from a proxy
    [InlineData("46 53", "46")]
    public void An_unknown_suboption_is_told_so(string suboption, string code) =>
        AssertSaid($"FF FB 25 FF FA E8 02 {code} FF F0", Run(Options, $"FF FA E8 {suboption} FF F0"));

    [Fact]
    public void Wont_proxy_ends_it_and_says_what_was_not_served()
    {
        var protocol = new MachineProtocol(Options, default, secured: false, _events);
        var output = new ArrayBufferWriter<byte>();
        protocol.Open(output);

        Assert.Equal(Flow.End, Accept(protocol, "FF FE 25 FF FD E8 FF FA E8 49 FF F0", output));

        Assert.Equal(LinkEnd.WontProxy, protocol.End);
        Assert.Contains("'vSPC.py' in direction server", protocol.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_without_option_232_is_no_proxy()
    {
        var protocol = new MachineProtocol(Options, default, secured: false, _events);
        var output = new ArrayBufferWriter<byte>();
        protocol.Open(output);

        Assert.Equal(Flow.End, Accept(protocol, "FF FE 25 FF FE E8", output));

        Assert.Equal(LinkEnd.NotAProxy, protocol.End);
    }

    [Fact]
    public void Will_proxy_counts_even_before_do_proxy()
    {
        Run(Options, WillProxy + "FF FE 25 FF FD E8");

        Assert.Equal(["served"], _events.Events);
    }

    [Fact]
    public void Direction_client_and_a_service_uri_beyond_ascii_are_sent_as_they_are()
    {
        var options = Options with { Direction = SerialDirection.Client, ServiceUri = "tcp://zählwerk:2379" };

        AssertSaid(
            "FF FB 25 FF FB E8" + BinaryRequests + Known1 + "FF FA E8 46 43 \"tcp://zählwerk:2379\" FF F0",
            Run(options, "FF FE 25 FF FD E8"));
    }

    [Fact]
    public void A_destination_sends_peer_and_never_do_proxy()
    {
        var output = new ArrayBufferWriter<byte>();
        var key = HexScript.Bytes("76 19 FF E9 55 21 99 8C");
        var protocol = new MachineProtocol(Options, key, secured: false, _events);
        protocol.Open(output);

        Accept(protocol, "FF FE 25 FF FD E8" + WillProxy + "FF FA E8 2D 76 19 FF FF E9 FF F0", output);

        AssertSaid(
            "FF FB 25 FF FB E8" + BinaryRequests + Known1 + "FF FA E8 2C 76 19 FF FF E9 55 21 99 8C FF F0 FF FB 2C",
            output);
        Assert.Equal(["VmotionPeerOk 7619FFE9"], _events.Events);
    }

    [Fact]
    public void A_subnegotiation_cut_off_counts_for_what_came_of_it()
    {
        Run(Options, "FF FA E8 29 01 02 03 04 AA BB FF CC 31 32");

        // The undefined command FF CC ends it and is passed over, as ESXi has it.
        Assert.Equal(["VmotionGoAhead 01020304AABB"], _events.Events);
        Assert.Equal("12"u8.ToArray(), _events.Input);
    }

    [Fact]
    public void Com_port_is_offered_only_if_set()
    {
        var said = Run(Options with { ComPort = false }, "FF FE 25 FF FD E8" + WillProxy + "FF FD 2C");

        AssertSaid("FF FB 25 FF FB E8" + BinaryRequests + Known1 + DoProxy + "FF FC 2C", said);
    }

    [Theory]
    [InlineData("FF F1 FF F6 FF F9 FF 00 FF F0 FF FA FF F0 FF FA E8 FF F0")]
    public void What_means_nothing_is_passed_over(string proxy)
    {
        AssertSaid("FF FB 25", Run(Options, proxy));
        Assert.Empty(_events.Events);
        Assert.Empty(_events.Input);
    }

    [Fact]
    public void A_break_is_a_break()
    {
        Run(Options, "31 FF F3 32");

        Assert.Equal(["break"], _events.Events);
        Assert.Equal("12"u8.ToArray(), _events.Input);
    }

    [Fact]
    public void A_subnegotiation_beyond_the_bound_ends_it()
    {
        var protocol = new MachineProtocol(Options, default, secured: false, _events);
        var output = new ArrayBufferWriter<byte>();
        Span<byte> endless = [0xFF, 0xFA, 0xE8, .. new byte[70_000]];

        Assert.Equal(Flow.End, protocol.Accept(ref endless, output));

        Assert.Equal(LinkEnd.Protocol, protocol.End);
    }

    private static Flow Accept(MachineProtocol protocol, string proxy, ArrayBufferWriter<byte> output) =>
        Accept(protocol, HexScript.Bytes(proxy), output);

    private static Flow Accept(MachineProtocol protocol, Span<byte> proxy, ArrayBufferWriter<byte> output)
    {
        Flow flow;
        do
            flow = protocol.Accept(ref proxy, output);
        while (flow == Flow.Continue);
        return flow;
    }

    private static void AssertSaid(string expected, ArrayBufferWriter<byte> said) =>
        Assert.Equal(HexScript.Format(HexScript.Bytes(expected)), HexScript.Format(said.WrittenSpan));

    private static ArrayBufferWriter<byte> Run(VirtualSerialPortOptions options, byte[][] pieces, MachineEventsRecorder events)
    {
        var output = new ArrayBufferWriter<byte>();
        var protocol = new MachineProtocol(options, default, secured: false, events);
        protocol.Open(output);
        foreach (var piece in pieces)
            Assert.Equal(Flow.NeedInput, Accept(protocol, piece.ToArray(), output));
        return output;
    }

    private ArrayBufferWriter<byte> Run(VirtualSerialPortOptions options, string proxy) =>
        Run(options, [HexScript.Bytes(proxy)], _events);
}
