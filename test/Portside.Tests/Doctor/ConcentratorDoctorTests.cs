using System.Net;
using System.Text.Json;
using Portside.Commands;
using Portside.Doctor;
using Portside.Testing;
using Portside.Tests.Commands;

namespace Portside.Tests.Doctor;

public sealed class ConcentratorDoctorTests
{
    [Fact]
    public async Task A_concentrator_is_looked_at_as_a_whole_with_the_clock_of_vSphere()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var (code, reports, error) = await rig.ExamineAsync();
        Assert.True(code == ExitCode.Done, string.Join('\n', reports) + error);
        Assert.Equal(["concentrator", "listeners", "expiry", "disk", "files", "vsphere", "clock", "peers", "identity"], reports.Select(report => report.Check));
        Assert.Contains("vSphere", reports.Single(report => report.Check == "clock").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_dials_a_port_for_people_is_told_of()
    {
        var free = FreePorts.Next();
        await using var rig = await ConsoleRig.StartAsync(configure: options =>
        {
            options.Concentrator.Console.TelnetAddress = IPAddress.Loopback;
            options.Concentrator.Console.FirstTelnetPort = free;
            options.Concentrator.Console.LastTelnetPort = free;
        });
        await rig.AddAsync("web");
        var telnet = rig.Service.Concentrator.Ports.Select("web")[0].TelnetPort!.Value;
        await rig.AddAsync("astray", $"telnet://127.0.0.1:{telnet}", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var (code, reports, _) = await rig.ExamineAsync();
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("dials a port for people", Assert.Single(reports, report => report.IsBroken).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_concentrator_that_does_not_answer_is_the_only_finding()
    {
        using var run = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Failed, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "doctor", "-o", "json"));
        Assert.Equal("concentrator", Assert.Single(JsonSerializer.Deserialize(run.Out, DoctorJson.Default.IReadOnlyListCheckReport)!).Check);
    }
}
