using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Tests.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Migration;

/// <summary>What a guest that has something to move does, and when.</summary>
public sealed class GuestMoveTests : IAsyncDisposable
{
    private const string Secret = "3C E6";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PairedProxy _proxy = new();
    private readonly MovingGuest _guest = new();
    private readonly VirtualMachine _machine;

    public GuestMoveTests()
    {
        _machine = new VirtualMachine(
            new VirtualMachineOptions
            {
                Name = "db1",
                Host = new MachineHost { Connector = _proxy.ConnectAsync, Reconnect = ReconnectPolicy.None },
            },
            _ => _guest);
        _machine.AddPort(new NetworkBacking("vSPC.py", "server", "telnet://concentrator.example:13370"));
    }

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task It_is_copied_before_begin_and_handed_over_between_peer_ok_and_complete()
    {
        await using var source = await StartAsync();
        var moving = Vmotion.RunAsync(_machine);
        var (sequence, destination) = await MoveToPeerOkAsync(source);

        await _guest.Switching.WaitAsync(Patience);
        Assert.Equal(["begin", "switch"], _guest.Story);
        _guest.Switch.SetResult();

        await destination.ExpectAsync($"FF FA E8 2E {sequence} FF F0");
        Assert.Equal(VmotionOutcome.Completed, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal(["begin", "switch", "there"], _guest.Story);
    }

    [Fact]
    public async Task It_runs_on_where_it_was_when_the_proxy_says_no()
    {
        await using var source = await StartAsync();
        var moving = Vmotion.RunAsync(_machine);
        var sequence = await source.ExpectBeginAsync();

        await source.SendAsync($"FF FA E8 2B {sequence} FF F0");

        Assert.Equal(VmotionOutcome.NotNow, (await moving.WaitAsync(Patience)).Outcome);
        Assert.Equal(["begin", "here"], _guest.Story);
    }

    [Fact]
    public async Task A_copy_that_fails_begins_nothing()
    {
        _guest.BeginFails = true;
        await using var source = await StartAsync();

        var result = await Vmotion.RunAsync(_machine).WaitAsync(Patience);

        Assert.Equal((VmotionOutcome.GuestFailed, "no memory"), (result.Outcome, result.Detail));
        await source.SendTextAsync("x");
        await source.ExpectTextAsync("x"); // and no BEGIN before it
    }

    [Fact]
    public async Task A_handover_that_fails_takes_the_ports_back_with_abort()
    {
        await using var source = await StartAsync();
        var moving = Vmotion.RunAsync(_machine);
        var (_, destination) = await MoveToPeerOkAsync(source);

        _guest.Switch.SetException(new IOException("no power"));

        var result = await moving.WaitAsync(Patience);
        Assert.Equal((VmotionOutcome.GuestFailed, "no power"), (result.Outcome, result.Detail));
        await source.ExpectAsync("FF FA E8 30 FF F0");
        await destination.ExpectEndAsync();
        await source.SendTextAsync("x");
        await source.ExpectTextAsync("x");
        Assert.Equal(["begin", "switch", "here"], _guest.Story);
    }

    [Fact]
    public async Task A_machine_that_is_off_has_nothing_to_move()
    {
        Assert.Equal(VmotionOutcome.Completed, (await Vmotion.RunAsync(_machine)).Outcome);
        Assert.Empty(_guest.Story);
    }

    private async Task<ScriptedPeer> StartAsync()
    {
        var starting = _machine.PowerOnAsync();
        var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        await starting.WaitAsync(Patience);
        return proxy;
    }

    private async Task<(string Sequence, ScriptedPeer Destination)> MoveToPeerOkAsync(ScriptedPeer source)
    {
        var sequence = await source.ExpectBeginAsync();
        await source.SendAsync($"FF FA E8 29 {sequence} {Secret} FF F0");
        var destination = await _proxy.AcceptAsync();
        await destination.ExpectPeerAsync($"{sequence} {Secret}");
        await destination.SendAsync($"FF FA E8 2D {sequence} FF F0");
        return (sequence, destination);
    }

    private sealed class MovingGuest : IMigratingGuest
    {
        private readonly TaskCompletionSource _switching = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Story { get; } = [];

        public bool BeginFails { get; set; }

        public Task Switching => _switching.Task;

        public TaskCompletionSource Switch { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation) =>
            new EchoGuest().RunAsync(line, time, cancellation);

        public Task<IGuestMove?> BeginMoveAsync(TimeProvider time, CancellationToken cancellation)
        {
            if (BeginFails)
                throw new IOException("no memory");
            Story.Add("begin");
            return Task.FromResult<IGuestMove?>(new Move(this));
        }

        private sealed class Move(MovingGuest guest) : IGuestMove
        {
            private bool _isThere;

            public async Task SwitchAsync(CancellationToken cancellation)
            {
                guest.Story.Add("switch");
                guest._switching.TrySetResult();
                await guest.Switch.Task.WaitAsync(cancellation);
                _isThere = true;
            }

            public ValueTask DisposeAsync()
            {
                guest.Story.Add(_isThere ? "there" : "here");
                return ValueTask.CompletedTask;
            }
        }
    }
}
