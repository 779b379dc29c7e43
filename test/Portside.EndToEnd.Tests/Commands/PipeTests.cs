using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Remotes;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Commands;

/// <summary><c>portside pipe</c> as a program's way in.</summary>
public sealed class PipeTests(RunningPortside running) : IClassFixture<RunningPortside>
{
    private PortsideProcess Server => running.Server;

    [Fact]
    public async Task Every_byte_passes_both_ways_and_the_end_of_the_input_ends_it_well()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "piped", guest);
        await guest.SayAsync("said before");
        await Server.WaitForPortAsync("piped", port => port.GetProperty("bytesFromMachine").GetInt64() > 0);
        await using var pipe = Server.Begin("pipe", "piped", "--name", "socat");
        await Server.WaitForPortAsync("piped", port => port.GetProperty("clients").GetInt32() == 1);

        await EveryByte.ExchangeAsync(guest, bytes => pipe.WriteAsync(bytes), pipe.Output.ReadAsync);
        pipe.CloseInput();

        Assert.Equal(0, await pipe.WaitForExitAsync());
        Assert.Equal(EveryByte.Bytes.Length + 3, pipe.Output.Bytes.Length);
        Assert.Empty(pipe.Error.Text);
    }

    [Fact]
    public async Task A_terminal_it_is_given_is_raw_so_that_every_key_is_the_machines()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "piped-terminal", guest);
        await using var pipe = Server.BeginInTerminal("exec portside pipe piped-terminal");
        await Server.WaitForPortAsync("piped-terminal", port => port.GetProperty("clients").GetInt32() == 1);
        await guest.SayAsync("ready\n");
        await pipe.Output.ExpectAsync("ready\n");

        await pipe.WriteAsync("\x03\x1Dq\r~.\x11");

        await guest.Received.ExpectAsync("\x03\x1Dq\r~.\x11");
    }

    [Fact]
    public async Task How_it_ended_is_in_the_exit_code()
    {
        await using var machine = await Machine.StartAsync(Server, "piped-codes", new ScriptedGuest());
        Assert.Equal(3, (await Server.RunAsync("pipe", "nobody")).ExitCode);

        await using var holder = Server.Begin("pipe", "piped-codes", "--mode", "exclusive", "--name", "holder");
        await Server.WaitForPortAsync("piped-codes", port => port.GetProperty("clients").GetInt32() == 1);
        var refused = await Server.RunAsync("pipe", "piped-codes");
        Assert.Equal((4, ""), (refused.ExitCode, refused.Output));

        var id = (await Server.GetAsync("/v1/ports/piped-codes/clients"))[0].GetProperty("id").GetString()!;
        (await Server.RunAsync("kick", id)).Succeeded();
        Assert.Equal(1, await holder.WaitForExitAsync());
        Assert.Contains("tester ended your connection", holder.Error.Text, StringComparison.Ordinal);
    }
}
