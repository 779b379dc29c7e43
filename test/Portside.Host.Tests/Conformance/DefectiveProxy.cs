using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portside.Lines;
using Portside.Telnet;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Host.Tests.Conformance;

/// <summary>A concentrator in small with one thing wrong: threads, blocking sockets and one lock, and a console in memory.</summary>
internal sealed class DefectiveProxy(ProxyDefect defect) : IDisposable
{
    private static readonly TimeSpan Haste = TimeSpan.FromMilliseconds(50);

    private readonly LoopbackListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Port> _ports = [];
    private readonly List<Link> _links = [];
    private readonly HashSet<string> _seen = [];
    private int _lists;
    private byte[]? _notNow;

    public static DefectiveProxy Start(ProxyDefect defect = ProxyDefect.None)
    {
        var proxy = new DefectiveProxy(defect);
        Start(proxy.Accept);
        return proxy;
    }

    public int Number => _listener.Port;

    /// <summary>Opens the console of a machine; what it said before comes first.</summary>
    public Line Attach(Guid uuid)
    {
        lock (_lock)
        {
            if (!_ports.TryGetValue(uuid.ToString("N"), out var port))
                throw new IOException("There is no such port.");
            port.Console = new ConsoleLine(bytes => Type(port, bytes));
            port.Console.Say([.. port.Said]);
            return port.Console;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        HangUpOnAll();
    }

    private void HangUpOnAll()
    {
        lock (_lock)
            _links.ForEach(link => link.Stream.Dispose());
    }

    private static void Start(Action run) => new Thread(() =>
    {
        try
        {
            run();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException or TelnetProtocolException)
        {
            // The test is over, or a machine broke its connection.
        }
    })
    { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            var link = new Link(_listener.AcceptAsync().GetAwaiter().GetResult());
            lock (_lock)
                _links.Add(link);
            Start(() => Serve(link));
        }
    }

    private void Serve(Link link)
    {
        try
        {
            var buffer = new byte[16_384];
            while (link.Stream.Read(buffer) is > 0 and var length)
            {
                lock (_lock)
                    Take(link, buffer.AsSpan(0, length));
            }
        }
        finally
        {
            lock (_lock)
                Ended(link);
            link.Stream.Dispose();
        }
    }

    private void Take(Link link, Span<byte> input)
    {
        if (defect == ProxyDefect.ForgetsHalfCommands)
            link.Decoder = new TelnetDecoder();
        if (defect == ProxyDefect.DiesOfStrangers && input.StartsWith("GET "u8))
            HangUpOnAll();
        var output = link.Output;
        output.ResetWrittenCount();
        try
        {
            while (link.Decoder.TryRead(ref input, out var token))
                Take(link, token, output);
        }
        catch (TelnetProtocolException) when (defect == ProxyDefect.DiesOfLongSubnegotiations)
        {
            HangUpOnAll();
        }

        link.Stream.Write(output.WrittenSpan);
    }

    private void Take(Link link, TelnetToken token, ArrayBufferWriter<byte> output)
    {
        switch (token.Kind)
        {
            case TelnetTokenKind.Data:
                Say(link, token.Payload);
                break;
            case TelnetTokenKind.Negotiation when defect == ProxyDefect.RefusesOption232 && token.Option == TelnetOptionCode.VirtualSerialPort:
                TelnetEncoder.WriteNegotiation(output, TelnetCommand.Dont, token.Option);
                break;
            case TelnetTokenKind.Negotiation when defect == ProxyDefect.HangsUpOnUnknownOptions && token.Option == 0xC7:
                link.Stream.Dispose();
                break;
            case TelnetTokenKind.Negotiation:
                var change = link.Negotiator.Receive(token.Command, token.Option, output);
                if (token.Option == TelnetOptionCode.VirtualSerialPort && change.Settled && change.Enabled)
                    Introduce(output);
                else if (defect == ProxyDefect.AcknowledgesAgain && token.Command == TelnetCommand.Will && change.Enabled)
                    TelnetEncoder.WriteNegotiation(output, TelnetCommand.Do, token.Option);
                break;
            case TelnetTokenKind.Subnegotiation when token.Payload.IsEmpty && defect == ProxyDefect.HangsUpOnEmptySubnegotiations:
                link.Stream.Dispose();
                break;
            case TelnetTokenKind.Subnegotiation when token.Option == TelnetOptionCode.VirtualSerialPort && VspMessage.TryRead(token.Payload, out var message):
                Take(link, message.Code, message.Payload.ToArray(), output);
                break;
        }
    }

    private void Introduce(ArrayBufferWriter<byte> output)
    {
        if (defect != ProxyDefect.ListsNothing)
        {
            var list = VspSuboptions.Proxy;
            VspMessage.Write(output, VspCode.KnownSuboptions2, defect == ProxyDefect.ListsDifferently && _lists++ > 0 ? list[..^2] : list);
        }

        VspMessage.Write(output, VspCode.GetVmVcUuid);
        VspMessage.Write(output, VspCode.GetVmName);
    }

    private void Take(Link link, VspCode code, byte[] payload, ArrayBufferWriter<byte> output)
    {
        switch (code)
        {
            case VspCode.DoProxy:
                var served = (defect == ProxyDefect.ServesEveryDirection || payload is [(byte)'S' or (byte)'C', ..])
                    && (defect == ProxyDefect.ServesEveryService || payload.AsSpan(1).SequenceEqual("vSPC.py"u8))
                    && defect != ProxyDefect.RefusesEveryService
                    && !(defect == ProxyDefect.ServesNobodyTwice && link.Uuid is { } known && !_seen.Add(known));
                VspMessage.Write(output, served ? VspCode.WillProxy : VspCode.WontProxy);
                link.IsServed = served;
                Bind(link);
                break;
            case VspCode.VmVcUuid when VspUuid.TryParse(payload, out var uuid):
                if (defect == ProxyDefect.NeverTakesLateNames && link.IsServed && link.WasLate)
                    break;
                link.Uuid = uuid;
                Bind(link);
                break;
            case VspCode.VmVcUuid or VspCode.VmName or VspCode.VmBiosUuid or VspCode.VmLocationUuid:
            case VspCode.KnownSuboptions1 or VspCode.UnknownSuboptionReceived1:
                break;
            case VspCode.VmotionBegin:
                Begin(link, payload, output);
                break;
            case VspCode.VmotionPeer:
                Peer(link, payload, output);
                break;
            case VspCode.VmotionComplete:
                Complete(link);
                break;
            case VspCode.VmotionAbort:
                Abort(link);
                break;
            default:
                if (defect != ProxyDefect.IgnoresUnknownSuboptions)
                    VspMessage.Write(output, VspCode.UnknownSuboptionReceived2, [(byte)code]);
                break;
        }
    }

    private void Bind(Link link)
    {
        if (!link.IsServed || link.Uuid is not { } uuid || link.Port is not null)
            return;
        if (!_ports.TryGetValue(defect == ProxyDefect.MixesMachines ? "one" : uuid, out var port))
            _ports[uuid] = _ports["one"] = port = new Port();
        _ports[uuid] = port;
        if (port.Owner is not null && defect == ProxyDefect.KeepsTheFirst)
            return;
        (link.Port, port.Owner, port.Key) = (port, link, null);
        port.Held.Clear();
        port.Heard(link.Early.ToArray());
    }

    private void Say(Link link, ReadOnlySpan<byte> data)
    {
        var isFirst = !link.HasSpoken;
        link.HasSpoken = true;
        if (isFirst && defect == ProxyDefect.LosesEarlyBytes)
            return;
        if (link.Port is not { } port)
        {
            link.Early.AddRange(data);
            return;
        }

        if (port.Owner != link)
            return;
        if (port.Key is not null && defect != ProxyDefect.WaitsForAbort && defect != ProxyDefect.IgnoresAbort)
            Release(port, link);
        if (port.Key is null)
            port.Heard(defect == ProxyDefect.StripsNulOut ? [.. data.ToArray().Where(b => b != 0)] : data);
    }

    private void Type(Port port, byte[] bytes)
    {
        lock (_lock)
        {
            if (port.Key is not null && defect != ProxyDefect.HoldsNothing)
                port.Held.AddRange(bytes);
            else if (port.Owner is { } owner)
                Write(owner, bytes);
        }
    }

    private void Write(Link link, byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        if (defect == ProxyDefect.StripsNulIn)
            bytes = [.. bytes.Where(b => b != 0)];
        if (defect == ProxyDefect.DoublesNothing)
            output.Write(bytes);
        else
            TelnetEncoder.WriteData(output, bytes);
        link.Stream.Write(output.WrittenSpan);
    }

    private void Release(Port port, Link link)
    {
        port.Key = null;
        port.Candidate = null;
        link.Stream.Write(link.Output.WrittenSpan);
        link.Output.ResetWrittenCount();
        if (defect != ProxyDefect.LosesWhatItHolds)
            Write(link, [.. port.Held]);
        port.Held.Clear();
    }

    private void Begin(Link link, byte[] sequence, ArrayBufferWriter<byte> output)
    {
        if (link.Port is not { } port)
        {
            _notNow = [.. sequence];
            VspMessage.Write(output, VspCode.VmotionNotNow, sequence);
            return;
        }

        if (port.Owner != link || defect == ProxyDefect.NeverGoesAhead || (defect == ProxyDefect.AnswersOneBegin && port.Key is not null))
            return;
        var repeated = defect switch
        {
            ProxyDefect.CutsSequencesAt255 when Array.IndexOf(sequence, (byte)0xFF) is >= 0 and var at => sequence[..at],
            ProxyDefect.CutsSequencesAtFour => (byte[])[.. sequence, .. new byte[4]] is var longer ? longer[..4] : sequence,
            _ => sequence,
        };
        byte[] secret = defect switch
        {
            ProxyDefect.HasNoSecret => [],
            ProxyDefect.HasOneSecret => [1, 2, 3, 4],
            _ => RandomNumberGenerator.GetBytes(8),
        };
        if (port.Key is not null)
            Release(port, link);
        (port.Key, port.Sequence, port.Candidate) = ([.. repeated, .. secret], repeated, null);
        VspMessage.Write(output, VspCode.VmotionGoAhead, port.Key);
    }

    private void Peer(Link link, byte[] key, ArrayBufferWriter<byte> output)
    {
        var port = _ports.Values.FirstOrDefault(port => (port.Key ?? (defect == ProxyDefect.KeepsKeysAfterAbort ? port.OldKey : null)) is { } wanted
            && wanted.AsSpan().SequenceEqual(key));
        if (port is not null)
        {
            (link.Port, port.Candidate, port.PeeredAt) = (port, link, TimeProvider.System.GetTimestamp());
            VspMessage.Write(output, VspCode.VmotionPeerOk, port.Sequence);
        }
        else if (defect == ProxyDefect.TakesAnyPeer || (defect == ProxyDefect.TakesPeersAfterNotNow && _notNow is not null && key.AsSpan().StartsWith(_notNow)))
        {
            VspMessage.Write(output, VspCode.VmotionPeerOk, key);
        }
        else
        {
            VspMessage.Write(output, VspCode.UnknownSuboptionReceived2, [(byte)VspCode.VmotionPeer]);
        }
    }

    private void Complete(Link link)
    {
        if (defect == ProxyDefect.CompletesForAnybody && link.Port is { } any && any.Candidate is null)
            any.Owner = null;
        if (link.Port is not { Key: not null } port || port.Candidate != link)
            return;
        if (defect == ProxyDefect.ForgetsInHaste && TimeProvider.System.GetElapsedTime(port.PeeredAt) > Haste)
            return;
        if (defect == ProxyDefect.WaitsForTheSourceToClose && port.Owner is not null)
        {
            port.CompleteWithSource = true;
            return;
        }

        port.Owner = link;
        Release(port, link);
    }

    private void Abort(Link link)
    {
        if (defect == ProxyDefect.HangsUpOnAbort)
            link.Stream.Dispose();
        if (defect == ProxyDefect.IgnoresAbort || link.Port is not { Key: not null } port || port.Owner != link)
            return;
        port.OldKey = port.Key;
        if (defect == ProxyDefect.LosesWhatItHoldsOnAbort)
            port.Held.Clear();
        Release(port, link);
    }

    private void Ended(Link link)
    {
        _links.Remove(link);
        if (link.Port is not { } port)
            return;
        if (port.Candidate == link && port.Owner != link)
            port.Candidate = null;
        if (port.Owner != link)
            return;
        port.Owner = null;
        if (defect == ProxyDefect.ForgetsWithTheSource)
            port.Key = null;
        if (port.CompleteWithSource && port.Candidate is { } destination)
        {
            port.Owner = destination;
            Release(port, destination);
        }
    }

    private sealed class Link(NetworkStream stream)
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();

        public NetworkStream Stream { get; } = stream;

        public TelnetDecoder Decoder { get; set; } = new();

        public OptionNegotiator Negotiator { get; } = new(OptionTables.Concentrator(tls: false, comPort: false));

        public ArrayBufferWriter<byte> Output { get; } = new();

        public List<byte> Early { get; } = [];

        public string? Uuid { get; set; }

        public bool IsServed { get; set; }

        public bool HasSpoken { get; set; }

        public Port? Port { get; set; }

        public bool WasLate => TimeProvider.System.GetElapsedTime(_started) > Haste;
    }

    private sealed class Port
    {
        public Link? Owner { get; set; }

        public Link? Candidate { get; set; }

        public ConsoleLine? Console { get; set; }

        public List<byte> Said { get; } = [];

        public List<byte> Held { get; } = [];

        public byte[]? Key { get; set; }

        public byte[]? OldKey { get; set; }

        public byte[] Sequence { get; set; } = [];

        public long PeeredAt { get; set; }

        public bool CompleteWithSource { get; set; }

        public void Heard(ReadOnlySpan<byte> data)
        {
            Said.AddRange(data);
            Console?.Say(data.ToArray());
        }
    }

    private sealed class ConsoleLine(Action<byte[]> type) : Line
    {
        private readonly ConcurrentQueue<byte> _bytes = new();
        private readonly SemaphoreSlim _more = new(0);

        public override string Title => "console";

        public void Say(byte[] bytes)
        {
            foreach (var b in bytes)
                _bytes.Enqueue(b);
            _more.Release();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            while (true)
            {
                var length = 0;
                while (length < buffer.Length && _bytes.TryDequeue(out var b))
                    buffer.Span[length++] = b;
                if (length > 0)
                    return length;
                await _more.WaitAsync(cancellation);
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
        {
            type(data.ToArray());
            return default;
        }

        public override ValueTask DisposeAsync()
        {
            _more.Dispose();
            return default;
        }
    }
}
