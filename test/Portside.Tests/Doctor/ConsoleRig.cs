using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Concentrator.Guarding;
using Portside.Configuration;
using Portside.Doctor;
using Portside.Host.Api;
using Portside.Host.Faults;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Seeding;
using Portside.Tests.Commands;
using Portside.Tests.Serve;
using Portside.VSphere.Client;
using Portside.VSphere.Schema;

namespace Portside.Tests.Doctor;

/// <summary>A vSphere with its machines and a concentrator, in one process: everything between a guest and its console.</summary>
internal sealed class ConsoleRig : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly VimServer _server;

    private ConsoleRig(RunningService service, HostInventory inventory, VimServer server) => (Service, Inventory, _server) = (service, inventory, server);

    /// <summary>The concentrator.</summary>
    public RunningService Service { get; }

    /// <summary>What vSphere has.</summary>
    public HostInventory Inventory { get; }

    /// <summary>What goes wrong at vSphere.</summary>
    public FaultPlan Faults => _server.Faults!;

    /// <summary>Where machines connect.</summary>
    public int VmPort => Service.Concentrator.VmEndPoints[0].Port;

    /// <summary>vSphere's API.</summary>
    public string Url => $"{_server.Urls[0].ToString().TrimEnd('/')}/sdk";

    public static async Task<ConsoleRig> StartAsync(HostInventoryOptions? options = null, Action<PortsideOptions>? configure = null)
    {
        var service = await RunningService.StartAsync(configure);

        // Names that everything resolves, and from which the links really come.
        var inventory = new HostInventory((options ?? new()) with { Hosts = ["127.0.0.1", "127.0.0.2"], DefaultGuest = "echo", ConnectWait = TimeSpan.FromSeconds(2) });
        var server = await VimServer.StartAsync(
            new VimServerOptions { Http = [new IPEndPoint(IPAddress.Loopback, 0)], Users = [new HostUser("alice", "secret"), new HostUser("bob", "secret", ReadOnly: true)] },
            inventory,
            NullLoggerFactory.Instance);
        return new(service, inventory, server);
    }

    /// <summary>A machine with one network serial port, switched on and connected unless it is said otherwise.</summary>
    public async Task<MachineEntity> AddAsync(
        string name, string? proxy = null, string service = "vSPC.py", string guest = "echo", bool on = true, string folder = "", bool hasPort = true, bool arrives = true, Guid? uuid = null, bool hasProxy = true,
        string direction = "server", string? second = null)
    {
        await Planter.PlantAsync(
            Inventory,
            new HostSeed
            {
                Machines =
                [
                    new MachineSeed
                    {
                        Name = name,
                        Folder = folder,
                        Guest = guest,
                        PowerOn = on,
                        Host = "127.0.0.1",
                        InstanceUuid = uuid,
                        SerialPorts = [.. Ports()],
                    },
                ],
            }).WaitAsync(Limit);
        var machine = Inventory.Machines.Last(one => one.Name == name);
        if (on && hasPort && arrives)
            await UntilAsync(() => Service.Concentrator.Ports.Select(name) is [{ Name: not null }]);
        return machine;

        IEnumerable<PortSeed> Ports()
        {
            var uri = hasProxy ? proxy ?? $"telnet://127.0.0.1:{VmPort}" : null;
            if (hasPort)
                yield return new PortSeed(new NetworkBacking(hasProxy ? service : "telnet://127.0.0.1:7001", direction, uri));
            if (second is not null)
                yield return new PortSeed(new NetworkBacking(second, "server", uri));
        }
    }

    /// <summary>Follows vSphere, as a reload does it, and has claims judged by it; without an address they wait for one.</summary>
    public void Guard(GuardMode mode, string? url, string? passwordFile = null) => Service.Service.Follow(new()
    {
        Url = url ?? (mode == GuardMode.Off ? null : "http://127.0.0.1:1/sdk"),
        User = "bob",
        PasswordFile = passwordFile,
        Guard = mode,
    });

    /// <summary>Asks the doctor.</summary>
    public async Task<(int Code, IReadOnlyList<CheckReport> Reports, string Error)> ExamineAsync(params string[] arguments)
    {
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        var code = await run.RunAsync(Service.Address, ["doctor", .. arguments, "-o", "json"]);
        return (code, run.Out.Length == 0 ? [] : JsonSerializer.Deserialize(run.Out, DoctorJson.Default.IReadOnlyListCheckReport)!, run.Error);
    }

    /// <summary>Examines a machine in which something is broken.</summary>
    public async Task<CheckReport> FindBreakAsync(string check, params string[] arguments)
    {
        var (code, reports, error) = await ExamineAsync(arguments);
        var shown = string.Join('\n', reports.Select(report => $"{report.Check} {report.State} {report.Evidence}")) + error;
        Assert.True(code == (check == "machine" ? 3 : 1), shown);
        var broken = Assert.Single(reports, report => report.IsBroken);
        Assert.True(broken.Check == check, shown);
        Assert.NotNull(broken.Repair);
        Assert.All(reports.SkipWhile(report => report != broken).Skip(1), report => Assert.Equal("skipped", report.State));
        return broken;
    }

    /// <summary>Does what a report says, as people paste it.</summary>
    public async Task PasteAsync(string command)
    {
        var words = command.Split(' ');
        Assert.Equal("portside", words[0]);
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        Assert.True(await run.RunAsync(Service.Address, words[1..]) == 0, command + run.Out + run.Error);
    }

    /// <summary>Calls a method of vSphere.</summary>
    public async Task CallAsync(string method, ManagedObjectReference target, params (string, VimValue?)[] arguments)
    {
        Assert.True(VSphereAddress.TryParse(Url, out var address, out _));
        await using var session = await VSphereSession.ConnectAsync(new VSphereOptions { Url = address.Url, UserName = "alice", Password = "secret" });
        if (method.EndsWith("_Task", StringComparison.Ordinal))
            await session.RunAsync(method, target, arguments, null, TestContext.Current.CancellationToken).WaitAsync(Limit);
        else
            await session.CallAsync(method, target, arguments, TestContext.Current.CancellationToken).WaitAsync(Limit);
    }

    /// <summary>Waits for something that nobody tells.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Inventory.DisposeAsync();
        await Service.DisposeAsync();
    }
}
