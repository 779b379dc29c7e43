using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portside.Api.Contracts;
using Portside.Commands;
using Portside.Naming;
using Portside.Tests.Commands;
using Portside.Tests.Doctor;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Tests.Naming;

/// <summary>Names, places, power states and hosts of machines as vSphere has them, beside a concentrator's ports.</summary>
public sealed class FollowingTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task Ports_show_path_power_and_host_and_follow_renames_migrations_and_power()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var machine = await rig.AddAsync("web", folder: "prod");
        using var follower = Follow(rig, Password("secret"));
        await SeeAsync(rig, port => port is { Name: "web", InventoryPath: "/DC0/vm/prod/web", PowerState: "poweredOn", Host: "127.0.0.1" });

        await rig.CallAsync("Rename_Task", machine.Reference, ("newName", VimValue.Of("shop")));
        await SeeAsync(rig, port => port is { Name: "shop", InventoryPath: "/DC0/vm/prod/shop" });
        Assert.Single(rig.Service.Concentrator.Ports.Select("shop"));

        await rig.CallAsync("Rename_Task", machine.Parent!.Reference, ("newName", VimValue.Of("live")));
        await SeeAsync(rig, port => port.InventoryPath == "/DC0/vm/live/shop");

        await rig.CallAsync("MigrateVM_Task", machine.Reference, ("host", VimValue.Of(rig.Inventory.Hosts[1].Reference)), ("priority", new VimValue(VimKinds.Enumeration("VirtualMachineMovePriority"), false, "defaultPriority")));
        await SeeAsync(rig, port => port is { Host: "127.0.0.2", State: "connected", Name: "shop" });

        using var run = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Done, await run.RunAsync(rig.Service.Address, "ls", "-w"));
        Assert.Matches(@"shop +connected +poweredOn +127\.0\.0\.2 +/DC0/vm/live/shop", run.Out);

        await rig.CallAsync("PowerOffVM_Task", machine.Reference);
        await SeeAsync(rig, port => port is { PowerState: "poweredOff", State: "disconnected" });
        Assert.Equal(("following", 1), (rig.Service.Service.Describe().VSphere!.State, rig.Service.Service.Describe().VSphere!.Machines));
    }

    [Fact]
    public async Task A_password_that_is_refused_is_tried_once_and_consoles_go_on()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var follower = Follow(rig, Password("wrong"));
        await ConsoleRig.UntilAsync(() => rig.Service.Service.Describe().VSphere is { State: "refused", Detail: not null });
        await rig.AddAsync("web");
        await SeeAsync(rig, port => port is { Name: "web", State: "connected", InventoryPath: null });
    }

    [Fact]
    public async Task A_vSphere_that_does_not_answer_is_told_and_consoles_go_on()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var follower = Follow(rig, Password("secret"), "http://127.0.0.1:1/sdk");
        await ConsoleRig.UntilAsync(() => rig.Service.Service.Describe().VSphere is { State: "unreachable", Detail: not null });
        await rig.AddAsync("web");
        await SeeAsync(rig, port => port is { Name: "web", State: "connected" });
    }

    [Fact]
    public async Task What_nobody_foresaw_is_told_and_the_inventory_read_anew()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        var clock = new FakeTimeProvider();
        var told = 0;
        await using var follower = new InventoryFollower(
            new() { Url = rig.Url, User = "bob", PasswordFile = Password("secret") },
            _ =>
            {
                if (Interlocked.Increment(ref told) == 1)
                    throw new InvalidOperationException("odd");
            },
            () => { },
            clock,
            NullLogger.Instance);
        await ConsoleRig.UntilAsync(() => follower.Status is { State: "unreachable", Detail: not null });

        await ConsoleRig.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return follower.Status.State == "following";
        });
    }

    [Fact]
    public void An_inventory_without_end_is_not_taken_in()
    {
        var index = new InventoryIndex();
        for (var i = 0; i < 250_000; i++)
            index.Apply(Enter(new("Folder", $"group-{i}")));
        var error = Assert.Throws<InvalidDataException>(() => _ = index.Apply(Enter(new("Folder", "group-more"))));
        Assert.Contains("250000 objects", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_leaves_is_forgotten_and_one_without_a_place_is_found_by_name_alone()
    {
        var index = new InventoryIndex();
        var uuid = "5029c44085eec2a1e9ddb63e39364603";
        var machine = new ManagedObjectReference("VirtualMachine", "vm-1");
        Assert.Equal([uuid], index.Apply(Enter(machine, ("name", "a%2fb"), ("config.instanceUuid", "5029C440-85ee-c2a1-e9dd-b63e39364603"))));
        Assert.Equal(new MachinePlace("a/b", "/a/b", null, null), index.Find(uuid));
        index.Apply(Enter(new("HostSystem", "host-1"), ("name", "esx1")));
        Assert.Empty(index.Apply(new ObjectUpdate { Kind = "modify", Obj = machine, ChangeSet = [new PropertyChange { Name = "runtime.host", Val = VimValue.Of(new ManagedObjectReference("HostSystem", "host-1")) }] }));
        Assert.Equal("esx1", index.Find(uuid)!.Host);
        index.Apply(new ObjectUpdate { Kind = "leave", Obj = machine });
        Assert.Null(index.Find(uuid));
        Assert.Equal(0, index.Count);
    }

    public void Dispose() => _directory.Dispose();

    private static ObjectUpdate Enter(ManagedObjectReference one, params (string Name, string Value)[] properties) => new()
    {
        Kind = "enter",
        Obj = one,
        ChangeSet = [.. properties.Select(property => new PropertyChange { Name = property.Name, Op = "assign", Val = VimValue.Of(property.Value) })],
    };

    private static async Task SeeAsync(ConsoleRig rig, Func<PortDescription, bool> isSo)
    {
        using var api = rig.Service.Connect();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await api.GetPortsAsync(patience.Token)).Any(isSo))
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
    }

    private string Password(string password)
    {
        var file = Path.Combine(_directory.Path, "password");
        File.WriteAllText(file, password + "\n");
        return file;
    }

    // As a reload does it: the address is known only when the server listens.
    private static EndOfFollowing Follow(ConsoleRig rig, string passwordFile, string? url = null)
    {
        rig.Service.Service.Follow(new() { Url = url ?? rig.Url, User = "bob", PasswordFile = passwordFile });
        return new(rig);
    }

    private sealed class EndOfFollowing(ConsoleRig rig) : IDisposable
    {
        public void Dispose() => rig.Service.Service.Follow(new());
    }
}
