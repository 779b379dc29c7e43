using System.Buffers;
using CsCheck;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.ComPort;

/// <summary>Both engines against each other, over the codec.</summary>
public sealed class ComPortPairTests
{
    private static readonly uint[] Rates = [0, 110, 9_600, 115_200, 230_400, uint.MaxValue, 0xFF];

    private static readonly Gen<LineSettings> Settings = Gen.Select(
        Gen.Int[0, Rates.Length - 1].Select(i => Rates[i]),
        Gen.Int[4, 8].Select(bits => (byte)(bits == 4 ? 0 : bits)),
        Gen.Int[0, 5].Select(p => (ComPortParity)p),
        Gen.Int[0, 3].Select(s => (ComPortStopSize)s),
        Gen.Int[0, 3].Select(f => (ComPortControl)f),
        (rate, bits, parity, stop, flow) => new LineSettings(rate, bits, parity, stop, flow));

    private static readonly Gen<Step> Steps = Gen.OneOf(
        Settings.Select(s => new Step($"want {s}", pair => pair.Want(s))),
        Settings.Select(s => new Step($"device {s}", pair => pair.Change(s))),
        Gen.Select(Gen.Bool, Gen.Bool, (dtr, rts) => new Step($"signals {dtr} {rts}", pair => pair.Signals(dtr, rts))),
        Gen.Int[0, 15].Select(m => new Step($"modem {m}", pair => pair.Modem((ComPortModemState)(m << 4)))),
        Gen.Byte.Array[0, 6].Select(bytes => new Step($"noise {HexScript.Format(bytes)}", pair => pair.Noise(bytes))));

    [Fact]
    public void Whatever_happens_both_ends_agree_in_the_end() => Steps.Array[0, 40].Sample(
        steps =>
        {
            var pair = new Pair();
            foreach (var step in steps)
                step.Do(pair);
            pair.AssertAgreed();
        },
        print: steps => string.Join("; ", steps.Select(step => step.Name)));

    [Fact]
    public void Any_bytes_are_answered_with_one_message_at_most() => Gen.Byte.Array[0, 12].Sample(payload =>
    {
        var output = new ArrayBufferWriter<byte>();
        new ComPortServer(new FakeComPortDevice { Notes = false }).Accept(payload, output);
        Assert.True(output.WrittenCount <= 16, HexScript.Format(output.WrittenSpan));
        output.ResetWrittenCount();
        new ComPortClient(new ComPortRecorder(), "me"u8.ToArray()).Accept(payload, output);
        Assert.True(output.WrittenCount <= 16, HexScript.Format(output.WrittenSpan));
    });

    /// <summary>A bridge sets its line as it hears and confirms that; words of both sides cross on their way.</summary>
    [Fact]
    public void Ends_whose_words_cross_agree_after_few_words() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4].Select(i => 9_600u << i)).Array[0, 60].Sample(
            steps =>
            {
                var pair = new FarApart();
                foreach (var (what, rate) in steps)
                    pair.Do(what, rate);
                pair.Settle(atMost: 20 * (steps.Length + 1));
            },
            print: steps => string.Join("; ", steps.Select(step => $"{step.Item1} {step.Item2}")));

    private sealed record Step(string Name, Action<Pair> Do);

    private sealed class Pair
    {
        private readonly FakeComPortDevice _device = new();
        private readonly ModemWatch _watch = new();
        private readonly ComPortServer _server;
        private readonly ComPortClient _client;

        public Pair()
        {
            _server = new(_device);
            _client = new(_watch);
            ToClient(_server.Start);
            ToServer(_client.Ask);
        }

        public void Want(LineSettings settings) => ToServer(output => _client.Want(settings, output));

        public void Change(LineSettings settings)
        {
            _device.Settings = _device.Settings.With(settings);
            ToClient(_server.TellSettings);
        }

        public void Signals(bool dtr, bool rts) => ToServer(output => _client.SetSignals(dtr, rts, output));

        public void Modem(ComPortModemState lines)
        {
            _device.ModemState = lines;
            ToClient(_server.TellModemState);
        }

        public void Noise(byte[] payload)
        {
            // Masks and settings a noisy client happens to set are set; the client below does not know of them.
            if (payload is [>= 1 and <= 12, ..])
                return;
            _server.Accept(payload, new ArrayBufferWriter<byte>());
        }

        public void AssertAgreed()
        {
            Assert.Equal(_device.Settings, _client.InForce);
            Assert.Equal(_device.ModemState, _watch.Lines);
            if (_client.Dtr is { } dtr)
                Assert.Equal(_device.Dtr, dtr);
            if (_client.Rts is { } rts)
                Assert.Equal(_device.Rts, rts);
        }

        private void ToServer(Action<IBufferWriter<byte>> say) => Carry(say, server: true);

        private void ToClient(Action<IBufferWriter<byte>> say) => Carry(say, server: false);

        private void Carry(Action<IBufferWriter<byte>> say, bool server)
        {
            var output = new ArrayBufferWriter<byte>();
            say(output);
            Span<byte> rest = output.WrittenSpan.ToArray();
            var decoder = new TelnetDecoder();
            while (decoder.TryRead(ref rest, out var token))
            {
                Assert.Equal(TelnetOptionCode.ComPort, token.Option);
                var payload = token.Payload.ToArray();
                if (server)
                    Carry(answer => Assert.True(_server.Accept(payload, answer)), server: false);
                else
                    Carry(answer => Assert.True(_client.Accept(payload, answer)), server: true);
            }
        }
    }

    /// <summary>A bridge with a line of its own, an access server, and words on their way between them.</summary>
    private sealed class FarApart : IComPortObserver
    {
        private readonly FakeComPortDevice _device = new() { Notes = false };
        private readonly Queue<byte[]> _toServer = new();
        private readonly Queue<byte[]> _toClient = new();
        private readonly ComPortServer _server;
        private readonly ComPortClient _client;
        private LineSettings _line = LineSettings.Default;

        public FarApart()
        {
            _server = new(_device);
            _client = new(this);
            Send(_toServer, output => _client.Want(_line, output));
        }

        public void Do(int what, uint rate)
        {
            switch (what)
            {
                case 0:
                    _line = _line with { BaudRate = rate };
                    Send(_toServer, output => _client.Want(_line, output));
                    break;
                case 1:
                    _device.Settings = _device.Settings with { BaudRate = rate };
                    Send(_toClient, _server.TellSettings);
                    break;
                case 2 when _toServer.TryDequeue(out var wish):
                    Send(_toClient, output => Assert.True(_server.Accept(wish, output)));
                    break;
                case 3 when _toClient.TryDequeue(out var word):
                    Send(_toServer, output => Assert.True(_client.Accept(word, output)));
                    break;
                default:
                    break;
            }
        }

        public void Settle(int atMost)
        {
            while (_toServer.Count + _toClient.Count > 0)
            {
                Assert.True(atMost-- > 0, "They never agree.");
                Do(2, 0);
                Do(3, 0);
            }

            Assert.Equal(_device.Settings, _line);
        }

        public void OnSettings(LineSettings inForce)
        {
            var news = inForce.Except(_line);
            if (news == default)
                return;
            _line = _line.With(news);
            Send(_toServer, output => _client.Want(_line, output));
        }

        public void OnModemState(ComPortModemState state)
        {
        }

        public void OnLineState(ComPortLineState state)
        {
        }

        public void OnSuspended(bool suspended)
        {
        }

        public void OnSignature(ReadOnlySpan<byte> text)
        {
        }

        private static void Send(Queue<byte[]> queue, Action<IBufferWriter<byte>> say)
        {
            var output = new ArrayBufferWriter<byte>();
            say(output);
            Span<byte> rest = output.WrittenSpan.ToArray();
            var decoder = new TelnetDecoder();
            while (decoder.TryRead(ref rest, out var token))
                queue.Enqueue(token.Payload.ToArray());
        }
    }

    private sealed class ModemWatch : IComPortObserver
    {
        public ComPortModemState Lines { get; private set; }

        public void OnSettings(LineSettings inForce)
        {
        }

        public void OnModemState(ComPortModemState state) => Lines = state & (ComPortModemState)0xF0;

        public void OnLineState(ComPortLineState state)
        {
        }

        public void OnSuspended(bool suspended)
        {
        }

        public void OnSignature(ReadOnlySpan<byte> text)
        {
        }
    }
}
