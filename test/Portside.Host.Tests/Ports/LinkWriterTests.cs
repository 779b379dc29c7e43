using System.Text;
using Portside.Host.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Ports;

public class LinkWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Nothing_of_the_guest_follows_words_that_were_posted_when_it_was_quiet()
    {
        // So narrow that every write waits for its reader.
        var pair = new StreamPair(capacity: 4);
        await using var proxy = new ScriptedPeer(pair.Far);
        var writer = new LinkWriter(() => { });
        writer.Use(pair.Near);

        var first = WriteAsync(writer, "guest 1 ");
        var second = WriteAsync(writer, "guest 2 ");
        writer.Post("words "u8);
        await proxy.ExpectTextAsync("guest 1 w");
        Assert.Equal(8, await first.WaitAsync(Patience));

        // The second write has its turn, and writes the words first; meanwhile a vMotion begins.
        writer.IsQuiet = true;
        writer.Post("BEGIN"u8);
        await proxy.ExpectTextAsync("ords BEGIN");
        Assert.Equal(0, await second.WaitAsync(Patience));
        writer.Post("."u8);
        await proxy.ExpectTextAsync(".");
    }

    private static Task<int> WriteAsync(LinkWriter writer, string text) =>
        writer.WriteDataAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None).AsTask();
}
