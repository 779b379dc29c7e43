using Microsoft.Extensions.Time.Testing;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Tests.Ports;
using Portside.Testing;

namespace Portside.Host.Tests.Machines;

public class VirtualMachineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PairedProxy _proxy = new();

    [Fact]
    public async Task The_guest_starts_once_its_port_is_served_so_that_its_first_words_are_heard()
    {
        await using var machine = NewMachine(_ => new ShellGuest(new ShellOptions { BootTime = TimeSpan.Zero }));
        var starting = machine.PowerOnAsync();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();

        await proxy.ExpectTextAsync("[    0.000000] Quay version");
        await starting.WaitAsync(Patience);
        Assert.True(machine.IsPoweredOn);
        await Assert.ThrowsAsync<InvalidOperationException>(() => machine.PowerOnAsync());
    }

    [Fact]
    public async Task The_guest_starts_without_a_proxy_too()
    {
        _proxy.IsUnreachable = true;
        await using var machine = NewMachine(_ => new EchoGuest());

        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Equal(VirtualSerialPortState.Lost, machine.Ports[0].Snapshot.State);
    }

    [Fact]
    public async Task The_guest_does_not_wait_for_long()
    {
        var time = new FakeTimeProvider();
        await using var machine = NewMachine(_ => new EchoGuest(), time);
        var starting = machine.PowerOnAsync();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        while (!starting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await starting;
        Assert.Equal(VirtualSerialPortState.Negotiating, machine.Ports[0].Snapshot.State);
    }

    [Fact]
    public async Task Ports_take_name_and_uuids_from_their_machine()
    {
        await using var machine = NewMachine(_ => new EchoGuest());
        var port = machine.Ports[0].Options;

        Assert.Equal("db1", port.VmName);
        Assert.Equal(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), port.VcUuid);
    }

    [Fact]
    public async Task A_reboot_closes_the_port_and_connects_it_again()
    {
        await using var machine = NewMachine(_ => new ShellGuest(new ShellOptions { BootTime = TimeSpan.Zero }));
        var starting = machine.PowerOnAsync();
        await using var first = await _proxy.AcceptAsync();
        await first.ServeAsync();
        await first.ExpectTextEventuallyAsync("login: ");
        await first.SendTextAsync("root\rportside\r");
        await first.ExpectTextEventuallyAsync("# ");

        await first.SendTextAsync("reboot\r");

        var lastWords = await first.ReadToEndAsync();
        Assert.EndsWith("restarting system\r\n", System.Text.Encoding.ASCII.GetString(lastWords), StringComparison.Ordinal);
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await second.ExpectTextEventuallyAsync("login: ");
        Assert.Equal(1, machine.Reboots);
        await starting;
    }

    [Fact]
    public async Task Switched_off_it_closes_its_ports_and_can_be_switched_on_again()
    {
        await using var machine = NewMachine(_ => new EchoGuest());
        for (var i = 0; i < 2; i++)
        {
            var starting = machine.PowerOnAsync();
            await using var proxy = await _proxy.AcceptAsync();
            await proxy.ServeAsync();
            await starting.WaitAsync(Patience);

            await machine.PowerOffAsync().WaitAsync(Patience);

            await proxy.ExpectEndAsync();
            Assert.False(machine.IsPoweredOn);
            Assert.Equal(VirtualSerialPortState.Closed, machine.Ports[0].Snapshot.State);
        }
    }

    [Fact]
    public async Task A_guest_whose_output_nobody_takes_does_not_keep_it_from_being_switched_off()
    {
        var narrow = new PairedProxy(capacity: 1024);
        var guest = new WritingGuest();
        await using var machine = NewMachine(_ => guest, proxy: narrow);
        var starting = machine.PowerOnAsync();
        await using var proxy = await narrow.AcceptAsync();
        await proxy.ServeAsync();
        await starting.WaitAsync(Patience);
        await guest.Writing.WaitAsync(Patience);

        await machine.PowerOffAsync().WaitAsync(Patience);

        Assert.Equal(VirtualSerialPortState.Closed, machine.Ports[0].Snapshot.State);
    }

    [Fact]
    public async Task A_guest_that_crashes_takes_its_machine_down()
    {
        _proxy.IsUnreachable = true;
        await using var machine = NewMachine(_ => new CrashingGuest());
        await machine.PowerOnAsync().WaitAsync(Patience);

        await machine.Ports[0].WaitForAsync(snapshot => snapshot.State == VirtualSerialPortState.Closed).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_machine_moves_with_all_its_ports_and_only_once_at_a_time()
    {
        await using var machine = NewMachine(_ => new EchoGuest(), ports: 2);
        var starting = machine.PowerOnAsync();
        await using var first = await _proxy.AcceptAsync();
        await using var second = await _proxy.AcceptAsync();
        await first.ServeAsync();
        await second.ServeAsync();
        await starting.WaitAsync(Patience);
        await first.SendTextAsync("1");
        await first.ExpectTextAsync("1");

        var moving = Vmotion.RunAsync(machine);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Vmotion.RunAsync(machine));
        var sequences = new List<string>();
        foreach (var source in new[] { first, second })
        {
            sequences.Add(await source.ExpectBeginAsync());
            await source.SendAsync($"FF FA E8 29 {sequences[^1]} AA FF F0");
        }

        var destinations = new List<ScriptedPeer> { await _proxy.AcceptAsync(), await _proxy.AcceptAsync() };
        foreach (var (index, destination) in destinations.Index())
        {
            await destination.ExpectPeerAsync($"{sequences[index]} AA");
            await destination.SendAsync($"FF FA E8 2D {sequences[index]} FF F0");
        }

        Assert.Equal((VmotionOutcome.Completed, 2), ((await moving.WaitAsync(Patience)) is var result ? (result.Outcome, result.Ports) : default));
        foreach (var (index, destination) in destinations.Index())
        {
            await destination.ExpectAsync($"FF FA E8 2E {sequences[index]} FF F0");
            await destination.SendTextAsync("2");
            await destination.ExpectTextAsync("2");
            await destination.DisposeAsync();
        }
    }

    [Fact]
    public void More_ports_than_a_machine_can_have_are_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NewMachine(_ => new EchoGuest(), ports: 33));

    private VirtualMachine NewMachine(Func<int, IGuest> guest, TimeProvider? time = null, int ports = 1, PairedProxy? proxy = null) => new(
        new VirtualMachineOptions
        {
            Name = "db1",
            VcUuid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Ports =
            [
                .. Enumerable.Repeat(
                    MachineProtocolTests.Options with
                    {
                        VmName = null,
                        VcUuid = null,
                        Connector = (proxy ?? _proxy).ConnectAsync,
                        Reconnect = ReconnectPolicy.None,

                        // A test that turns the clock until the machine is on may turn it too far for 30 s.
                        NegotiationTimeout = TimeSpan.FromDays(1),
                    },
                    ports),
            ],
        },
        guest,
        time);

    /// <summary>Writes more than a connection takes that nobody reads.</summary>
    private sealed class WritingGuest : IGuest
    {
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Writing => _writing.Task;

        public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
        {
            await line.WaitForConnectionAsync(cancellation);
            var write = line.WriteAsync(new byte[65_536], cancellation);
            _writing.TrySetResult();
            await write;
            return GuestExit.PowerOff;
        }
    }

    private sealed class CrashingGuest : IGuest
    {
        public Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation) =>
            throw new NotSupportedException("as expected");
    }
}
