using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Lines.Terminals;
using Portside.Lines.Uris;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests.Terminals;

[SupportedOSPlatform("linux")]
public sealed class TtyLineTests : IDisposable
{
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    private readonly PseudoTerminal _far = new();

    public void Dispose() => _far.Dispose();

    [Fact]
    public async Task Every_byte_passes_both_ways_unchanged()
    {
        await using var line = Open();
        await line.WriteAsync(EveryByte, CancellationToken.None);
        Assert.Equal(EveryByte, await ReadFarAsync(EveryByte.Length));
        Assert.Equal(0, await _far.Descriptor.WriteAsync(EveryByte, CancellationToken.None));
        Assert.Equal(EveryByte, await Waits.ReadAsync(line, EveryByte.Length));
    }

    [Fact]
    public async Task An_empty_read_waits_and_takes_nothing()
    {
        await using var line = Open();
        var waiting = line.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        await _far.Descriptor.WriteAsync("x"u8.ToArray(), CancellationToken.None);
        Assert.Equal(0, await waiting.WaitAsync(Waits.Limit));
        Assert.Equal("x"u8.ToArray(), await Waits.ReadAsync(line, 1));
    }

    [Fact]
    public async Task A_read_that_is_broken_off_loses_nothing()
    {
        await using var line = Open();
        using var stop = new CancellationTokenSource();
        var reading = line.ReadAsync(new byte[10], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await _far.Descriptor.WriteAsync("kept"u8.ToArray(), CancellationToken.None);
        Assert.Equal("kept"u8.ToArray(), await Waits.ReadAsync(line, 4));
    }

    [Fact]
    public async Task Many_bytes_wait_for_a_slow_reader_and_arrive_in_order()
    {
        await using var line = Open();
        var bytes = new byte[1_000_000];
        new Random(7).NextBytes(bytes);
        var writing = line.WriteAsync(bytes, CancellationToken.None).AsTask();
        Assert.Equal(bytes, await ReadFarAsync(bytes.Length));
        await writing.WaitAsync(Waits.Limit);

        var answering = _far.Descriptor.WriteAsync(bytes, CancellationToken.None).AsTask();
        Assert.Equal(bytes, await Waits.ReadAsync(line, bytes.Length));
        Assert.Equal(0, await answering.WaitAsync(Waits.Limit));
    }

    [Theory]
    [InlineData("baud=115200", 115200u, ComPortStopSize.One, ComPortControl.FlowNone)]
    [InlineData("baud=300&stop=2&flow=xonxoff", 300u, ComPortStopSize.Two, ComPortControl.FlowXonXoff)]
    [InlineData("baud=31250&flow=rtscts", 31250u, ComPortStopSize.One, ComPortControl.FlowHardware)]
    [InlineData("baud=4000000&flow=none", 4000000u, ComPortStopSize.One, ComPortControl.FlowNone)]
    public async Task Speed_and_framing_of_the_uri_are_set(string settings, uint baud, ComPortStopSize stop, ComPortControl flow)
    {
        await using var line = TtyLine.Open((DeviceUri)GivenUri.Parse($"tty:{_far.Name}?{settings}"));
        var now = _far.Settings!.Value.Settings;
        Assert.Equal((baud, stop, flow), (now.BaudRate, now.StopSize, now.Flow));
    }

    [Fact]
    public async Task Settings_change_while_it_is_open_and_what_is_unknown_stays()
    {
        await using var line = Open();
        var first = await line.ApplyAsync(
            new LineSettings(19200, 0, ComPortParity.Query, ComPortStopSize.Two), CancellationToken.None);
        Assert.Equal((19200u, ComPortStopSize.Two), (first!.Value.BaudRate, first.Value.StopSize));
        var second = await line.ApplyAsync(
            new LineSettings(57600, 0, ComPortParity.Query, ComPortStopSize.Query), CancellationToken.None);
        Assert.Equal(first.Value with { BaudRate = 57600 }, second);
    }

    [Fact]
    public async Task A_device_is_had_alone_and_given_back_as_it_was()
    {
        var before = Bytes();
        await using (Open())
        {
            Assert.NotEqual(before, Bytes());
            Assert.Throws<IOException>(Open);
        }

        Assert.Equal(before, Bytes());
        await using var again = Open();
    }

    [Fact]
    public async Task A_device_that_vanishes_ends_its_line()
    {
        await using var line = Open();
        var reading = line.ReadAsync(new byte[10], CancellationToken.None).AsTask();
        _far.Dispose();
        Assert.Equal(0, await reading.WaitAsync(Waits.Limit));
        await Assert.ThrowsAsync<IOException>(() => line.WriteAsync("x"u8.ToArray(), CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Closing_ends_a_read()
    {
        var line = Open();
        var reading = line.ReadAsync(new byte[10], CancellationToken.None).AsTask();
        await line.DisposeAsync();
        Assert.Equal(0, await reading.WaitAsync(Waits.Limit));
    }

    [Theory]
    [InlineData("/dev/null", "/dev/null is no terminal device.")]
    [InlineData("/dev/no-such-tty", "/dev/no-such-tty cannot be opened: No such file or directory.")]
    public void What_is_no_terminal_is_refused_by_name(string path, string message) =>
        Assert.Equal(message, Assert.Throws<IOException>(() => TtyLine.Open(path, default)).Message);

    private byte[] Bytes() => MemoryMarshal.AsBytes<Termios>([_far.Settings!.Value]).ToArray();

    private TtyLine Open() => TtyLine.Open(_far.Name, LineSettings.Default);

    private async Task<byte[]> ReadFarAsync(int count)
    {
        using var limit = new CancellationTokenSource(Waits.Limit);
        var bytes = new byte[count];
        for (var length = 0; length < count;)
        {
            var read = _far.Descriptor.TryRead(bytes.AsSpan(length), out _);
            if (read > 0)
                length += read;
            else
                await _far.Descriptor.WaitForInputAsync(forInput: true, limit.Token);
        }

        return bytes;
    }
}
