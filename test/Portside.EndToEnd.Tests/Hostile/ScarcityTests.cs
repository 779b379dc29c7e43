using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Hostile;

/// <summary>What one takes of the processor, the disk or the descriptors, the others still have.</summary>
public sealed class ScarcityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task While_one_machine_floods_at_full_rate_twenty_others_are_served_and_newcomers_too()
    {
        await using var server = await PortsideProcess.StartAsync(_directory["state"], "--set", "log.maxFileBytes=1MiB", "--set", "log.keepFiles=1");
        var flood = new FloodGuest();
        await using var flooder = await Machine.StartAsync(server, "flooder", flood);
        var heard = 0L;
        await using var watcher = await PlainConsole.AttachAsync(server, "flooder", "mode=read-only", bytes => Interlocked.Add(ref heard, bytes.Length));
        var machines = new List<VirtualMachine>();
        var consoles = new List<PlainConsole>();
        try
        {
            for (var number = 0; number < 20; number++)
            {
                machines.Add(await Machine.StartAsync(server, $"quiet-{number:00}", new EchoGuest()));
                consoles.Add(await PlainConsole.AttachAsync(server, $"quiet-{number:00}"));
            }

            // A key at a time, each waiting for its echo, as people type.
            var before = flood.Sent;
            await Task.WhenAll(consoles.Select(async console =>
            {
                for (var key = 0; key < 50; key++)
                {
                    await console.TypeAsync(new[] { (byte)('!' + key) });
                    await console.Heard.ExpectAsync(((char)('!' + key)).ToString());
                }
            }));
            await Patience.PollAsync(
                () => Task.FromResult(flood.Sent > before + (1 << 20) && Interlocked.Read(ref heard) > 1 << 20 ? new object() : null),
                () => $"the flood to go on; the guest sent {flood.Sent:N0} bytes and the watcher heard {heard:N0}");
            Assert.Equal(21, (await server.GetAsync("/v1/clients")).GetArrayLength());
        }
        finally
        {
            foreach (var console in consoles)
                await console.DisposeAsync();
            foreach (var machine in machines)
                await machine.DisposeAsync();
        }

        Assert.Equal(1, flooder.Ports[0].Snapshot.Connections);
    }

    [Fact]
    public async Task More_machines_than_descriptors_cost_only_those_that_find_none()
    {
        var setup = new PortsideSetup(_directory["state"]) { MostFiles = 512, Arguments = ["--set", "vm.identityTimeout=1h"] };
        await using var server = await PortsideProcess.StartAsync(setup);
        await using var machine = await Machine.StartAsync(server, "early", new EchoGuest());
        await using var console = await PlainConsole.AttachAsync(server, "early");
        await AskAsync(console, "first");

        var crowd = new List<ScriptedPeer>();
        try
        {
            for (var number = 0; number < 200; number++)
                crowd.Add(await RawConsole.ConnectAsync(server.VmPort));
            await server.Events.WaitForAsync("leaves no socket for another machine: raise LimitNOFILE (systemd) or ulimit -n");
            await AskAsync(console, "in the crowd");
            Assert.Contains(
                (await server.GetAsync("/v1/rejected")).EnumerateArray(),
                attempt => attempt.GetProperty("reason").GetString() == "too-many-files");
        }
        finally
        {
            foreach (var one in crowd)
                await one.DisposeAsync();
        }

        await server.WaitForAsync("/v1/server", s => s.GetProperty("links").GetInt32() == 1);
        await using var late = await Machine.StartAsync(server, "late", new EchoGuest());
        await using var another = await PlainConsole.AttachAsync(server, "late");
        await AskAsync(another, "after the crowd");
        await AskAsync(console, "still here");
        Assert.Equal(1, machine.Ports[0].Snapshot.Connections);
        await server.StopAsync();
    }

    [Fact]
    public async Task Too_few_descriptors_to_serve_anybody_are_said_at_start()
    {
        var result = await ChildProcess.RunAsync(
            "/bin/sh", ["-c", "ulimit -n 128 && exec portside serve --vm-listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --console-telnet off --state \"$0\"", _directory["state"]]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The limit of open files is 128, too low to serve anybody: raise it to 512 at least", result.Error, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE (systemd) or ulimit -n", result.Error, StringComparison.Ordinal);
    }

    private static async Task AskAsync(PlainConsole console, string question)
    {
        await console.TypeAsync(System.Text.Encoding.ASCII.GetBytes(question));
        await console.Heard.ExpectAsync(question);
    }
}
