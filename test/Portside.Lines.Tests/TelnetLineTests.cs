using Microsoft.Extensions.Time.Testing;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Lines.Tests;

/// <summary>Telnet as its bytes, against a scripted peer.</summary>
public sealed class TelnetLineTests : IDisposable
{
    private const string DiallerLeads = "FF FB 00 FF FD 00 FF FB 03 FF FD 03";
    private const string AcceptorLeads = "FF FB 00 FF FD 00 FF FB 03 FF FD 03 FF FB 01";

    private readonly StreamPair _pair = new();
    private readonly StreamPair _small = new(16);
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _pair.Dispose();
        _small.Dispose();
    }

    [Theory]
    [InlineData(TelnetRole.Dialler, DiallerLeads)]
    [InlineData(TelnetRole.Acceptor, AcceptorLeads)]
    public async Task Binary_and_no_go_ahead_are_asked_for_both_ways(TelnetRole role, string expected)
    {
        await using var line = await OpenAsync(role);

        Assert.Equal(expected, await SaidAsync(expected));
    }

    [Fact]
    public async Task With_binary_every_byte_is_itself()
    {
        await using var line = await OpenAsync(TelnetRole.Dialler);
        await SaidAsync(DiallerLeads);
        await SayAsync("FF FD 00 FF FB 00");

        await line.WriteAsync(new byte[] { 0x0D, 0x0A, 0x0D, 0x00, 0xFF, 0x0D }, CancellationToken.None).AsTask().WaitAsync(LineRig.Patience);
        await SayAsync("0D 0A 0D 00 FF FF 0D");

        Assert.Equal("0D 0A 0D 00 FF FF 0D", await SaidAsync("0D 0A 0D 00 FF FF 0D"));
        Assert.Equal([0x0D, 0x0A, 0x0D, 0x00, 0xFF, 0x0D], await LineRig.ReadBytesAsync(line, 6));
    }

    [Fact]
    public async Task Without_binary_a_lone_CR_travels_as_CR_NUL()
    {
        await using var line = await OpenAsync(TelnetRole.Dialler);
        await SaidAsync(DiallerLeads);
        await SayAsync("FF FE 00 FF FC 00");

        await line.WriteAsync("a\rb\r\nc"u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(LineRig.Patience);

        Assert.Equal("61 0D 00 62 0D 0A 63", await SaidAsync("61 0D 00 62 0D 0A 63"));
    }

    [Theory]
    [InlineData(TelnetRole.Dialler, "a\rb\r\nc")]
    [InlineData(TelnetRole.Acceptor, "a\rb\rc")]
    public async Task Without_binary_a_terminals_return_key_is_CR_and_a_screens_line_end_stays(TelnetRole role, string expected)
    {
        await using var line = await OpenAsync(role);
        await SayAsync("61 0D");
        await SayAsync("00 62 0D 0A 63");

        Assert.Equal(expected, await LineRig.ReadTextAsync(line, expected.Length));
    }

    [Fact]
    public async Task A_peer_that_knows_no_options_gets_its_data_after_a_while()
    {
        await using var line = await OpenAsync(TelnetRole.Dialler);
        await SaidAsync(DiallerLeads);
        var write = line.WriteAsync("\rx"u8.ToArray(), CancellationToken.None).AsTask();
        Assert.False(write.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await write.WaitAsync(LineRig.Patience);

        Assert.Equal("0D 00 78", await SaidAsync("0D 00 78"));
    }

    [Fact]
    public async Task Unknown_options_are_refused_once_and_nothing_is_answered_twice()
    {
        await using var line = await OpenAsync(TelnetRole.Acceptor);
        await SaidAsync(AcceptorLeads);
        await SayAsync("FF FB 1F FF FD 22 FF FD 03 FF FD 03 FF FD 01 FF FB 25 FF FB 2C FF F1");

        Assert.Equal("FF FE 1F FF FC 22 FF FE 25 FF FE 2C", await SaidAsync("FF FE 1F FF FC 22 FF FE 25 FF FE 2C"));
        await SayAsync("FF FD 2C");
        Assert.Equal("FF FC 2C", await SaidAsync("FF FC 2C"));
    }

    [Fact]
    public async Task A_dialler_that_must_have_tls_asks_for_it_and_says_nothing_else()
    {
        var opening = TelnetLine.OpenAsync(_pair.Near, Options(TelnetRole.Dialler) with { RequiresTls = true, StartTls = NoTls }, CancellationToken.None);

        Assert.Equal("FF FB 25", await SaidAsync("FF FB 25"));
        await SayAsync("FF FD 25 FF FA 25 01 02 00 07 02 07 00 FF F0");
        Assert.Equal("FF FA 25 00 07 00 01 FF F0", await SaidAsync("FF FA 25 00 07 00 01 FF F0"));
        await SayAsync("FF FA 25 02 07 00 02 FF F0");

        var failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(LineRig.Patience));
        Assert.Equal("handshake", failure.Message);
    }

    [Theory]
    [InlineData("FF FE 25")]
    [InlineData("FF FD 25 FF FA 25 01 02 00 FF F0")]
    [InlineData("FF FD 25 FF FA 25 01 07 00 FF F0 FF FA 25 02 07 00 03 FF F0")]
    [InlineData("login: FF FE 25")]
    public async Task A_peer_without_tls_is_not_fallen_back_to(string answer)
    {
        var opening = TelnetLine.OpenAsync(_pair.Near, Options(TelnetRole.Dialler) with { RequiresTls = true, StartTls = NoTls }, CancellationToken.None);
        await SaidAsync("FF FB 25");
        await SayAsync(answer.Replace("login:", "6C 6F 67", StringComparison.Ordinal));

        await Assert.ThrowsAsync<Lines.Tls.PeerVerificationException>(() => opening.WaitAsync(LineRig.Patience));
    }

    [Fact]
    public async Task A_peer_that_never_speaks_of_tls_is_given_up()
    {
        var opening = TelnetLine.OpenAsync(_pair.Near, Options(TelnetRole.Acceptor) with { RequiresTls = true, StartTls = NoTls }, CancellationToken.None);
        Assert.Equal("FF FD 25", await SaidAsync("FF FD 25"));

        _time.Advance(TimeSpan.FromSeconds(10));

        var refusal = await Assert.ThrowsAsync<Lines.Tls.PeerVerificationException>(() => opening.WaitAsync(LineRig.Patience));
        Assert.Contains("did not begin TLS within 10 s", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_server_answers_what_a_client_sets()
    {
        await using var line = await OpenAsync(TelnetRole.Acceptor, comPort: true);
        var events = new LineRecorder();
        line.Observer = events;
        await SaidAsync(AcceptorLeads + " FF FD 2C");
        await SayAsync("FF FB 2C FF FA 2C 01 00 01 C2 00 FF F0 78");

        Assert.Equal("FF FA 2C 6B B0 FF F0 FF FA 2C 65 00 01 C2 00 FF F0", await SaidAsync("FF FA 2C 6B B0 FF F0 FF FA 2C 65 00 01 C2 00 FF F0"));
        await LineRig.ReadTextAsync(line, 1);
        Assert.Equal(["115200 8 None One"], events.Events);
    }

    [Fact]
    public async Task A_suspended_peer_gets_nothing_until_it_resumes()
    {
        await using var line = await OpenAsync(TelnetRole.Acceptor, comPort: true);
        await SaidAsync(AcceptorLeads + " FF FD 2C");
        await SayAsync("FF FB 2C FF FA 2C 08 FF F0 FF FD 00 78");
        await LineRig.ReadTextAsync(line, 1);
        await SaidAsync("FF FA 2C 6B B0 FF F0");

        var write = line.WriteAsync("x"u8.ToArray(), CancellationToken.None).AsTask();
        Assert.False(write.IsCompleted);
        await SayAsync("FF FA 2C 09 FF F0");

        await write.WaitAsync(LineRig.Patience);
        Assert.Equal("78", await SaidAsync("78"));
    }

    [Fact]
    public async Task A_purge_throws_away_what_nobody_read_yet()
    {
        await using var line = await OpenAsync(TelnetRole.Acceptor, comPort: true);
        await SaidAsync(AcceptorLeads + " FF FD 2C");
        await SayAsync("FF FB 2C 61 62 63 FF FA 2C 0C 02 FF F0 64");
        await SaidAsync("FF FA 2C 6B B0 FF F0 FF FA 2C 70 02 FF F0");

        Assert.Equal("d", await LineRig.ReadTextAsync(line, 1));
    }

    [Fact]
    public async Task Whoever_asks_without_taking_answers_is_cut_off()
    {
        await using var line = await OpenAsync(TelnetRole.Dialler, small: true);
        var flood = Enumerable.Repeat(new byte[] { 0xFF, 0xFD, 0x22 }, 30_000).SelectMany(bytes => bytes).ToArray();
        var talking = _small.Far.WriteAsync(flood).AsTask();

        var failure = await Assert.ThrowsAsync<IOException>(
            async () => await line.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
        Assert.Contains("does not take the answers", failure.Message, StringComparison.Ordinal);
        _small.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => talking);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_not_told_for_ever()
    {
        await using var line = await OpenAsync(TelnetRole.Dialler, comPort: true, small: true);
        await _small.Far.WriteAsync(new byte[] { 0xFF, 0xFD, 0x2C });
        while (!line.HasComPort)
            await Task.Yield();

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                await line.ApplyAsync(new LineSettings(i % 2 == 0 ? 9600u : 1200u, 0, ComPortParity.Query, ComPortStopSize.Query), CancellationToken.None);
                await line.SetSignalsAsync(i % 2 == 0, null, CancellationToken.None);
            }
        });
        await Assert.ThrowsAsync<IOException>(
            async () => await line.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience));
    }

    [Fact]
    public async Task Any_bytes_are_data_or_an_end_never_anything_else()
    {
        var random = new Random(4711);
        for (var round = 0; round < 50; round++)
        {
            using var pair = new StreamPair(1 << 20);
            var line = await TelnetLine.OpenAsync(pair.Near, Options((TelnetRole)(round % 2)) with { ComPort = true }, CancellationToken.None);
            var bytes = new byte[2000];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length; at += random.Next(1, 9))
                bytes[at] = (byte)(random.Next(3) switch { 0 => 0xFF, 1 => random.Next(0xF0, 0x100), _ => random.Next(0x2D) });
            await pair.Far.WriteAsync(bytes);
            pair.Far.Dispose();
            var buffer = new byte[100];
            try
            {
                while (await line.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(LineRig.Patience) > 0)
                {
                    // Whatever it is.
                }
            }
            catch (IOException)
            {
                // A protocol error, or the answers went nowhere.
            }

            await line.DisposeAsync();
        }
    }

    private static Task<System.Net.Security.SslStream> NoTls(Stream stream, CancellationToken cancellation) => throw new IOException("handshake");

    private TelnetLineOptions Options(TelnetRole role) => new() { Title = "telnet://peer:1", Role = role, Time = _time };

    private Task<TelnetLine> OpenAsync(TelnetRole role, bool comPort = false, bool small = false) =>
        TelnetLine.OpenAsync(small ? _small.Near : _pair.Near, Options(role) with { ComPort = comPort }, CancellationToken.None);

    private async Task SayAsync(string hex) =>
        await _pair.Far.WriteAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    /// <summary>As many bytes as are expected.</summary>
    private async Task<string> SaidAsync(string expected)
    {
        using var patience = new CancellationTokenSource(LineRig.Patience);
        var bytes = new byte[(expected.Length + 1) / 3];
        await _pair.Far.ReadExactlyAsync(bytes, patience.Token);
        return BitConverter.ToString(bytes).Replace('-', ' ');
    }
}
