using System.Net;
using Portside.Commands;
using Portside.Concentrator.Guarding;
using Portside.Host.Inventory;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Tests.Commands;
using Portside.Tests.Doctor;
using Portside.VSphere.Schema;

namespace Portside.Tests.Naming;

/// <summary>A concentrator that knows by vSphere who its machines are, and a vSphere whose hosts have addresses of their own.</summary>
public sealed class GuardTests : IDisposable
{
    private static readonly HostInventoryOptions TwoHosts = new()
    {
        Addresses = new Dictionary<string, IPAddress> { ["127.0.0.1"] = IPAddress.Parse("127.0.0.21"), ["127.0.0.2"] = IPAddress.Parse("127.0.0.22") },
    };

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_machine_that_connects_before_the_inventory_is_read_waits_and_is_served_once_it_is()
    {
        await using var rig = await ConsoleRig.StartAsync(TwoHosts);
        rig.Guard(GuardMode.Enforce, url: null);
        await rig.AddAsync("web", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Quarantine.All() is [{ Reason: "vsphere-not-read", IsFinal: false }]);
        Assert.Empty(rig.Service.Concentrator.Ports.All);

        rig.Guard(GuardMode.Enforce, rig.Url, Password());
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Ports.Select("web") is [var port] && port.Snapshot().Source?.StartsWith("127.0.0.21:", StringComparison.Ordinal) == true);
        Assert.Empty(rig.Service.Concentrator.Quarantine.All());
        rig.Guard(GuardMode.Off, url: null);
    }

    [Fact]
    public async Task An_impostor_is_quarantined_told_by_every_verb_and_admitted_by_hand()
    {
        await using var rig = await ConsoleRig.StartAsync(TwoHosts, options => options.Concentrator.Guard.Wait = TimeSpan.FromSeconds(1));
        await FollowAsync(rig);
        var uuid = Guid.NewGuid();
        await rig.AddAsync("web", uuid: uuid);

        await using var impostor = Dial(rig, uuid, "127.0.0.66");
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Quarantine.Count == 1);
        using var run = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Done, await run.RunAsync(rig.Service.Address, "quarantine", "ls"));
        Assert.Matches(@"q\d+ +\S+ +127\.0\.0\.66:\d+ +mallory .* quarantined +vSphere has web on 127\.0\.0\.1", run.Out);
        using var ls = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Done, await ls.RunAsync(rig.Service.Address, "ls"));
        Assert.Contains("not known to be the machines they claim to be:", ls.Out, StringComparison.Ordinal);
        using var show = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Done, await show.RunAsync(rig.Service.Address, "show", "web"));
        Assert.Matches(@"note +quarantined q\d+: 127\.0\.0\.66:\d+ claims this machine's UUID", show.Out);
        var (code, reports, _) = await rig.ExamineAsync();
        Assert.Equal(1, code);
        Assert.Contains(reports, report => report is { Check: "identity", IsBroken: true } && report.Repair == "portside quarantine ls");

        using var admit = new CommandRun();
        var id = rig.Service.Concentrator.Quarantine.All()[0].Id;
        Assert.Equal(ExitCode.Done, await admit.RunAsync(rig.Service.Address, "quarantine", "admit", id));
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Ports.All.Any(port => port.Id.Instance == 2 && port.Snapshot().Source?.StartsWith("127.0.0.66:", StringComparison.Ordinal) == true));

        // Whom a person let in is nowhere told of as quarantined.
        (code, reports, _) = await rig.ExamineAsync();
        Assert.Contains(reports, report => report is { Check: "identity", State: "ok" });
        (_, reports, _) = await rig.ExamineAsync("web");
        Assert.DoesNotContain(reports, report => report.Evidence.Contains("quarantined q", StringComparison.Ordinal));
        using var again = new CommandRun();
        Assert.Equal(ExitCode.NotFound, await again.RunAsync(rig.Service.Address, "quarantine", "drop", id));
        rig.Guard(GuardMode.Off, url: null);
    }

    [Fact]
    public async Task A_vMotion_goes_through_and_a_stranger_at_the_former_host_does_not()
    {
        await using var rig = await ConsoleRig.StartAsync(TwoHosts, options => options.Concentrator.Guard.Wait = TimeSpan.FromSeconds(1));
        await FollowAsync(rig);
        var uuid = Guid.NewGuid();
        var machine = await rig.AddAsync("web", uuid: uuid);
        await rig.CallAsync("MigrateVM_Task", machine.Reference, ("host", VimValue.Of(rig.Inventory.Hosts[1].Reference)), ("priority", new VimValue(VimKinds.Enumeration("VirtualMachineMovePriority"), false, "defaultPriority")));
        var port = Assert.Single(rig.Service.Concentrator.Ports.Select("web"));
        await ConsoleRig.UntilAsync(() => port.Snapshot() is { Migrations: 1, Source: { } source } && source.StartsWith("127.0.0.22:", StringComparison.Ordinal));

        await using var stranger = Dial(rig, uuid, "127.0.0.21");
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Quarantine.All() is [{ IsFinal: true, Reason: "other-host" }]);
        Assert.StartsWith("127.0.0.22:", port.Snapshot().Source, StringComparison.Ordinal);
        Assert.Single(rig.Service.Concentrator.Ports.All);
        rig.Guard(GuardMode.Off, url: null);
    }

    [Fact]
    public async Task A_machine_in_quarantine_is_served_without_connecting_anew_once_vSphere_has_it_there()
    {
        await using var rig = await ConsoleRig.StartAsync(TwoHosts, options => options.Concentrator.Guard.Wait = TimeSpan.FromSeconds(1));
        await FollowAsync(rig);
        var uuid = Guid.NewGuid();
        await using var early = Dial(rig, uuid, "127.0.0.21");
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Quarantine.All() is [{ IsFinal: true, Reason: "unknown-uuid" }]);
        var source = rig.Service.Concentrator.Quarantine.All()[0].Source;
        await rig.AddAsync("web", uuid: uuid, hasPort: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Ports.All.Any(port => port.Snapshot().Source == source));
        Assert.Equal(0, rig.Service.Concentrator.Quarantine.Count);
        rig.Guard(GuardMode.Off, url: null);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>A machine that is in no inventory, at an address of its own.</summary>
    private static VirtualSerialPort Dial(ConsoleRig rig, Guid uuid, string from)
    {
        var port = new VirtualSerialPort(new VirtualSerialPortOptions
        {
            ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{rig.VmPort}"),
            VmName = "mallory",
            VcUuid = uuid,
            BiosUuid = uuid,
            Source = () => IPAddress.Parse(from),
        });
        port.Connect();
        return port;
    }

    private async Task FollowAsync(ConsoleRig rig)
    {
        rig.Guard(GuardMode.Enforce, rig.Url, Password());
        await ConsoleRig.UntilAsync(() => rig.Service.Service.Describe().VSphere is { State: "following" });
    }

    private string Password()
    {
        var file = Path.Combine(_directory.Path, "password");
        File.WriteAllText(file, "secret\n");
        return file;
    }
}
