using System.Net.Sockets;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Hosting;

/// <summary>What a silent link costs. Runs alone: what others allocate meanwhile would count.</summary>
[Collection("alone")]
public sealed class IdleLinkTests
{
    [Fact]
    public async Task Idle_links_hold_next_to_nothing()
    {
        const int Count = 200;
        await using var concentrator = new LiveConcentrator(o => o.Console.TelnetAddress = null);
        var machines = new List<Socket>();
        await ConnectSomeAsync(20);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ConnectSomeAsync(Count);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        TestContext.Current.TestOutputHelper!.WriteLine($"{each} bytes for each link and its test's end");
        Assert.InRange(each, 0, 12 * 1024);
        machines.ForEach(m => m.Dispose());

        async Task ConnectSomeAsync(int count)
        {
            var opening = HexScript.Bytes(ScriptedMachine.Opening + ScriptedMachine.WillProxy + "FF FA E8 03 63 FF F0");
            var buffer = new byte[opening.Length];
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                machines.Add(socket);
                await socket.ConnectAsync(concentrator.Vm);
                await socket.SendAsync(HexScript.Bytes("FF FB E8" + ScriptedMachine.Known1 + ScriptedMachine.DoProxy("vSPC.py")
                    + ScriptedMachine.TellName($"vm-{i}") + ScriptedMachine.TellUuid($"{machines.Count:x8}89abcdeffedcba9800000000") + "FF FA E8 63 FF F0"));
                for (var got = 0; got < opening.Length;)
                    got += await socket.ReceiveAsync(buffer.AsMemory(got));
                Assert.Equal(opening, buffer);
            }
        }
    }
}
