using Microsoft.Extensions.Time.Testing;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Tests.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Migration;

public class VmotionTests
{
    private const string Secret = "3C E6 4D FF FF";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PairedProxy _proxy = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_guest_moves_and_nothing_is_lost_or_doubled(bool sourceClosesFirst, bool iac)
    {
        var (port, source) = await ServeAsync();
        await port.WriteAsync("before"u8.ToArray(), CancellationToken.None);
        await source.ExpectTextAsync("before");
        var options = new VmotionOptions { SourceClosesFirst = sourceClosesFirst, SequenceWithIac = iac };

        var moving = Vmotion.RunAsync([port], options);
        var sequence = await source.ExpectBeginAsync();
        Assert.Equal(VirtualSerialPortState.Migrating, port.Snapshot.State);
        Assert.True(!iac || sequence.Contains("FF FF", StringComparison.Ordinal));
        var output = port.WriteAsync("after"u8.ToArray(), CancellationToken.None).AsTask();
        var input = ReadAsync(port, 12);
        await source.SendAsync($"\"source\" FF FA E8 29 {sequence} {Secret} FF F0");

        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        Assert.False(output.IsCompleted);
        Assert.False(input.IsCompleted);
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0 \"target\"");
        await destination.ExpectAsync($"FF FA E8 2E {sequence} FF F0 \"after\"");
        await source.ExpectEndAsync();

        var result = await moving.WaitAsync(Patience);
        Assert.Equal((VmotionOutcome.Completed, 1), (result.Outcome, result.Ports));
        Assert.NotNull(result.BeginToGoAhead);
        Assert.NotNull(result.DialToPeerOk);
        Assert.Equal("sourcetarget"u8.ToArray(), await input);
        await output.WaitAsync(Patience);
        var snapshot = port.Snapshot;
        Assert.Equal((VirtualSerialPortState.Connected, 1, 2), (snapshot.State, snapshot.Migrations, snapshot.Connections));
        Assert.Equal(0, snapshot.BytesDiscarded + snapshot.BytesLate);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_moves_on()
    {
        var (port, proxy) = await ServeAsync();
        for (var move = 0; move < 5; move++)
        {
            var moving = Vmotion.RunAsync([port], new VmotionOptions());
            var next = await AcceptMoveAsync(proxy);
            Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
            await next.SendTextAsync($"input {move}");
            Assert.Equal("input "u8.ToArray(), (await ReadAsync(port, 7))[..6]);
            proxy = next;
        }

        Assert.Equal(5, port.Snapshot.Migrations);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_guest_held_up_has_its_turn_before_the_next_move()
    {
        var (port, source) = await ServeAsync();
        async Task MoveTwiceAsync()
        {
            await Vmotion.RunAsync([port], new VmotionOptions());
            await Vmotion.RunAsync([port], new VmotionOptions());
        }

        for (var round = 0; round < 20; round++)
        {
            var moving = MoveTwiceAsync();
            var sequence = await source.ExpectBeginAsync();
            var writing = port.WriteAsync("turn"u8.ToArray(), CancellationToken.None).AsTask();
            var reading = ReadAsync(port, 2);
            await source.SendAsync($"\"in\" FF FA E8 29 {sequence} {Secret} FF F0");
            var middle = await _proxy.AcceptAsync();
            await middle.ExpectPeerAsync($"{sequence} {Secret}");
            await middle.SendAsync($"FF FA E8 2D {sequence} FF F0");
            await middle.ExpectAsync($"FF FA E8 2E {sequence} FF F0 \"turn\"");
            source = await AcceptMoveAsync(middle);
            await writing.WaitAsync(Patience);
            Assert.Equal("in"u8.ToArray(), await reading);
            await moving.WaitAsync(Patience);
        }

        await port.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("3C E6")] // some proxies repeat the secret, or make one up
    public async Task Notnow_leaves_the_guest_where_it_is(string extra)
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();

        await source.SendAsync($"FF FA E8 2B {sequence} {extra} FF F0");

        Assert.Equal(VmotionOutcome.NotNow, (await moving.WaitAsync(Patience)).Outcome);
        await port.WriteAsync("runs on"u8.ToArray(), CancellationToken.None);
        await source.ExpectTextAsync("runs on"); // and no ABORT before it
        Assert.Equal(1, _proxy.Attempts);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Goahead_for_another_sequence_is_ignored()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { SequenceLength = 8 });
        var sequence = await source.ExpectBeginAsync();

        await source.SendAsync("FF FA E8 29 01 02 03 04 05 06 07 08 09 FF F0 FF FA E8 2D 00 FF F0 \"x\"");
        Assert.False(moving.IsCompleted);
        await source.SendAsync($"FF FA E8 2B {sequence} FF F0");

        Assert.Equal(VmotionOutcome.NotNow, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal("x"u8.ToArray(), await ReadAsync(port, 1));
        await port.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_goahead_in_time_the_guest_runs_on(bool abort)
    {
        var time = new FakeTimeProvider();
        var (port, source) = await ServeAsync(time);
        var moving = Vmotion.RunAsync([port], new VmotionOptions { AbortWhenLate = abort }, time);
        var sequence = await source.ExpectBeginAsync();
        time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(moving.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var result = await moving.WaitAsync(Patience);
        Assert.Equal(VmotionOutcome.NoGoAhead, result.Outcome);
        Assert.Contains("5000 ms", result.Detail, StringComparison.Ordinal);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectAsync(abort ? "FF FA E8 30 FF F0 \"on\"" : "\"on\"");

        // An answer that comes too late changes nothing.
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0 \"live\"");
        Assert.Equal("live"u8.ToArray(), await ReadAsync(port, 4));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_proxy_that_knows_no_vmotion_is_told_apart_from_a_slow_one()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        await source.ExpectBeginAsync();

        await source.SendAsync("FF FA E8 03 28 FF F0");

        Assert.Equal(VmotionOutcome.NotSupported, (await moving.WaitAsync(Patience)).Outcome);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectTextAsync("on");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Abort_before_goahead_is_abort_all_the_same()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.AbortAfterBegin });
        var sequence = await source.ExpectBeginAsync();
        await source.ExpectAsync("FF FA E8 30 FF F0");

        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0 \"live\"");
        Assert.Equal("live"u8.ToArray(), await ReadAsync(port, 4));
        await port.DisposeAsync();
    }

    [Theory]
    [InlineData(VmotionFault.AbortAfterGoAhead, "FF FA E8 30 FF F0")]
    [InlineData(VmotionFault.SourceResumesSilently, "")]
    public async Task Without_a_destination_the_source_runs_on(VmotionFault fault, string said)
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = fault });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"\"early\" FF FA E8 29 {sequence} {Secret} FF F0");

        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal(1, _proxy.Attempts);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectAsync(said + "\"on\"");
        await source.SendTextAsync("held");
        Assert.Equal("earlyheld"u8.ToArray(), await ReadAsync(port, 9));
        await port.DisposeAsync();
    }

    [Theory]
    [InlineData(VmotionFault.AbortAfterPeerOk)]
    [InlineData(VmotionFault.DestinationDiesAfterPeerOk)]
    public async Task With_a_destination_that_fails_the_source_aborts_and_runs_on(VmotionFault fault)
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = fault });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0 \"never delivered\"");
        await destination.ExpectEndAsync();

        var result = await moving.WaitAsync(Patience);
        Assert.Equal(
            fault == VmotionFault.DestinationDiesAfterPeerOk ? VmotionOutcome.DestinationFailed : VmotionOutcome.Aborted,
            result.Outcome);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectAsync("FF FA E8 30 FF F0 \"on\"");
        await source.SendTextAsync("held");
        Assert.Equal("held"u8.ToArray(), await ReadAsync(port, 4));
        Assert.Equal((1, 0), (port.Snapshot.Connections, port.Snapshot.Migrations));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_source_that_fell_silent_stays_open_while_the_port_connects_anew()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.SourceSilentAfterGoAhead });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");

        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        var anew = await _proxy.AcceptAsync();
        await anew.ServeAsync();
        await port.WaitForAsync(snapshot => snapshot.State == VirtualSerialPortState.Connected).WaitAsync(Patience);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await anew.ExpectTextEventuallyAsync("on");
        var end = source.ReadToEndAsync();
        Assert.False(end.IsCompleted);
        var closing = port.DisposeAsync().AsTask();
        Assert.Empty(await end.WaitAsync(Patience));
        await anew.ExpectEndAsync();
        await anew.DisposeAsync();
        await closing.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_source_that_never_closes_says_nothing_behind_complete()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.SourceSilentAfterComplete });
        var destination = await AcceptMoveAsync(source);

        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await destination.ExpectTextEventuallyAsync("on");
        var end = source.ReadToEndAsync();
        Assert.False(end.IsCompleted);
        var closing = port.DisposeAsync().AsTask();
        Assert.Empty(await end.WaitAsync(Patience));
        await destination.ExpectEndAsync();
        await destination.DisposeAsync();
        await closing.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_source_that_ignores_notnow_sends_a_destination_nobody_knows()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.NotNowIgnored });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 2B {sequence} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.SendAsync("FF FE 25 FF FD E8");
        await destination.ExpectEventuallyAsync($"FF FA E8 2C {sequence}");
        await destination.SendAsync("FF FA E8 03 2C FF F0");

        Assert.Equal(VmotionOutcome.DestinationFailed, (await moving.WaitAsync(Patience)).Outcome);
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectTextAsync("on");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Abort_may_come_before_peer_ok()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.AbortAfterPeer });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.SendAsync("FF FE 25 FF FD E8");

        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        await destination.ExpectEventuallyAsync($"FF FA E8 2C {sequence} {Secret} FF F0 FF FB 2C");
        await destination.ExpectEndAsync();
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_the_proxy_does_not_know_fails_at_once()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");

        await destination.SendAsync("FF FA E8 03 2C FF F0");

        Assert.Equal(VmotionOutcome.DestinationFailed, (await moving.WaitAsync(Patience)).Outcome);
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await destination.ExpectEndAsync();
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_without_peer_ok_in_time_fails()
    {
        var time = new FakeTimeProvider();
        var (port, source) = await ServeAsync(time);
        var moving = Vmotion.RunAsync([port], new VmotionOptions { PeerOkTimeout = TimeSpan.FromSeconds(7) }, time);
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        time.Advance(TimeSpan.FromSeconds(7));

        var result = await moving.WaitAsync(Patience);

        Assert.Equal(VmotionOutcome.DestinationFailed, result.Outcome);
        Assert.Contains("7000 ms", result.Detail, StringComparison.Ordinal);
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_that_cannot_reach_the_proxy_fails()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        _proxy.IsUnreachable = true;
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");

        Assert.Equal(VmotionOutcome.DestinationFailed, (await moving.WaitAsync(Patience)).Outcome);
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_source_lost_after_goahead_does_not_stop_the_move()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.SourceLostAfterGoAhead });
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"\"early\" FF FA E8 29 {sequence} {Secret} FF F0");
        await source.ExpectEndAsync();
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0");
        await destination.ExpectAsync($"FF FA E8 2E {sequence} FF F0");

        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
        await destination.SendTextAsync("held");
        Assert.Equal("earlyheld"u8.ToArray(), await ReadAsync(port, 9));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task When_both_are_lost_the_port_comes_back_by_itself()
    {
        var time = new FakeTimeProvider();
        var (port, source) = await ServeAsync(time);
        var moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.BothLostAfterGoAhead }, time);
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await source.ExpectEndAsync();
        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        await port.WaitForAsync(snapshot => snapshot.State == VirtualSerialPortState.Lost).WaitAsync(Patience);

        time.Advance(TimeSpan.FromSeconds(1));

        await using var fresh = await _proxy.AcceptAsync();
        await fresh.ServeAsync();
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_source_whose_proxy_goes_away_before_goahead_runs_on_without_it()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        await source.ExpectBeginAsync();

        await source.DisposeAsync();

        Assert.Equal(VmotionOutcome.SourceLost, (await moving.WaitAsync(Patience)).Outcome);
        await port.WriteAsync("nobody"u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(6, port.Snapshot.BytesDiscarded);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_to_the_source_after_goahead_is_late_if_the_guest_moved_and_its_own_if_not()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0 \"late\" FF FA E8 53 FF F0");
        await source.ExpectAsync("FF FA E8 52 \"vm-00000\" FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0");
        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal(4, port.Snapshot.BytesLate);

        moving = Vmotion.RunAsync([port], new VmotionOptions { Fault = VmotionFault.AbortAfterGoAhead });
        await destination.ExpectAsync($"FF FA E8 2E {sequence} FF F0");
        sequence = await destination.ExpectBeginAsync();
        await destination.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0 \"mine\"");
        Assert.Equal(VmotionOutcome.Aborted, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal("mine"u8.ToArray(), await ReadAsync(port, 4));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task All_ports_move_or_none()
    {
        var (first, firstSource) = await ServeAsync();
        var (second, secondSource) = await ServeAsync();
        var moving = Vmotion.RunAsync([first, second], new VmotionOptions());
        var sequence = await firstSource.ExpectBeginAsync();
        await firstSource.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        sequence = await secondSource.ExpectBeginAsync();
        await secondSource.SendAsync($"FF FA E8 2B {sequence} FF F0");

        Assert.Equal(VmotionOutcome.NotNow, (await moving.WaitAsync(Patience)).Outcome);
        await firstSource.ExpectAsync("FF FA E8 30 FF F0");
        await second.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await secondSource.ExpectTextAsync("on");

        moving = Vmotion.RunAsync([first, second], new VmotionOptions());
        await AcceptMoveAsync(firstSource, secondSource);
        var result = await moving.WaitAsync(Patience);
        Assert.Equal((VmotionOutcome.Completed, 2), (result.Outcome, result.Ports));
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_port_without_connection_stays_behind()
    {
        var (port, source) = await ServeAsync();
        await using var untried = new VirtualSerialPort(MachineProtocolTests.Options);
        var moving = Vmotion.RunAsync([untried, port], new VmotionOptions());
        await AcceptMoveAsync(source);

        Assert.Equal(1, (await moving.WaitAsync(Patience)).Ports);
        Assert.Equal(VirtualSerialPortState.Untried, untried.Snapshot.State);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Much_unread_input_does_not_keep_goahead_from_the_source()
    {
        var (port, source) = await ServeAsync();
        var input = new byte[1_000_000];
        for (var i = 0; i < input.Length; i++)
            input[i] = (byte)(i % 251);
        var sending = source.SendAsync(input);
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        await sending.WaitAsync(Patience);
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0 \"end\"");

        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
        byte[] expected = [.. input, .. "end"u8];
        Assert.Equal(expected, await ReadAsync(port, input.Length + 3));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Begin_follows_the_last_byte_of_a_write_under_way()
    {
        var narrow = new PairedProxy(capacity: 512);
        var (port, source) = await ServeAsync(proxy: narrow);
        var output = new byte[300_000];
        for (var i = 0; i < output.Length; i++)
            output[i] = (byte)(i % 251);
        var writing = port.WriteAsync(output, CancellationToken.None).AsTask();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());

        var atSource = await source.ExpectEventuallyAsync("FF FA E8 28");
        atSource = atSource[..^4];
        var sequence = (await source.ExpectEventuallyAsync("FF F0"))[..^2];
        var escaped = HexScript.Format(sequence);
        await source.SendAsync($"FF FA E8 29 {escaped} {Secret} FF F0");
        await using var destination = await narrow.AcceptAsync();
        await destination.ExpectPeerAsync($"{escaped} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {escaped} FF F0");
        await destination.ExpectAsync($"FF FA E8 2E {escaped} FF F0");
        var atDestination = await destination.ReadAsync(output.Length - atSource.Length);

        byte[] arrived = [.. atSource, .. atDestination];
        Assert.Equal(output, arrived);
        await writing.WaitAsync(Patience);
        await moving.WaitAsync(Patience);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Cancelling_brings_the_guest_back()
    {
        var (port, source) = await ServeAsync();
        using var cancellation = new CancellationTokenSource();
        var moving = Vmotion.RunAsync([port], new VmotionOptions(), cancellation: cancellation.Token);
        await source.ExpectBeginAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving.WaitAsync(Patience));
        await port.WriteAsync("on"u8.ToArray(), CancellationToken.None);
        await source.ExpectAsync("FF FA E8 30 FF F0 \"on\"");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Cancelling_after_goahead_aborts()
    {
        var time = new FakeTimeProvider();
        var (port, source) = await ServeAsync();
        using var cancellation = new CancellationTokenSource();
        var options = new VmotionOptions { HostPause = TimeSpan.FromHours(1) };
        var moving = Vmotion.RunAsync([port], options, time, cancellation.Token);
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0 FF FA E8 51 FF F0");
        await source.ExpectEventuallyAsync("FF F0"); // The UUID: GOAHEAD is read.

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving.WaitAsync(Patience));
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_port_disconnected_on_the_way_stays_disconnected()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");

        await port.DisconnectAsync().WaitAsync(Patience);

        Assert.Equal(VmotionOutcome.DestinationFailed, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal(VirtualSerialPortState.Closed, port.Snapshot.State);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task A_port_connected_anew_on_the_way_keeps_its_new_connection()
    {
        var (port, source) = await ServeAsync();
        var moving = Vmotion.RunAsync([port], new VmotionOptions());
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        await using var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");

        port.Connect();

        Assert.Equal(VmotionOutcome.DestinationFailed, (await moving.WaitAsync(Patience)).Outcome);
        await destination.ExpectEndAsync();
        await using var fresh = await _proxy.AcceptAsync();
        await fresh.ServeAsync();
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        await fresh.SendTextAsync("fresh");
        Assert.Equal("fresh"u8.ToArray(), await ReadAsync(port, 5));
        await port.DisposeAsync();
    }

    private static async Task<byte[]> ReadAsync(VirtualSerialPort port, int count)
    {
        var read = new byte[count];
        for (var at = 0; at < count;)
            at += await port.ReadAsync(read.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
        return read;
    }

    private async Task<ScriptedPeer> AcceptMoveAsync(params ScriptedPeer[] sources)
    {
        var sequences = new List<string>();
        foreach (var source in sources)
        {
            sequences.Add(await source.ExpectBeginAsync());
            await source.SendAsync($"FF FA E8 29 {sequences[^1]} {Secret} FF F0");
        }

        ScriptedPeer? last = null;
        foreach (var sequence in sequences)
        {
            last = await _proxy.AcceptAsync();
            await last.ExpectPeerAsync($"{sequence} {Secret}");
            await last.SendAsync($"FF FA E8 2D {sequence} {Secret} FF F0"); // as vSPC.py, with the secret
        }

        if (sequences.Count == 1)
            await last!.ExpectAsync($"FF FA E8 2E {sequences[0]} FF F0");
        return last!;
    }

    private async Task<(VirtualSerialPort Port, ScriptedPeer Proxy)> ServeAsync(TimeProvider? time = null, PairedProxy? proxy = null)
    {
        proxy ??= _proxy;
        var port = new VirtualSerialPort(MachineProtocolTests.Options with { Connector = proxy.ConnectAsync }, time);
        port.Connect();
        var peer = await proxy.AcceptAsync();
        await peer.ServeAsync();
        await port.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        return (port, peer);
    }
}
