using System.Buffers;
using CsCheck;
using Portside.Telnet.Negotiation;
using Portside.Testing;

namespace Portside.Telnet.Tests.Negotiation;

public sealed class OptionNegotiatorTests
{
    private const byte Known = TelnetOptionCode.Binary;
    private const byte Refused = TelnetOptionCode.Echo;
    private const byte Unknown = 0x63;

    private static readonly OptionTable Table = new(
        new(Known, "TRANSMIT-BINARY", "RFC 856", Local: true, Remote: true),
        new(Refused, "ECHO", "RFC 857", Local: false, Remote: false));

    private readonly OptionNegotiator _negotiator = new(Table);
    private readonly ArrayBufferWriter<byte> _output = new();

    [Theory]
    [InlineData(TelnetCommand.Will, "FF FD 00", OptionSide.Remote)]
    [InlineData(TelnetCommand.Do, "FF FB 00", OptionSide.Local)]
    public void An_offer_that_the_table_allows_is_agreed_to_once(byte verb, string answer, OptionSide side)
    {
        Assert.Equal(new OptionChange(Known, side, Enabled: true, Settled: true), Hear(verb, Known));
        Assert.Equal(new OptionChange(Known, side, Enabled: true, Settled: false), Hear(verb, Known));
        Assert.Equal(answer, Said());
        Assert.True(_negotiator.IsOn(side, Known));
        Assert.False(_negotiator.IsOn(1 - side, Known));
    }

    [Theory]
    [InlineData(TelnetCommand.Will, Refused, "FF FE 01")]
    [InlineData(TelnetCommand.Do, Refused, "FF FC 01")]
    [InlineData(TelnetCommand.Will, Unknown, "FF FE 63")]
    [InlineData(TelnetCommand.Do, Unknown, "FF FC 63")]
    [InlineData(TelnetCommand.Will, 0xFF, "FF FE FF")]
    public void An_offer_that_the_table_does_not_allow_is_refused(byte verb, byte option, string answer)
    {
        var change = Hear(verb, option);
        Assert.False(change.Enabled);
        Assert.False(change.Settled);
        Assert.Equal(answer, Said());
    }

    [Theory]
    [InlineData(TelnetCommand.Wont, Known)]
    [InlineData(TelnetCommand.Dont, Known)]
    [InlineData(TelnetCommand.Wont, Refused)]
    [InlineData(TelnetCommand.Dont, Unknown)]
    public void A_refusal_of_what_is_off_is_never_answered(byte verb, byte option)
    {
        Assert.False(Hear(verb, option).Settled);
        Assert.Equal("", Said());
    }

    [Fact]
    public void A_request_is_said_once_and_its_answer_is_not_answered()
    {
        _negotiator.Request(OptionSide.Local, Known, on: true, _output);
        _negotiator.Request(OptionSide.Local, Known, on: true, _output);
        Assert.Equal("FF FB 00", Said());
        Assert.False(_negotiator.IsOn(OptionSide.Local, Known));
        Assert.Equal(OptionState.WantYes, _negotiator[OptionSide.Local, Known]);

        Assert.Equal(new OptionChange(Known, OptionSide.Local, Enabled: true, Settled: true), Hear(TelnetCommand.Do, Known));
        Assert.Equal("", Said());
        Assert.True(_negotiator.IsOn(OptionSide.Local, Known));
    }

    [Fact]
    public void A_request_that_is_refused_is_settled_and_off()
    {
        _negotiator.Request(OptionSide.Remote, Known, on: true, _output);
        Assert.Equal("FF FD 00", Said());
        Assert.Equal(new OptionChange(Known, OptionSide.Remote, Enabled: false, Settled: true), Hear(TelnetCommand.Wont, Known));
        Assert.Equal("", Said());
    }

    [Fact]
    public void What_this_end_asks_for_need_not_be_what_it_agrees_to()
    {
        _negotiator.Request(OptionSide.Local, Refused, on: true, _output);
        Assert.True(Hear(TelnetCommand.Do, Refused).Enabled);
        Assert.Equal("FF FB 01", Said());
    }

    [Fact]
    public void A_change_of_mind_waits_for_the_answer()
    {
        _negotiator.Request(OptionSide.Remote, Known, on: true, _output);
        _negotiator.Request(OptionSide.Remote, Known, on: false, _output);
        Assert.Equal("FF FD 00", Said());
        Assert.Equal(new OptionChange(Known, OptionSide.Remote, Enabled: false, Settled: true), Hear(TelnetCommand.Will, Known));
        Assert.Equal("FF FE 00", Said());
        Hear(TelnetCommand.Wont, Known);
        Assert.Equal("", Said());
        Assert.Equal(OptionState.No, _negotiator[OptionSide.Remote, Known]);
    }

    [Fact]
    public void An_option_without_a_row_cannot_be_asked_for()
    {
        Assert.Throws<ArgumentException>(() => _negotiator.Request(OptionSide.Local, Unknown, on: true, _output));
        Assert.Equal(OptionState.No, _negotiator[OptionSide.Local, Unknown]);
    }

    [Fact]
    public void Negotiation_does_not_allocate() =>
        Assert.Equal(0, Allocated.By(() =>
        {
            _output.ResetWrittenCount();
            for (var verb = TelnetCommand.Will; verb <= TelnetCommand.Dont; verb++)
            {
                _negotiator.Receive(verb, Known, _output);
                _negotiator.Receive(verb, Unknown, _output);
            }
        }));

    /// <summary>RFC 1143's proof obligation: two such ends never loop, and end of one mind.</summary>
    [Fact]
    public void Two_ends_that_change_their_minds_at_random_come_to_rest_and_agree() =>
        Gen.Select(Gen.Bool.Array[4], Gen.Int[0, 5].Array[0, 40]).Sample((allowed, steps) =>
        {
            End a = new(allowed[0], allowed[1]);
            End b = new(allowed[2], allowed[3]);
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        a.Negotiator.Request((OptionSide)step, Known, !a.Wish[step], a.Output);
                        a.Wish[step] = !a.Wish[step];
                        break;
                    case 2 or 3:
                        b.Negotiator.Request((OptionSide)(step - 2), Known, !b.Wish[step - 2], b.Output);
                        b.Wish[step - 2] = !b.Wish[step - 2];
                        break;
                    case 4:
                        a.Deliver(b, atMost: 1);
                        break;
                    default:
                        b.Deliver(a, atMost: 1);
                        break;
                }
            }

            // Each wish is said at most once and answered at most once, and an answer to a queued wish is one more.
            var said = 0;
            for (var delivered = 1; delivered > 0;)
            {
                delivered = a.Deliver(b, atMost: int.MaxValue) + b.Deliver(a, atMost: int.MaxValue);
                said += delivered;
                Assert.InRange(said, 0, (4 * steps.Length) + 4);
            }

            foreach (var side in new[] { OptionSide.Local, OptionSide.Remote })
            {
                var ours = a.Negotiator[side, Known];
                Assert.Equal(ours, b.Negotiator[1 - side, Known]);
                Assert.True(ours is OptionState.No or OptionState.Yes);
            }
        });

    [Fact]
    public void Whatever_a_peer_says_it_gets_at_most_one_answer_to_each_message() =>
        Gen.Select(Gen.Byte[TelnetCommand.Will, TelnetCommand.Dont], Gen.Byte[0, 3], Gen.Int[0, 8]).Array[0, 60].Sample(heard =>
        {
            var negotiator = new OptionNegotiator(OptionTables.Concentrator(tls: true, comPort: true));
            var output = new ArrayBufferWriter<byte>();
            foreach (var (verb, option, ask) in heard)
            {
                if (ask < 4 && option != 2)
                    negotiator.Request((OptionSide)(ask / 2), option, ask % 2 == 0, output);
                output.ResetWrittenCount();
                negotiator.Receive(verb, option, output);
                Assert.InRange(output.WrittenCount, 0, 3);

                // WONT and DONT must always be obeyed at once.
                if (verb == TelnetCommand.Wont)
                    Assert.False(negotiator.IsOn(OptionSide.Remote, option));
                if (verb == TelnetCommand.Dont)
                    Assert.False(negotiator.IsOn(OptionSide.Local, option));
            }
        });

    private OptionChange Hear(byte verb, byte option) => _negotiator.Receive(verb, option, _output);

    private string Said()
    {
        var said = HexScript.Format(_output.WrittenSpan);
        _output.ResetWrittenCount();
        return said;
    }

    private sealed class End(bool local, bool remote)
    {
        private readonly Queue<(byte Verb, byte Option)> _onTheWire = [];

        public OptionNegotiator Negotiator { get; } = new(new(new TelnetOption(Known, "TRANSMIT-BINARY", "RFC 856", local, remote)));

        public ArrayBufferWriter<byte> Output { get; } = new();

        public bool[] Wish { get; } = new bool[2];

        /// <summary>Delivers what this end said to <paramref name="peer"/>, and returns how much that was.</summary>
        public int Deliver(End peer, int atMost)
        {
            for (var said = Output.WrittenSpan; !said.IsEmpty; said = said[3..])
                _onTheWire.Enqueue((said[1], said[2]));
            Output.ResetWrittenCount();
            var delivered = 0;
            while (delivered < atMost && _onTheWire.TryDequeue(out var message))
            {
                peer.Negotiator.Receive(message.Verb, message.Option, peer.Output);
                delivered++;
            }

            return delivered;
        }
    }
}
