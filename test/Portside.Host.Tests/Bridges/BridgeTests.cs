using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Host.Tests.Ports;
using Portside.Telnet.ComPort;
using Portside.Testing;
using static Portside.Host.Tests.Ports.ProxyScripts;

namespace Portside.Host.Tests.Bridges;

public sealed class BridgeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PairedProxy _proxy = new();
    private readonly ScriptedSource _source = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private Bridge? _bridge;
    private Task _running = Task.CompletedTask;

    private BridgeOptions Options => new() { Port = MachineProtocolTests.Options with { Connector = _proxy.ConnectAsync } };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        if (_bridge is not null)
            await _bridge.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        var line = _source.Give();
        Start(Options);
        await using var proxy = await ServeAsync();
        await line.Device.SendTextAsync("from the line");
        await proxy.ExpectTextAsync("from the line");
        await proxy.SendTextAsync("to the line");
        await line.Device.ExpectTextAsync("to the line");
    }

    [Fact]
    public async Task What_is_said_before_there_is_a_connection_goes_out_with_it()
    {
        var line = _source.Give();
        Start(Options);
        await line.Device.SendTextAsync("early, ");
        await HoldsAsync(7);
        await using var proxy = await ServeAsync();
        await line.Device.SendTextAsync("and late");
        await proxy.ExpectTextAsync("early, and late");
        Assert.Equal(0, _bridge!.Snapshot.LostBytes);
    }

    [Fact]
    public async Task Of_more_than_can_be_held_the_newest_is_kept_and_the_line_never_waits()
    {
        var line = _source.Give();
        Start(Options with { HoldBytes = 1000 });
        for (var i = 0; i < 100; i++)
            await line.Device.SendTextAsync($"line {i:D4}\n");
        await line.Device.SendTextAsync("the last");
        await Until(() => _bridge!.Snapshot is { HeldBytes: 1000, LostBytes: 8 });
        await using var proxy = await ServeAsync();
        var kept = Encoding.ASCII.GetString(await proxy.ReadAsync(1000));
        Assert.StartsWith("0\nline 0001\n", kept, StringComparison.Ordinal);
        Assert.EndsWith("line 0099\nthe last", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_there_is_a_connection_a_slow_concentrator_slows_the_line_down_and_nothing_is_lost()
    {
        var line = _source.Give();
        Start(Options with { HoldBytes = 4096 });
        await using var proxy = await ServeAsync();
        var bytes = new byte[2_000_000];
        new Random(11).NextBytes(bytes);
        bytes.AsSpan().Replace((byte)0xFF, (byte)0xFE);
        var sending = line.Device.SendAsync(bytes);
        Assert.Equal(bytes, await proxy.ReadAsync(bytes.Length));
        await sending.WaitAsync(Patience);
        Assert.Equal(0, _bridge!.Snapshot.LostBytes);
    }

    [Fact]
    public async Task When_the_line_ends_the_machine_is_off_and_when_it_is_back_the_machine_is_on()
    {
        var first = _source.Give();
        Start(Options);
        var proxy = await ServeAsync();
        await first.Device.SendTextAsync("last words");
        await first.Device.DisposeAsync();
        await proxy.ExpectTextAsync("last words");
        await proxy.ExpectEndAsync();
        await proxy.DisposeAsync();
        await Until(() => _bridge!.Snapshot is { LineState: BridgeLineState.Lost, NextAttempt: not null });
        Assert.Equal(1, first.Closed);

        var second = _source.Give();
        await AdvanceUntil(() => _bridge!.Snapshot.LineState == BridgeLineState.Open);
        await using var again = await ServeAsync();
        await second.Device.SendTextAsync("hello again");
        await again.ExpectTextAsync("hello again");
        Assert.Equal(2, _bridge!.Snapshot.Lines);
    }

    [Fact]
    public async Task A_line_that_cannot_be_opened_is_tried_again_later_and_later()
    {
        _source.Fail("It is not there.");
        _source.Fail("It is not there.");
        Start(Options with { Reopen = new ReconnectPolicy { First = TimeSpan.FromSeconds(1), Jitter = 0 } });
        await Until(() => _bridge!.Snapshot is { LineState: BridgeLineState.Lost, LineReason: "It is not there.", NextAttempt: not null });
        var first = _bridge!.Snapshot.NextAttempt!.Value - _time.GetUtcNow();
        Assert.Equal(TimeSpan.FromSeconds(1), first);
        await AdvanceUntil(() => _source.Attempts == 2 && _bridge.Snapshot.NextAttempt - _time.GetUtcNow() > first);
        var line = _source.Give();
        await AdvanceUntil(() => _bridge.Snapshot.LineState == BridgeLineState.Open);
        Assert.Equal(0, line.Closed);
    }

    [Fact]
    public async Task A_line_that_is_not_to_be_opened_again_ends_its_bridge()
    {
        var line = _source.Give();
        Start(Options with { Restart = RestartPolicy.Never });
        await using var proxy = await ServeAsync();
        await line.Device.SendTextAsync("all");
        await line.Device.DisposeAsync();
        await proxy.ExpectTextAsync("all");
        await proxy.ExpectEndAsync();
        await proxy.DisposeAsync();
        await _running.WaitAsync(Patience);
        Assert.Equal(BridgeLineState.Ended, _bridge!.Snapshot.LineState);
    }

    [Fact]
    public async Task A_break_reaches_the_line_in_its_place()
    {
        var line = _source.Give();
        Start(Options);
        await using var proxy = await ServeAsync();
        await proxy.SendAsync("41 FF F3 42");
        Assert.Equal("A", await line.AskedAsync());
        Assert.Equal("break 250", await line.AskedAsync());
        Assert.Equal("B", await line.AskedAsync());
    }

    [Fact]
    public async Task A_break_of_the_line_reaches_the_concentrator_in_its_place()
    {
        var line = _source.Give();
        Start(Options);
        await using var proxy = await ServeAsync();
        await line.Device.SendTextAsync("before");
        await proxy.ExpectTextAsync("before");
        line.Observer!.OnBreak();
        await proxy.ExpectAsync("FF F3");
        await line.Device.SendTextAsync("after");
        await proxy.ExpectTextAsync("after");
    }

    [Fact]
    public async Task Settings_and_modem_lines_are_told_both_ways()
    {
        var line = _source.Give(new LineSettings(9600, 8, ComPortParity.None, ComPortStopSize.One));
        Start(Options);
        await using var proxy = await ServeAsync(comPort: "FF FD 2C");
        await proxy.ExpectAsync(
            "FF FA 2C 00 \"Portside bridge\" FF F0 FF FA 2C 01 00 00 25 80 FF F0 FF FA 2C 02 08 FF F0 FF FA 2C 03 01 FF F0 FF FA 2C 04 01 FF F0");

        // A client wants another speed; the line takes it, and that is what is told.
        await proxy.SendAsync("FF FA 2C 65 00 01 C2 00 FF F0");
        Assert.Equal("settings 115200", await line.AskedAsync());
        await proxy.ExpectAsync("FF FA 2C 01 00 01 C2 00 FF F0");

        // DTR and RTS of the client, as DSR, DCD and CTS; and the line's own the other way.
        await proxy.SendAsync("FF FA 2C 6B B0 FF F0");
        Assert.Equal("dtr True rts True", await line.AskedAsync());
        line.Observer!.OnModemState(ComPortModemState.Cts);
        await proxy.ExpectAsync("FF FA 2C 05 09 FF F0 FF FA 2C 05 0B FF F0");
        line.Observer.OnSettings(new LineSettings(300, 0, ComPortParity.Query, ComPortStopSize.Query));
        await proxy.ExpectAsync("FF FA 2C 01 00 00 01 2C FF F0");
    }

    private void Start(BridgeOptions options)
    {
        _bridge = new Bridge(options, _source, _time);
        _running = _bridge.RunAsync(_stop.Token);
    }

    private async Task<ScriptedPeer> ServeAsync(string comPort = "FF FE 2C")
    {
        var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25");
        await proxy.ExpectAsync("FF FB E8" + BinaryRequests);
        await proxy.SendAsync("FF FD E8" + BinaryAnswers + Known2);
        await proxy.ExpectAsync(Known1 + DoProxy);
        await proxy.SendAsync(WillProxy);
        await proxy.ExpectAsync("FF FB 2C");
        await proxy.SendAsync(comPort);
        return proxy;
    }

    private Task HoldsAsync(int bytes) => Until(() => _bridge!.Snapshot.HeldBytes == bytes);

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task AdvanceUntil(Func<bool> condition) => Until(() =>
    {
        if (condition())
            return true;
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return false;
    });
}
