using System.Text;
using Portside.Concentrator.Links;
using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>A virtual machine's end of a link, played from a script.</summary>
internal sealed class ScriptedMachine : IAsyncDisposable
{
    public const string Uuid = "0123456789abcdeffedcba9800000000";

    /// <summary>What every machine lists.</summary>
    public const string Known1 = "FF FA E8 00 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53 FF F0 ";

    /// <summary>What this concentrator lists: all 22.</summary>
    public const string Known2 = "FF FA E8 01 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 52 53 54 55 56 57 FF F0 ";

    public const string WillProxy = "FF FA E8 47 FF F0 ";

    public const string WontProxy = "FF FA E8 49 FF F0 ";

    /// <summary>GET-VM-VC-UUID and GET-VM-NAME.</summary>
    public const string Questions = "FF FA E8 51 FF F0 | FF FA E8 53 FF F0 ";

    /// <summary>What the concentrator says to a first WILL 232, from its DO to its questions.</summary>
    public const string Opening =
        "FF FD E8 | FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 " + Known2 + Questions;

    public ScriptedMachine(MemoryConcentrator concentrator, Link link, PairedStream stream)
    {
        (Concentrator, Link, Stream) = (concentrator, link, stream);
        Peer = new ScriptedPeer(stream);
        Run = link.RunAsync();
    }

    public MemoryConcentrator Concentrator { get; }

    public Link Link { get; }

    public PairedStream Stream { get; }

    public ScriptedPeer Peer { get; }

    /// <summary>The link's life.</summary>
    public Task Run { get; }

    public static string DoProxy(string uri, char direction = 'S') =>
        HexScript.Format([0xFF, 0xFA, 0xE8, 0x46, (byte)direction, .. Encoding.UTF8.GetBytes(uri), 0xFF, 0xF0]) + " ";

    public static string TellUuid(string uuid = Uuid) =>
        HexScript.Format([0xFF, 0xFA, 0xE8, 0x50, .. VspUuid.Format(uuid), 0xFF, 0xF0]) + " ";

    public static string TellName(string name) => TellName(Encoding.UTF8.GetBytes(name));

    public static string TellName(byte[] name) =>
        HexScript.Format([0xFF, 0xFA, 0xE8, 0x52, .. name, 0xFF, 0xF0]) + " ";

    public Task SendAsync(string script) => Peer.SendAsync(script);

    public Task ExpectAsync(string script) => Peer.ExpectAsync(script);

    /// <summary>Agrees to option 232 and hears the concentrator's opening.</summary>
    public async Task OpenAsync()
    {
        await SendAsync("FF FB E8");
        await ExpectAsync(Opening);
        await SendAsync(Known1 + "FF FD 00 | FF FD 03 | FF FD 01 | FF FB 00 | FF FB 03");
    }

    /// <summary>A fresh start, up to a port.</summary>
    public async Task StartAsync(string uuid = Uuid, string uri = "vSPC.py", string name = "vm-00000")
    {
        await OpenAsync();
        await SendAsync(DoProxy(uri) + TellName(name) + TellUuid(uuid));
        await ExpectAsync(WillProxy);
        await SettleAsync();
    }

    /// <summary>Completes when the link has dealt with everything sent so far: it answers a suboption nobody knows.</summary>
    public async Task SettleAsync()
    {
        await SendAsync("FF FA E8 63 FF F0");
        await ExpectAsync("FF FA E8 03 63 FF F0");
    }

    /// <summary>BEGIN, GOAHEAD.</summary>
    /// <returns>The script of the key, for PEER.</returns>
    public async Task<string> BeginAsync(string sequence = "44 DA 87 F1", string secret = MemoryConcentrator.Secret)
    {
        var key = Doubled(sequence) + Doubled(secret);
        await SendAsync($"FF FA E8 28 {Doubled(sequence)} FF F0");
        await ExpectAsync($"FF FA E8 29 {key} FF F0");
        return key;
    }

    /// <summary>The destination's opening and its PEER, without an answer.</summary>
    public async Task SendPeerAsync(string key)
    {
        await OpenAsync();
        await SendAsync($"FF FA E8 2C {key} FF F0");
    }

    /// <summary>The destination's opening, PEER and PEER-OK.</summary>
    public async Task PeerAsync(string key, string sequence = "44 DA 87 F1")
    {
        await SendPeerAsync(key);
        await ExpectAsync($"FF FA E8 2D {Doubled(sequence)} FF F0");
    }

    /// <summary>COMPLETE; the concentrator has dealt with it when this ends.</summary>
    public async Task CompleteAsync(string sequence = "44 DA 87 F1")
    {
        await SendAsync($"FF FA E8 2E {Doubled(sequence)} FF F0");
        await SettleAsync();
    }

    /// <summary>The link's life has ended; the reason.</summary>
    public async Task<LinkEnd> EndAsync()
    {
        await Run.WaitAsync(Patience.Limit);
        return Link.EndReason;
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        Link.End(LinkEnd.Stopping);
        await Run.WaitAsync(Patience.Limit);
    }

    private static string Doubled(string script) => script.Replace("FF", "FF FF", StringComparison.Ordinal) + " ";
}
