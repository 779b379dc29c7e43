using Portside.Testing;

namespace Portside.Host.Tests.Testing;

public class ScriptedPeerTests
{
    [Fact]
    public async Task An_expectation_takes_its_bytes_and_leaves_the_rest()
    {
        using var pair = new StreamPair();
        await using var peer = new ScriptedPeer(pair.Far);
        await pair.Near.WriteAsync("ab"u8.ToArray());
        await pair.Near.WriteAsync(HexScript.Bytes("FF FB 25 | \"cd\""));

        Assert.Equal([0x61, 0x62, 0xFF], await peer.ExpectAsync("61 .. FF"));
        await peer.ExpectAsync("FB 25");
        await peer.ExpectTextAsync("cd");
    }

    [Fact]
    public async Task A_different_byte_is_told_with_what_came()
    {
        using var pair = new StreamPair();
        await using var peer = new ScriptedPeer(pair.Far);
        await pair.Near.WriteAsync(HexScript.Bytes("FF FC 25"));

        var failure = await Assert.ThrowsAsync<ScriptException>(() => peer.ExpectAsync("FF FB 25"));

        Assert.Contains("byte 1 differs: FF FC 25", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_is_bounded()
    {
        using var pair = new StreamPair();
        await using var peer = new ScriptedPeer(pair.Far) { Patience = TimeSpan.FromMilliseconds(1) };

        await Assert.ThrowsAsync<ScriptException>(() => peer.ExpectAsync("00"));
    }

    [Fact]
    public async Task The_end_is_an_answer_and_bytes_before_it_are_not()
    {
        using var pair = new StreamPair();
        await using var peer = new ScriptedPeer(pair.Far);
        await pair.Near.WriteAsync("x"u8.ToArray());
        pair.Near.CompleteWrites();

        await Assert.ThrowsAsync<ScriptException>(peer.ExpectEndAsync);
        Assert.Equal("x"u8.ToArray(), await peer.ReadToEndAsync());
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task Waiting_for_text_skips_what_precedes_it()
    {
        using var pair = new StreamPair();
        await using var peer = new ScriptedPeer(pair.Far);
        await pair.Near.WriteAsync("boot log\r\nlogin: x"u8.ToArray());

        Assert.EndsWith("login: ", await peer.ExpectTextEventuallyAsync("login: "), StringComparison.Ordinal);
        await peer.ExpectTextAsync("x");
    }
}
