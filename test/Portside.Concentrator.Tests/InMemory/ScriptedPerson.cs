using Portside.Concentrator.Clients;
using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>Somebody's or something's end of a connection to a port's telnet port.</summary>
internal sealed class ScriptedPerson : IAsyncDisposable
{
    /// <summary>What a telnet client is asked first: WILL ECHO, SGA both ways, BINARY both ways, DO NAWS, DO COM-PORT.</summary>
    public const string Asked = "FF FB 01 | FF FB 03 | FF FD 03 | FF FB 00 | FF FD 00 | FF FD 1F | FF FD 2C ";

    public ScriptedPerson(TelnetClient client, PairedStream stream)
    {
        (Client, Stream) = (client, stream);
        Peer = new ScriptedPeer(stream);
        Run = client.RunAsync();
    }

    public TelnetClient Client { get; }

    public PairedStream Stream { get; }

    public ScriptedPeer Peer { get; }

    public Task Run { get; }

    /// <summary>Answers the options as a telnet program does, with or without BINARY, and reads what was said before and the banner behind it.</summary>
    /// <returns>Both.</returns>
    public async Task<string> ComeInAsync(bool binary = true)
    {
        await Peer.ExpectAsync(Asked);
        await Peer.SendAsync(binary
            ? "FF FD 01 | FF FD 03 | FF FB 03 | FF FD 00 | FF FB 00 | FF FC 1F | FF FC 2C"
            : "FF FD 01 | FF FD 03 | FF FB 03 | FF FE 00 | FF FC 00 | FF FC 1F | FF FC 2C");
        return await Peer.ExpectTextEventuallyAsync("^] ?]\r\n");
    }

    /// <summary>Waits until everything sent so far was dealt with.</summary>
    public async Task SettleAsync()
    {
        await Peer.SendAsync("FF F6");
        await Peer.ExpectTextEventuallyAsync("\r\n[portside: yes]\r\n");
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        await Run.WaitAsync(Patience.Limit);
    }
}
