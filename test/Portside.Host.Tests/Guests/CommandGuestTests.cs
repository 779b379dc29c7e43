using System.Runtime.Versioning;
using Portside.Host.Guests;

namespace Portside.Host.Tests.Guests;

[SupportedOSPlatform("linux")]
public class CommandGuestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_program_talks_over_the_line_and_switches_its_machine_off_by_ending()
    {
        await using var line = new StreamLine();
        var factory = new GuestFactory(new GuestFactoryOptions { AllowPrograms = true });
        var running = factory.Create("command:/bin/sh -c 'stty -echo; echo \"who is there\"; read name; echo \"hello $name\"'", "db1")(0)
            .RunAsync(line, TimeProvider.System, CancellationToken.None);
        await line.Person.ExpectTextAsync("who is there\r\n");

        await line.Person.SendTextAsync("Ada\r");

        await line.Person.ExpectTextAsync("hello Ada\r\n");
        Assert.Equal(GuestExit.PowerOff, await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_program_is_hung_up_on_when_the_machine_is_switched_off()
    {
        await using var line = new StreamLine();
        using var power = new CancellationTokenSource();
        var running = new CommandGuest(["/bin/sh", "-c", "echo up; exec sleep 1000"]).RunAsync(line, TimeProvider.System, power.Token);
        await line.Person.ExpectTextAsync("up\r\n");

        await power.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
    }
}
