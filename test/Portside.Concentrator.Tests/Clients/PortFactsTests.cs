using Portside.Concentrator.Clients;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

public sealed class PortFactsTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new();

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task Silence_is_explained_by_how_the_port_stands()
    {
        Assert.Equal(
            "01234567-89ab-cdef-fedc-ba9800000000 is disconnected; it has not sent a single byte since this concentrator started. "
            + "The machine may be off, or its port not connected.",
            Silence());
        var machine = await _concentrator.StartAsync();
        Assert.EndsWith("the guest may lack a console there (Linux: console=ttyS0 and a getty).", Silence(), StringComparison.Ordinal);
        await machine.SendAsync("\"x\"");
        await machine.SettleAsync();
        _concentrator.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(
            "vm-00000 is connected from 192.0.2.1:40001; it has sent 1 byte so far, the last 90 s ago. "
            + "Press Enter; if nothing comes, the guest may have stopped listening.",
            Silence());
        await machine.Peer.SendAsync(new byte[1233]);
        await machine.SettleAsync();
        await machine.BeginAsync();
        _concentrator.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(
            "vm-00000 is moving to another host; it has sent 1,234 bytes so far, the last 5 min ago. It will go on by itself.",
            Silence());
    }

    [Fact]
    public void Nobody_is_said_to_be_nobody() =>
        Assert.Equal(["Nobody is attached."], PortFacts.Who(_concentrator.Port, null));

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.9, "0 s")]
    [InlineData(1, "1 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7199, "120 min")]
    [InlineData(7200, "2 h")]
    [InlineData(172_800, "2 d")]
    [InlineData(8_640_000, "100 d")]
    public void Time_is_told_as_people_do(double seconds, string words) =>
        Assert.Equal(words, PortFacts.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0x1D, "^]")]
    [InlineData(0x05, "^E")]
    [InlineData(0x00, "^@")]
    [InlineData((byte)'&', "&")]
    public void Keys_are_named_as_keyboards_do(byte key, string name) => Assert.Equal(name, PortFacts.Key(key));

    private string Silence() => PortFacts.Silence(_concentrator.Port, _concentrator.Time.GetUtcNow());
}
