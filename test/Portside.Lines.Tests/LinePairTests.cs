using System.Security.Cryptography.X509Certificates;
using Portside.Lines.Dialling;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Lines.Tests;

/// <summary>Our dialler and our listener, over real sockets: every scheme, every byte.</summary>
public sealed class LinePairTests : IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("console.example");

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("tcp", false)]
    [InlineData("tcp4", false)]
    [InlineData("ssl", true)]
    [InlineData("tcp+ssl", true)]
    [InlineData("tcp4+ssl", true)]
    [InlineData("telnet", false)]
    [InlineData("telnets", true)]
    [InlineData("rfc2217", false)]
    [InlineData("rfc2217s", true)]
    public async Task Every_byte_passes_both_ways_unchanged(string scheme, bool encrypted)
    {
        await using var listener = LineRig.Listeners(_certificate).Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "port a");
        await using var near = await LineRig.DialAsync(listener, scheme);
        await using var far = await LineRig.AcceptAsync(listener);
        var bytes = new byte[256 * 1024];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i ^ (i >> 8) ^ (i % 7 == 0 ? 0xFF : 0));
        "\r\n\r\0\r\r\n\xFF\xFF\0\u0011"u8.CopyTo(bytes);

        var there = near.WriteAsync(bytes, CancellationToken.None).AsTask();
        var back = far.WriteAsync(bytes, CancellationToken.None).AsTask();
        var received = await Task.WhenAll(LineRig.ReadBytesAsync(far, bytes.Length), LineRig.ReadBytesAsync(near, bytes.Length));
        await Task.WhenAll(there, back).WaitAsync(LineRig.Patience);

        Assert.Equal(bytes, received[0]);
        Assert.Equal(bytes, received[1]);
        Assert.Equal(encrypted, near.Tls is not null);
        Assert.Equal(near.Tls, far.Tls);
        Assert.Equal(listener.Uri.ToShortString(), near.Title);
        Assert.StartsWith($"{near.Title.Split(':')[0]}://127.0.0.1:", far.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp6")]
    [InlineData("tcp6+ssl")]
    public async Task The_families_of_version_6_have_their_own_schemes(string scheme)
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6 here");
        await using var listener = LineRig.Listeners(_certificate).Open(NetworkUri.Parse($"{scheme}://[::1]:0"), "port a");
        await using var near = await LineRig.Dialer().DialAsync(listener.Uri, CancellationToken.None);
        await using var far = await LineRig.AcceptAsync(listener);

        await near.WriteAsync("key"u8.ToArray(), CancellationToken.None);

        Assert.Equal("key", await LineRig.ReadTextAsync(far, 3));
    }

    [Fact]
    public async Task Telnet_moves_into_tls_in_band_when_the_dialler_must_have_it()
    {
        await using var listener = LineRig.Listeners(_certificate).Open(NetworkUri.Parse("telnet://127.0.0.1:0"), "port a");
        var thumbprint = Thumbprint.Sha256(_certificate);
        await using var near = await LineRig.DialAsync(listener, "telnet", $"#thumbprint={thumbprint}");
        await using var far = await LineRig.AcceptAsync(listener);

        await near.WriteAsync("one\r\n"u8.ToArray(), CancellationToken.None);
        Assert.Equal("one\r\n", await LineRig.ReadTextAsync(far, 5));
        await far.WriteAsync("two\r"u8.ToArray(), CancellationToken.None);
        Assert.Equal("two\r", await LineRig.ReadTextAsync(near, 4));

        Assert.StartsWith("Tls1", near.Tls, StringComparison.Ordinal);
        Assert.Equal(near.Tls, far.Tls);
    }

    [Fact]
    public async Task Telnet_moves_into_tls_in_band_when_the_listener_must_have_it()
    {
        using var authority = TestCertificates.Authority("Test authority");
        await using var listener = LineRig.Listeners(_certificate).Open(NetworkUri.Parse("telnet://127.0.0.1:0#cipherList=HIGH"), "port a");
        await using var near = await LineRig.DialAsync(listener, "telnet");
        await using var far = await LineRig.AcceptAsync(listener);
        await near.WriteAsync("key"u8.ToArray(), CancellationToken.None);
        Assert.Equal("key", await LineRig.ReadTextAsync(far, 3));

        Assert.NotNull(near.Tls);
        Assert.NotNull(far.Tls);
    }

    [Fact]
    public async Task What_must_be_tls_does_not_fall_back()
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse("telnet://127.0.0.1:0"), "port a");

        var refusal = await Assert.ThrowsAsync<DialException>(() => LineRig.DialAsync(listener, "telnet", "#verify"));

        Assert.Equal(DialFailure.NotVerified, refusal.Failure);
        Assert.Contains("does not offer TLS within telnet", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("write telnets://", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("telnet")]
    [InlineData("rfc2217")]
    public async Task A_break_keeps_its_place_among_the_data(string scheme)
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "port a");
        await using var near = await LineRig.DialAsync(listener, scheme);
        await using var far = await LineRig.AcceptAsync(listener);
        foreach (var (from, to) in new[] { (near, far), (far, near) })
        {
            var events = new LineRecorder();
            to.Observer = events;
            await from.WriteAsync("ab"u8.ToArray(), CancellationToken.None);
            Assert.True(await from.BreakAsync(TimeSpan.Zero, CancellationToken.None));
            await from.WriteAsync("h"u8.ToArray(), CancellationToken.None);

            Assert.Equal("ab", await LineRig.ReadTextAsync(to, 2));
            Assert.DoesNotContain("break", events.Events);
            Assert.Equal("h", await LineRig.ReadTextAsync(to, 1));
            Assert.Single(events.Events, "break");
        }
    }

    [Fact]
    public async Task Speed_framing_and_signals_pass_by_rfc_2217()
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse("rfc2217://127.0.0.1:0"), "port a");
        await using var near = (TelnetLine)await LineRig.DialAsync(listener, "rfc2217");
        await using var far = (TelnetLine)await LineRig.AcceptAsync(listener);
        var nearEvents = new LineRecorder();
        var farEvents = new LineRecorder();
        near.Observer = nearEvents;
        far.Observer = farEvents;

        // The option is settled by the time data arrives, for both wait for BINARY, which is asked for before.
        await near.WriteAsync("1"u8.ToArray(), CancellationToken.None);
        await LineRig.ReadTextAsync(far, 1);
        await far.WriteAsync("2"u8.ToArray(), CancellationToken.None);
        await LineRig.ReadTextAsync(near, 1);
        Assert.True(near.HasComPort);
        Assert.True(far.HasComPort);

        var wanted = new LineSettings(115_200, 7, ComPortParity.Even, ComPortStopSize.Two);
        Assert.Equal(wanted.With(new LineSettings(0, 0, 0, 0, ComPortControl.FlowNone)), await near.ApplyAsync(wanted, CancellationToken.None));
        Assert.True(await near.SetSignalsAsync(dtr: false, rts: null, CancellationToken.None));
        await near.WriteAsync("3"u8.ToArray(), CancellationToken.None);
        await LineRig.ReadTextAsync(far, 1);
        Assert.Contains("115200 7 Even Two", farEvents.Events);
        Assert.Contains("modem DsrChanged, DcdChanged, Cts", farEvents.Events);

        Assert.NotNull(await far.ApplyAsync(LineSettings.Default, CancellationToken.None));
        Assert.True(await far.SetSignalsAsync(dtr: null, rts: false, CancellationToken.None));
        await far.WriteAsync("4"u8.ToArray(), CancellationToken.None);
        await LineRig.ReadTextAsync(near, 1);
        Assert.Contains("9600 8 None One", nearEvents.Events);
        Assert.Contains(nearEvents.Events, e => e.StartsWith("modem CtsChanged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_without_rfc_2217_says_so()
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse("tcp://127.0.0.1:0"), "port a");
        await using var near = await LineRig.DialAsync(listener, "tcp");
        await using var far = await LineRig.AcceptAsync(listener);

        Assert.False(await near.BreakAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.Null(await near.ApplyAsync(LineSettings.Default, CancellationToken.None));
        Assert.False(await near.SetSignalsAsync(true, true, CancellationToken.None));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    [InlineData("telnet")]
    [InlineData("telnets")]
    public async Task What_was_written_arrives_before_the_end(string scheme)
    {
        await using var listener = LineRig.Listeners(_certificate).Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "port a");
        var near = await LineRig.DialAsync(listener, scheme);
        await using var far = await LineRig.AcceptAsync(listener);
        await near.WriteAsync("goodbye"u8.ToArray(), CancellationToken.None);
        var closing = near.DisposeAsync();

        Assert.Equal("goodbye", await LineRig.ReadTextAsync(far, 7));
        Assert.Equal(0, await far.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
        await far.DisposeAsync();
        await closing.AsTask().WaitAsync(LineRig.Patience);
        await Assert.ThrowsAsync<IOException>(async () => await near.WriteAsync(new byte[1], CancellationToken.None));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("telnet")]
    public async Task A_wait_that_is_given_up_loses_no_byte_and_closing_ends_a_wait(string scheme)
    {
        await using var listener = LineRig.Listeners().Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0"), "port a");
        await using var near = await LineRig.DialAsync(listener, scheme);
        await using var far = await LineRig.AcceptAsync(listener);
        using var gone = new CancellationTokenSource();
        var read = far.ReadAsync(new byte[10], gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        await near.WriteAsync("key"u8.ToArray(), CancellationToken.None);
        Assert.Equal(0, await far.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
        Assert.Equal("key", await LineRig.ReadTextAsync(far, 3));

        read = far.ReadAsync(new byte[10], CancellationToken.None).AsTask();
        var closed = far.DisposeAsync().AsTask();
        await near.DisposeAsync();
        await closed.WaitAsync(LineRig.Patience);
        Assert.Equal(0, await read.WaitAsync(LineRig.Patience));
    }
}
