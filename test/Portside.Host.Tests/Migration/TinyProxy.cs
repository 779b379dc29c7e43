using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portside.Host.Guests;
using Portside.Telnet;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Host.Tests.Migration;

/// <summary>
/// The least a proxy must do for one port that moves about: threads, blocking sockets and one lock, so that there is
/// nothing in it to be wrong about. It sends a numbered stream and checks the one it receives.
/// </summary>
internal sealed class TinyProxy : IDisposable
{
    private readonly LoopbackListener _listener = new();
    private readonly Lock _lock = new();
    private readonly NumberedStreamVerifier _verifier = new(first: 0);
    private readonly NumberedStreamWriter _writer = new();
    private readonly List<byte> _held = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly List<NetworkStream> _connections = [];
    private NetworkStream? _owner;
    private byte[]? _key;
    private Exception? _failure;

    public TinyProxy()
    {
        Start(Accept);
        Start(Speak);
    }

    public int Port => _listener.Port;

    /// <summary>Completes when this many records were sent and as many received.</summary>
    public (long Sent, NumberedStreamVerifier Received) Counters
    {
        get
        {
            lock (_lock)
            {
                if (_failure is not null)
                    throw new InvalidOperationException("The tiny proxy failed.", _failure);
                return ((long)_writer.Next, _verifier);
            }
        }
    }

    /// <summary>No more records are sent from here on.</summary>
    public void StopSpeaking() => _stop.Set();

    public void Dispose()
    {
        _stop.Set();
        _listener.Dispose();
        lock (_lock)
            _connections.ForEach(connection => connection.Dispose());
    }

    private void Start(Action run) => new Thread(() => Run(run)) { IsBackground = true }.Start();

    private void Run(Action run)
    {
        try
        {
            run();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // The test is over, or a machine broke its connection.
        }
        catch (Exception e)
        {
            lock (_lock)
                _failure ??= e;
        }
    }

    private void Accept()
    {
        while (true)
        {
            var connection = _listener.AcceptAsync().GetAwaiter().GetResult();
            lock (_lock)
                _connections.Add(connection);
            Start(() => Serve(connection));
        }
    }

    private void Speak()
    {
        var records = new byte[17 * 20];
        while (!_stop.Wait(TimeSpan.FromMilliseconds(2)))
        {
            lock (_lock)
            {
                if (_owner is null)
                    continue;
                _writer.Write(records);
                if (_key is not null)
                    _held.AddRange(records);
                else
                    _owner.Write(records);
            }
        }
    }

    private void Serve(NetworkStream connection)
    {
        var decoder = new TelnetDecoder();
        var negotiator = new OptionNegotiator(OptionTables.Concentrator(tls: false, comPort: false));
        var output = new ArrayBufferWriter<byte>();
        byte[]? candidate = null;
        lock (_lock)
        {
            negotiator.Request(OptionSide.Remote, TelnetOptionCode.VirtualSerialPort, on: true, output);
            connection.Write(output.WrittenSpan);
        }

        var buffer = new byte[16_384];
        while (connection.Read(buffer) is > 0 and var length)
        {
            var input = buffer.AsSpan(0, length);
            lock (_lock)
            {
                output.ResetWrittenCount();
                while (decoder.TryRead(ref input, out var token))
                {
                    switch (token.Kind)
                    {
                        case TelnetTokenKind.Negotiation:
                            negotiator.Receive(token.Command, token.Option, output);
                            break;
                        case TelnetTokenKind.Data:
                            if (connection != _owner)
                                throw new InvalidDataException("Bytes from a machine that runs elsewhere.");
                            _verifier.Read(token.Payload);
                            ReleaseTo(connection); // A source that speaks after GOAHEAD has resumed.
                            break;
                        case TelnetTokenKind.Subnegotiation when VspMessage.TryRead(token.Payload, out var message):
                            Accept(connection, message, output, ref candidate);
                            break;
                    }
                }

                connection.Write(output.WrittenSpan);
            }
        }
    }

    private void Accept(NetworkStream connection, VspMessage message, ArrayBufferWriter<byte> output, ref byte[]? candidate)
    {
        switch (message.Code)
        {
            case VspCode.DoProxy:
                VspMessage.Write(output, VspCode.WillProxy);
                _owner = connection;
                break;
            case VspCode.VmotionBegin:
                ReleaseTo(connection); // The attempt before ended without a word.
                _key = [.. message.Payload, .. RandomNumberGenerator.GetBytes(8), 0xFF];
                VspMessage.Write(output, VspCode.VmotionGoAhead, _key);
                break;
            case VspCode.VmotionAbort:
                ReleaseTo(connection);
                break;
            case VspCode.VmotionPeer when _key is not null && message.Payload.SequenceEqual(_key):
                candidate = _key;
                VspMessage.Write(output, VspCode.VmotionPeerOk, message.Payload[..^9]);
                break;
            case VspCode.VmotionPeer:
                VspMessage.Write(output, VspCode.UnknownSuboptionReceived2, [(byte)VspCode.VmotionPeer]);
                break;
            case VspCode.VmotionComplete when candidate is not null && candidate == _key:
                _owner = connection;
                ReleaseTo(connection);
                break;
        }
    }

    private void ReleaseTo(NetworkStream connection)
    {
        if (_key is null)
            return;
        _key = null;
        connection.Write(_held.ToArray());
        _held.Clear();
    }
}
