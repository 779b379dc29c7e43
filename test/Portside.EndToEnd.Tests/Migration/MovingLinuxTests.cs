using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Portside.EndToEnd.Tests.Bridges;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests.Qemu;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Migration;

/// <summary>A running Linux moves from QEMU to QEMU while its console stays attached.</summary>
[SupportedOSPlatform("linux")]
public sealed class MovingLinuxTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Moves = 4;

    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(4);

    private readonly TemporaryDirectory _directory = new();
    private PortsideProcess _server = null!;
    private VirtualMachine _machine = null!;
    private ChildProcess _attached = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PortsideProcess.StartAsync(_directory["state"]);
        var guest = new QemuGuest(new QemuOptions
        {
            Kernel = LinuxKernel.Path,
            InitialFiles = await LinuxKernel.MakeInitialFilesAsync(_directory.Path, isPlain: true),
            CommandLine = "console=ttyS0,115200 panic=-1",
        });
        _machine = await Machine.StartAsync(_server, "linux", guest);
        _attached = _server.Begin("attach", "linux");

        // A boot takes seconds, and minutes on a machine that does much else.
        using var limit = new CancellationTokenSource(BootLimit);
        while (!_attached.Output.Text.Contains("guest login: ", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        await _attached.Output.WaitForAsync("guest login: ");
        await _attached.WriteAsync("root\r");
        await _attached.Output.WaitForAsync("root # ");
    }

    public async ValueTask DisposeAsync()
    {
        await _attached.DisposeAsync();
        await _machine.DisposeAsync();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_moves_again_and_again_and_every_byte_typed_and_said_meanwhile_arrives_once()
    {
        // It says numbers as fast as its line takes them while it answers what is typed, and carries on through each move.
        await _attached.WriteAsync("stty -echo; (i=0; while [ ! -e /root/stop ]; do echo \"say $i\"; i=$((i+1)); done; echo \"said $i\") & while read x && [ $x != stop ]; do echo \"got $x\"; done; touch /root/stop; wait\r");
        await _attached.Output.WaitForAsync("say 100\r\n");
        using var over = new CancellationTokenSource();
        var typing = TypeAsync(over.Token);

        for (var move = 0; move < Moves; move++)
        {
            var result = await Machine.MoveAsync(_machine);
            output.WriteLine($"{result}");
            Assert.True(result.Outcome == VmotionOutcome.Completed, $"Move {move}: {result}");
        }

        await over.CancelAsync();
        var typed = await typing;
        await _attached.WriteAsync("stop\r");
        await _attached.Output.WaitForAsync("\r\nsaid ");
        await _attached.WriteAsync("echo $((6 * 7)) $(uname -s)\r");
        await _attached.Output.WaitForAsync("42 Linux\r\n");

        var log = Encoding.Latin1.GetString(await _server.BytesAsync("/v1/ports/linux/log?tail=100000000"));
        AssertAll(log, "say ", int.Parse(log.Split("\r\nsaid ")[^1].Split('\r')[0], CultureInfo.InvariantCulture));
        AssertAll(log, "got ", typed);
        var port = await _server.GetAsync("/v1/ports/linux");
        Assert.Equal(Moves, port.GetProperty("migrations").GetInt64());
        Assert.Equal(0, _machine.Ports[0].Snapshot.BytesLate + _machine.Ports[0].Snapshot.BytesDiscarded);
    }

    [Fact]
    public async Task A_move_that_the_concentrator_refuses_leaves_it_running_where_it_was()
    {
        foreach (var fault in (VmotionFault[])[VmotionFault.AbortAfterGoAhead, VmotionFault.AbortAfterPeerOk])
        {
            var result = await Machine.MoveAsync(_machine, new VmotionOptions { Fault = fault });
            Assert.True(result.Outcome == VmotionOutcome.Aborted, $"{result}");
            await _attached.WriteAsync("echo $((6 * 7)) $(uname -s)\r");
            await _attached.Output.WaitForAsync("42 Linux\r\n");
        }

        var moved = await Machine.MoveAsync(_machine);
        Assert.True(moved.Outcome == VmotionOutcome.Completed, $"{moved}");
        await _attached.WriteAsync("poweroff -f\r");
        await Patience.PollAsync(() => !_machine.IsPoweredOn, () => "the machine to be switched off by its guest");
    }

    private static void AssertAll(string log, string word, int count)
    {
        var seen = log.Split("\r\n").Where(line => line.StartsWith(word, StringComparison.Ordinal))
            .Select(line => int.Parse(line.AsSpan(word.Length), CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, count), seen);
    }

    /// <summary>Types a number a line, ten at most before they are answered: what a UART takes without losing any.</summary>
    private async Task<int> TypeAsync(CancellationToken over)
    {
        var typed = 0;
        while (!over.IsCancellationRequested)
        {
            for (var ahead = 0; ahead < 10; ahead++)
                await _attached.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{typed++}\r"));
            await _attached.Output.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"got {typed - 1}\r\n"));
        }

        return typed;
    }
}
