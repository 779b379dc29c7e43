using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Portside.Telnet;
using Portside.Testing;
using Xunit;
using static Portside.Concentrator.Tests.InMemory.ScriptedMachine;

namespace Portside.Concentrator.Tests.Links;

/// <summary>Every bound of a link, at the limit and one past it; a peer beyond it costs only its own connection.</summary>
public sealed class LinkLimitTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task As_much_data_before_identity_as_allowed_is_kept()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.Peer.SendAsync(Numbered(65_536));
        await machine.SendAsync(DoProxy("vSPC.py") + TellUuid());
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        Assert.Equal(System.Text.Encoding.Latin1.GetString(Numbered(65_536)), LinkOpeningTests.Text(_concentrator.Port));
    }

    [Fact]
    public async Task One_byte_more_data_before_identity_ends_the_link()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.Peer.SendAsync(Numbered(65_537));
        await machine.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.TooMuchTooEarly, await machine.EndAsync());
        Assert.Equal("data-before-identity", Assert.Single(_concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task The_longest_subnegotiation_allowed_is_read()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FA E8 63");
        await machine.Peer.SendAsync(Filled(65_535));
        await machine.SendAsync("FF F0");
        await machine.ExpectAsync("FF FA E8 03 63 FF F0");
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_subnegotiation_one_byte_longer_ends_the_link()
    {
        var machine = await _concentrator.StartAsync();
        await machine.SendAsync("FF FA E8 63");
        await machine.Peer.SendAsync(Filled(65_536));
        await machine.SendAsync("FF F0");
        await machine.Peer.ExpectEndAsync();
        Assert.Equal(LinkEnd.Protocol, await machine.EndAsync());
    }

    [Fact]
    public async Task A_subnegotiation_without_end_ends_a_link_before_identity_too()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync("FF FA E8 46");
        await machine.Peer.SendAsync(Filled(65_536));
        Assert.Equal(LinkEnd.Protocol, await machine.EndAsync());
        Assert.Equal("protocol", Assert.Single(_concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_answers_is_ended_when_they_are_too_many()
    {
        var machine = _concentrator.Connect(capacity: 4096);
        await machine.OpenAsync();
        var pushing = Task.Run(async () =>
        {
            while (true)
                await machine.SendAsync("FF FB 63 | FF FB 64 | FF FB 65 | FF FB 66");
        });
        Assert.Equal(LinkEnd.NotReading, await machine.EndAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => pushing.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Breaks_that_are_not_read_do_not_pile_up()
    {
        var machine = _concentrator.Connect(capacity: 1024);
        await machine.StartAsync();
        for (var i = 0; i < 100_000; i++)
            Assert.True(_concentrator.Port.Break("ada"));

        // What waits is read, and the link is as good as before.
        await _concentrator.Attach(_concentrator.Port).TypeAsync("\"x\"");
        var breaks = 0;
        byte[] next;
        while (HexScript.Format(next = await machine.Peer.ReadAsync(1)) == "FF")
        {
            Assert.Equal("F3", HexScript.Format(await machine.Peer.ReadAsync(1)));
            breaks++;
        }

        Assert.Equal("x"u8, next);
        Assert.InRange(breaks, 1, 10_000);
        await machine.SettleAsync();
    }

    [Fact]
    public async Task A_service_uri_may_be_as_long_as_allowed()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py?port=" + new string('x', 4096 - 13)) + TellUuid());
        await machine.ExpectAsync(WillProxy);
        await machine.SettleAsync();
        var port = Assert.Single(_concentrator.Ports.All);
        Assert.Equal(64, port.Id.Label!.Length);
    }

    [Fact]
    public async Task A_service_uri_one_byte_longer_is_refused()
    {
        var machine = _concentrator.Connect();
        await machine.OpenAsync();
        await machine.SendAsync(DoProxy("vSPC.py?port=" + new string('x', 4096 - 12)));
        await machine.ExpectAsync(WontProxy);
        await machine.Peer.ExpectEndAsync();
        Assert.Equal("service-uri", Assert.Single(_concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task Random_bytes_cost_only_their_own_connection()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = await _concentrator.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            var machine = _concentrator.Connect();
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // Half of them begin as a machine does, so that the rest is read as one's.
                await machine.SendAsync("FF FB E8");
                for (var at = 0; at < bytes.Length; at++)
                {
                    if (bytes[at] % 5 == 0)
                        bytes[at] = TelnetCommand.Iac;
                }
            }

            await machine.Peer.SendAsync(bytes);
            machine.Stream.CompleteWrites();
            _ = await machine.Peer.ReadToEndAsync();
            Assert.NotEqual(LinkEnd.Failed, await machine.EndAsync());
        }

        await good.SettleAsync();
        Assert.DoesNotContain(_concentrator.Events.Events, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    internal static byte[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 % 251))];

    private static byte[] Filled(int count) => [.. Enumerable.Repeat((byte)'x', count)];
}
