using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Seeding;

namespace Portside.Host.Tests.Seeding;

/// <summary>What a seed makes.</summary>
public sealed class PlanterTests
{
    private static readonly HostSeed Seed = new()
    {
        Folders = ["empty/inner"],
        Machines =
        [
            new MachineSeed
            {
                Name = "web-{n:00}",
                Count = 12,
                Folder = "web",
                Guest = "echo",
                Tags = ["stage/prod", "team/web"],
                SerialPorts =
                [
                    new PortSeed(new NetworkBacking("{name}", "server", "telnet://127.0.0.1:13370")),
                    new PortSeed(new FileBacking("[datastore1] {name}/serial.log"), StartConnected: false),
                ],
            },
            new MachineSeed { Name = "db", Uuid = Guid.Parse("564d1c2e-0000-0000-0000-000000000001"), PowerOn = true },
        ],
    };

    [Fact]
    public async Task A_seed_makes_folders_and_machines_once()
    {
        await using var inventory = new HostInventory();
        Assert.Equal(13, await Planter.PlantAsync(inventory, Seed));
        Assert.Equal(0, await Planter.PlantAsync(inventory, Seed));

        Assert.NotNull(inventory.Search.FindByPath("DC0/vm/empty/inner"));
        var machine = (MachineEntity)inventory.Search.FindByPath("DC0/vm/web/web-07")!;
        Assert.Equal("web-07", Assert.IsType<NetworkBacking>(machine.Machine.Devices[0].Backing).ServiceUri);
        Assert.Equal("[datastore1] web-07/serial.log", Assert.IsType<FileBacking>(machine.Machine.Devices[1].Backing).FileName);
        Assert.False(machine.Machine.Devices[1].StartConnected);
        Assert.Equal("echo", machine.Config.Extra("portside.guest"));
        Assert.Equal(["prod", "web"], machine.Tags.Select(tag => tag.Name));
        Assert.Equal(2, inventory.Tags.Tags.Count);
        Assert.Equal(2, inventory.Machines.Select(seeded => seeded.Host).Distinct().Count());

        var database = (MachineEntity)inventory.Search.FindByPath("DC0/vm/db")!;
        Assert.Equal(Guid.Parse("564d1c2e-0000-0000-0000-000000000001"), database.Config.Uuid);
        Assert.Equal("poweredOn", database.PowerState);
    }

    [Fact]
    public async Task A_machine_that_cannot_be_made_is_named()
    {
        await using var inventory = new HostInventory();
        var error = await Assert.ThrowsAsync<VSphere.Soap.VimFaultException>(() => Planter.PlantAsync(
            inventory,
            new HostSeed { Machines = [new MachineSeed { Name = "odd", Guest = "telepathy" }] }));
        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
        Assert.Contains("telepathy", error.Message, StringComparison.Ordinal);
    }
}
