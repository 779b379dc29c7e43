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
            ToServer(ComPortClient.Ask);
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
