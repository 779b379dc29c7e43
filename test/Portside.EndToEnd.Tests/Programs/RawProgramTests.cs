using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Programs that open a plain socket and know no telnet: gdb, nc, expect scripts.</summary>
public class RawProgramTests(RunningPortside running) : IClassFixture<RunningPortside>
{
    private PortsideProcess Server => running.Server;

    [Fact]
    public async Task A_program_that_answers_no_option_gets_the_machines_bytes_and_nothing_else()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "raw", guest);
        await guest.SayAsync("said before it came");
        await Server.WaitForPortAsync("raw", port => port.GetProperty("bytesFromMachine").GetInt64() > 0);

        await using var program = await RawConsole.ConnectAsync(await Server.TelnetPortAsync("raw"));
        await SkipOptionsAsync(program);
        await Server.WaitForPortAsync("raw", port => port.GetProperty("clients").GetInt32() == 1);
        await guest.SayAsync((byte[])[.. "$qSupported#37\r\0\n"u8, 0xFF, 0x00, 0x11, 0x1D, .. "~."u8]);
        await program.ExpectAsync("24 71 53 75 70 70 6F 72 74 65 64 23 33 37 0D 00 0A FF FF 00 11 1D 7E 2E");

        // What it sends is the machine's too, escapes and all: nobody is there to mean them.
        await program.SendAsync("0D 7E 2E 1D 71 00 FF FF 0D 0A");
        Assert.Equal("0D7E2E1D7100FF0D0A", Convert.ToHexString(await guest.Received.ReadAsync(9)));
        await guest.SayAsync("bye");
        await program.ExpectTextAsync("bye");
    }

    [Fact]
    public async Task A_program_that_speaks_first_is_not_mistaken_for_a_person()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "eager", guest);
        await using var program = await RawConsole.ConnectAsync(await Server.TelnetPortAsync("eager"));
        await program.SendTextAsync("+");
        await guest.Received.ExpectAsync("+");
        await SkipOptionsAsync(program);
        await guest.SayAsync("$OK#9a");
        await program.ExpectTextAsync("$OK#9a");
    }

    /// <summary>The opening: option after option, three bytes each.</summary>
    private static async Task SkipOptionsAsync(Portside.Testing.ScriptedPeer program)
    {
        for (var option = 0; option < 7; option++)
            await program.ExpectAsync("FF .. ..");
    }
}
