using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Tests.Ports;
using Portside.Testing;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Inventory;

/// <summary>Machines and their serial ports, as the API creates and changes them.</summary>
public sealed class MachineEntityTests : IAsyncDisposable
{
    private const string Proxy = "telnet://127.0.0.1:13370";

    private readonly PairedProxy _proxy = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly HostInventory _inventory;
    private readonly InventoryCaller _caller;

    public MachineEntityTests()
    {
        _inventory = new HostInventory(new HostInventoryOptions
        {
            MachineHost = new MachineHost { Connector = _proxy.ConnectAsync },
            DatastoreDirectory = _directory.Path,
            DefaultGuest = "echo",
        });
        _caller = new InventoryCaller(_inventory);
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _inventory.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_machine_is_created_with_a_network_serial_port_whatever_key_the_client_made_up()
    {
        var machine = await CreateAsync("db1", Add(1697971134, "db1", Proxy), Add(-1, "second", null, "server", "telnet://:7001"));

        var ports = SerialPortsOf(machine);
        Assert.Equal([9000, 9001], ports.Select(port => port.Key));
        Assert.Equal(["Serial port 1", "Serial port 2"], ports.Select(port => port.DeviceInfo!.Label));
        Assert.Equal("Remote db1", ports[0].DeviceInfo!.Summary);
        Assert.All(ports, port => Assert.Equal(400, port.ControllerKey));
        Assert.Equal([0, 1], ports.Select(port => port.UnitNumber!.Value));
        Assert.Equal("untried", ports[0].Connectable!.Status);
        Assert.True(ports[0].Connectable!.StartConnected);
        Assert.True(ports[0].Connectable!.AllowGuestControl);
        Assert.False(ports[0].Connectable!.Connected);
        Assert.Equal([9000, 9001], DevicesOf(machine).OfType<VirtualSIOController>().Single().Device);
        Assert.Equal([100, 200, 201, 300, 400], DevicesOf(machine).OfType<VirtualController>().Select(device => device.Key).Order());
        Assert.Equal("[datastore1] db1/db1.vmx", machine.Config.VmPathName);
        Assert.Same(machine, _inventory.Search.FindByPath("DC0/vm/db1"));
    }

    [Fact]
    public async Task Connected_closes_opens_and_opens_anew_while_the_machine_runs()
    {
        var machine = await CreateAsync("db1", Add(-1, "vSPC.py", Proxy));
        var starting = _caller.RunAsync(machine, "PowerOnVM_Task");
        await (await _proxy.AcceptAsync()).ServeAsync();
        await starting;
        Assert.Equal("poweredOn", InventoryCaller.Get<VirtualMachineRuntimeInfo>(machine, "runtime").PowerState);
        Assert.Equal((true, "ok"), StateOf(machine));

        await _caller.ReconfigureAsync(machine, Edit(machine, connected: false));
        Assert.Equal((false, "untried"), StateOf(machine));

        var opening = _caller.ReconfigureAsync(machine, Edit(machine, connected: true));
        await (await _proxy.AcceptAsync()).ServeAsync();
        await opening;
        Assert.Equal((true, "ok"), StateOf(machine));

        opening = _caller.ReconfigureAsync(machine, Edit(machine, connected: true));
        await (await _proxy.AcceptAsync()).ServeAsync();
        await opening;
        Assert.Equal(3, _proxy.Attempts);

        await _caller.ReconfigureAsync(machine);
        await _caller.RunAsync(machine, "Rename_Task", ("newName", VimValue.Of("db2")));
        Assert.Equal(3, _proxy.Attempts);
        Assert.Equal((true, "ok"), StateOf(machine));

        await _caller.RunAsync(machine, "PowerOffVM_Task");
        Assert.Equal((false, "untried"), StateOf(machine));
        await _caller.RunAsync(machine, "Destroy_Task");
        Assert.Null(_inventory.Objects.Find(machine.Reference));
        Assert.Empty(_inventory.Datacenter.VmFolder.Children);
    }

    [Theory]
    [InlineData("sideways", Proxy, "direction")]
    [InlineData("server", "http://127.0.0.1:1", "proxyURI")]
    [InlineData("server", "telnet://user:pw@127.0.0.1:1", "proxyURI")]
    [InlineData("client", null, "serviceURI")]
    public async Task A_backing_that_cannot_be_is_a_fault_that_names_its_property(string direction, string? proxy, string property)
    {
        var machine = await CreateAsync("db1");
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(
            machine,
            Add(-1, "good", Proxy),
            Add(-2, "not a uri", proxy, direction)));

        var backing = Assert.IsType<InvalidDeviceBacking>(fault.Fault);
        Assert.Equal($"deviceChange[1].device.backing.{property}", backing.Property);
        Assert.Equal(1, backing.DeviceIndex);
        Assert.Empty(SerialPortsOf(machine)); // All or nothing.
    }

    [Fact]
    public async Task Thirty_two_serial_ports_are_taken_and_a_thirty_third_is_not()
    {
        var machine = await CreateAsync("db1", [.. Enumerable.Range(0, 32).Select(index => Add(-1 - index, $"port{index}", Proxy))]);
        Assert.Equal(Enumerable.Range(9000, 32), SerialPortsOf(machine).Select(port => port.Key));

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(machine, Add(-1, "one more", Proxy)));
        Assert.IsType<TooManyDevices>(fault.Fault);

        await _caller.ReconfigureAsync(machine, Remove(9007), Add(-1, "in its place", Proxy));
        Assert.Equal("Remote in its place", SerialPortsOf(machine).Single(port => port.Key == 9007).DeviceInfo!.Summary);
    }

    [Fact]
    public async Task A_running_machine_takes_and_loses_no_serial_port()
    {
        _proxy.IsUnreachable = true;
        var machine = await CreateAsync("db1", Add(-1, "db1", Proxy));
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        Assert.Equal((true, "recoverableError"), StateOf(machine));

        foreach (var change in (VirtualDeviceConfigSpec[])[Add(-1, "another", Proxy), Remove(9000)])
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(machine, change));
            Assert.Equal("poweredOn", Assert.IsType<InvalidPowerState>(fault.Fault).ExistingState);
        }

        var twice = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(machine, "PowerOnVM_Task"));
        Assert.IsType<InvalidPowerState>(twice.Fault);
        Assert.IsType<InvalidPowerState>((await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(machine, "Destroy_Task"))).Fault);
    }

    [Fact]
    public async Task A_change_version_that_is_old_fails_and_changes_nothing()
    {
        var machine = await CreateAsync("db1");
        var old = machine.Config.ChangeVersion;
        await _caller.RunAsync(machine, "ReconfigVM_Task", Spec(new VirtualMachineConfigSpec { Annotation = "first", ChangeVersion = old }));
        Assert.NotEqual(old, machine.Config.ChangeVersion);

        var fault = await Assert.ThrowsAsync<VimFaultException>(() =>
            _caller.RunAsync(machine, "ReconfigVM_Task", Spec(new VirtualMachineConfigSpec { Annotation = "second", ChangeVersion = old })));
        Assert.IsType<ConcurrentAccess>(fault.Fault);
        Assert.Equal("first", machine.Config.Annotation);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_not_found_and_a_made_up_device_keeps_what_it_came_with()
    {
        var machine = await CreateAsync("db1", new VirtualDeviceConfigSpec
        {
            Operation = "add",
            Device = new VirtualLsiLogicController { Key = -100, SharedBus = "noSharing" },
        });
        Assert.Equal("noSharing", DevicesOf(machine).OfType<VirtualLsiLogicController>().Single(device => device.Key == 1000).SharedBus);
        Assert.IsType<DeviceNotFound>((await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(machine, Remove(9000)))).Fault);
        Assert.IsType<DuplicateName>((await Assert.ThrowsAsync<VimFaultException>(() => CreateAsync("DB1"))).Fault);
    }

    [Fact]
    public async Task A_machine_that_is_connected_to_no_concentrator_does_not_move_and_a_disconnected_one_does()
    {
        var machine = await CreateAsync("db1", Add(-1, "telnet://127.0.0.1:0", null));
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        var (source, target) = (machine.Host, _inventory.Hosts.First(host => host != machine.Host));

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => MoveAsync(machine, target));
        Assert.Contains("no virtual serial port concentrator", fault.Message, StringComparison.Ordinal);
        Assert.Same(source, machine.Host);

        await _caller.ReconfigureAsync(machine, Edit(machine, connected: false));
        await MoveAsync(machine, target);
        Assert.Same(target, machine.Host);
        Assert.Equal([machine], target.Machines);
        Assert.Empty(source.Machines);
        Assert.IsType<VmMigratedEvent>(InventoryCaller.Get<Event>(_inventory.Events, "latestEvent"));
    }

    [Fact]
    public async Task A_clone_has_the_ports_and_UUIDs_of_its_own()
    {
        var machine = await CreateAsync("db1", Add(-1, "db1", Proxy));
        var result = await _caller.RunAsync(
            machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(_inventory.Datacenter.VmFolder.Reference)),
            ("name", VimValue.Of("db2")),
            ("spec", VimValue.Of(new VirtualMachineCloneSpec { Location = new VirtualMachineRelocateSpec() })));
        var copy = (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;

        Assert.Equal("db2", copy.Name);
        Assert.NotEqual(machine.Config.Uuid, copy.Config.Uuid);
        Assert.NotEqual(machine.Config.InstanceUuid, copy.Config.InstanceUuid);
        Assert.Equal("Remote db1", SerialPortsOf(copy).Single().DeviceInfo!.Summary);
    }

    [Fact]
    public async Task A_port_that_one_spec_removes_and_changes_is_refused_and_nothing_is_done()
    {
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy), Add(-2, "b", Proxy));
        foreach (var changes in (VirtualDeviceConfigSpec[][])[[Remove(9000), Edit(machine, connected: false)], [Remove(9000), Remove(9000)]])
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(machine, changes));
            Assert.Equal(1, Assert.IsType<InvalidDeviceSpec>(fault.Fault).DeviceIndex);
            Assert.Equal([9000, 9001], SerialPortsOf(machine).Select(port => port.Key));
        }
    }

    [Fact]
    public async Task A_device_that_comes_with_its_controller_hangs_on_it()
    {
        var machine = await CreateAsync(
            "db1",
            new VirtualDeviceConfigSpec { Operation = "add", Device = new ParaVirtualSCSIController { Key = -101, SharedBus = "noSharing" } },
            new VirtualDeviceConfigSpec { Operation = "add", Device = new VirtualDevice { Key = -1, ControllerKey = -101 } });

        Assert.Equal(1000, DevicesOf(machine).Single(device => device.Key == 10000).ControllerKey);
    }

    [Fact]
    public async Task A_suspended_machine_takes_no_port_and_says_in_which_state_it_is()
    {
        var machine = await CreateAsync("db1");
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        await _caller.RunAsync(machine, "SuspendVM_Task");

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.ReconfigureAsync(machine, Add(-1, "a", Proxy)));
        Assert.Equal("suspended", Assert.IsType<InvalidPowerState>(fault.Fault).ExistingState);
    }

    [Fact]
    public async Task A_clone_keeps_the_keys_and_is_switched_on_if_asked()
    {
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy), Add(-2, "b", null, "server", "telnet://127.0.0.1:0"), Add(-3, "c", Proxy));
        await _caller.ReconfigureAsync(machine, Remove(9000));
        var result = await _caller.RunAsync(
            machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(_inventory.Datacenter.VmFolder.Reference)),
            ("name", VimValue.Of("db2")),
            ("spec", VimValue.Of(new VirtualMachineCloneSpec
            {
                Location = new VirtualMachineRelocateSpec(),
                Config = new VirtualMachineConfigSpec { DeviceChange = [Remove(9002)] },
                PowerOn = true,
            })));
        var copy = (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;

        Assert.Equal([9001], SerialPortsOf(copy).Select(port => port.Key));
        Assert.Equal([9001, 9002], SerialPortsOf(machine).Select(port => port.Key));
        Assert.True(copy.Machine.IsPoweredOn);
    }

    [Fact]
    public async Task A_clone_with_a_guest_that_is_none_is_refused()
    {
        var machine = await CreateAsync("db1");
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(
            machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(_inventory.Datacenter.VmFolder.Reference)),
            ("name", VimValue.Of("db2")),
            ("spec", VimValue.Of(new VirtualMachineCloneSpec
            {
                Location = new VirtualMachineRelocateSpec(),
                Config = new VirtualMachineConfigSpec { ExtraConfig = [new OptionValue { Key = "portside.guest", Value = VimValue.Of("no such guest") }] },
            }))));
        Assert.IsType<InvalidArgument>(fault.Fault);
        Assert.Null(_inventory.Search.FindByPath("DC0/vm/db2"));
    }

    [Fact]
    public async Task A_clone_goes_where_its_location_says_with_the_devices_it_says()
    {
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy), Add(-2, "b", Proxy));
        var folder = _inventory.Datacenter.VmFolder.NewFolder("copies");
        var edited = SerialPortsOf(machine)[1];
        edited.Backing = ((VirtualSerialPort)Add(-1, "by location", Proxy).Device!).Backing;
        var other = _inventory.Hosts.Single(host => host != machine.Host);
        var result = await _caller.RunAsync(
            machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(_inventory.Datacenter.VmFolder.Reference)),
            ("name", VimValue.Of("db1")), // A name that the call's own folder has no room for.
            ("spec", VimValue.Of(new VirtualMachineCloneSpec
            {
                Location = new VirtualMachineRelocateSpec
                {
                    Folder = folder.Reference,
                    Host = other.Reference,
                    Pool = _inventory.Compute.Pool.Reference,
                    DeviceChange = [Remove(9000), new VirtualDeviceConfigSpec { Operation = "edit", Device = edited }],
                },
                Config = new VirtualMachineConfigSpec { DeviceChange = [Add(-1, "by config", Proxy)] },
            })));
        var copy = (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;

        Assert.Same(folder, copy.Parent);
        Assert.Same(other, copy.Host);
        Assert.Equal(["Remote by config", "Remote by location"], SerialPortsOf(copy).Select(port => port.DeviceInfo!.Summary));
        Assert.Equal(["Remote a", "Remote b"], SerialPortsOf(machine).Select(port => port.DeviceInfo!.Summary));
    }

    [Fact]
    public async Task A_clone_whose_location_cannot_be_is_refused_and_nothing_is_left()
    {
        var machine = await CreateAsync("db1");
        foreach (var location in (VirtualMachineRelocateSpec[])
        [
            new() { Folder = new("Folder", "group-v999") },
            new() { Folder = _inventory.RootFolder.Reference },
            new() { Host = new("HostSystem", "host-999") },
            new() { Pool = new("ResourcePool", "resgroup-999") },
            new() { DeviceChange = [Remove(9000)] },
        ])
        {
            await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(
                machine,
                "CloneVM_Task",
                ("folder", VimValue.Of(_inventory.Datacenter.VmFolder.Reference)),
                ("name", VimValue.Of("db2")),
                ("spec", VimValue.Of(new VirtualMachineCloneSpec { Location = location }))));
            Assert.Null(_inventory.Search.FindByPath("DC0/vm/db2"));
            Assert.Equal([machine], _inventory.Machines);
        }
    }

    [Fact]
    public async Task A_relocation_moves_to_host_and_folder_and_changes_devices_in_one_go()
    {
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy), Add(-2, "b", Proxy));
        var folder = _inventory.Datacenter.VmFolder.NewFolder("moved");
        var other = _inventory.Hosts.Single(host => host != machine.Host);
        var changeVersion = machine.Config.ChangeVersion;
        var edit = Edit(machine, connected: false);
        edit.Device!.Connectable!.StartConnected = false;

        await RelocateAsync(machine, new VirtualMachineRelocateSpec
        {
            Host = other.Reference,
            Folder = folder.Reference,
            DeviceChange = [edit, Remove(9001), Add(-1, "c", Proxy)],
        });

        Assert.Same(other, machine.Host);
        Assert.Same(folder, machine.Parent);
        Assert.Same(machine, _inventory.Search.FindByPath("DC0/vm/moved/db1"));
        Assert.Null(_inventory.Search.FindByPath("DC0/vm/db1"));
        Assert.Equal(["Remote a", "Remote c"], SerialPortsOf(machine).Select(port => port.DeviceInfo!.Summary));
        Assert.Equal([false, true], SerialPortsOf(machine).Select(port => port.Connectable!.StartConnected));
        Assert.NotEqual(changeVersion, machine.Config.ChangeVersion);
    }

    [Fact]
    public async Task A_relocation_that_cannot_be_leaves_all_as_it_was()
    {
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy));
        var folder = _inventory.Datacenter.VmFolder.NewFolder("moved");
        var full = _inventory.Datacenter.VmFolder.NewFolder("full");
        full.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
        var (host, config) = (machine.Host, machine.Config);
        var other = _inventory.Hosts.Single(candidate => candidate != host);
        foreach (var (spec, fault) in ((VirtualMachineRelocateSpec, Type)[])
        [
            (new() { DeviceChange = [Edit(machine, connected: true), Remove(9007)] }, typeof(DeviceNotFound)),
            (new() { DeviceChange = [Add(-1, "b", "http://127.0.0.1:1")] }, typeof(InvalidDeviceBacking)),
            (new() { Folder = full.Reference, DeviceChange = [Remove(9000)] }, typeof(DuplicateName)),
            (new() { Folder = new("Folder", "group-v999"), DeviceChange = [Remove(9000)] }, typeof(ManagedObjectNotFound)),
            (new() { Folder = _inventory.RootFolder.Reference, DeviceChange = [Remove(9000)] }, typeof(NotSupported)),
            (new() { Datastore = new("Datastore", "datastore-999"), DeviceChange = [Remove(9000)] }, typeof(ManagedObjectNotFound)),
        ])
        {
            spec.Host = other.Reference;
            spec.Folder ??= folder.Reference;
            var thrown = await Assert.ThrowsAsync<VimFaultException>(() => RelocateAsync(machine, spec));
            Assert.IsType(fault, thrown.Fault);
            Assert.Same(host, machine.Host);
            Assert.Same(_inventory.Datacenter.VmFolder, machine.Parent);
            Assert.Same(config, machine.Config);
            Assert.Equal(["Remote a"], SerialPortsOf(machine).Select(port => port.DeviceInfo!.Summary));
        }

        await _caller.RunAsync(folder, "Destroy_Task"); // No name is kept in it.
    }

    [Fact]
    public async Task A_running_machine_is_relocated_with_its_other_devices_changed_and_not_its_ports()
    {
        _proxy.IsUnreachable = true;
        var machine = await CreateAsync("db1", Add(-1, "a", Proxy));
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        var (host, attempts) = (machine.Host, _proxy.Attempts);
        var other = _inventory.Hosts.Single(candidate => candidate != host);
        var card = new VirtualDeviceConfigSpec { Operation = "add", Device = new VirtualDevice { Key = -1 } };

        foreach (var change in (VirtualDeviceConfigSpec[])[Edit(machine, connected: true), Remove(9000), Add(-1, "b", Proxy)])
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => RelocateAsync(
                machine,
                new VirtualMachineRelocateSpec { Host = other.Reference, DeviceChange = [card, change] }));
            Assert.IsType<NotSupported>(fault.Fault);
            Assert.Contains("spec.deviceChange[1]", fault.Message, StringComparison.Ordinal);
            Assert.Same(host, machine.Host);
            Assert.Equal(attempts, _proxy.Attempts);
            Assert.DoesNotContain(DevicesOf(machine), device => device.Key == 10000);
        }

        await _caller.ReconfigureAsync(machine, Edit(machine, connected: false));
        await RelocateAsync(machine, new VirtualMachineRelocateSpec { Host = other.Reference, DeviceChange = [card] });
        Assert.Same(other, machine.Host);
        Assert.Contains(DevicesOf(machine), device => device.Key == 10000);
    }

    [Fact]
    public async Task A_vMotion_that_fails_leaves_the_machine_in_its_folder_and_its_name_free_in_the_other()
    {
        var machine = await CreateAsync("db1", Add(-1, "tcp://127.0.0.1:0", null));
        var folder = _inventory.Datacenter.VmFolder.NewFolder("moved");
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        Assert.Equal((true, "ok"), StateOf(machine));

        await Assert.ThrowsAsync<VimFaultException>(() => RelocateAsync(machine, new VirtualMachineRelocateSpec
        {
            Host = _inventory.Hosts.Single(host => host != machine.Host).Reference,
            Folder = folder.Reference,
        }));

        Assert.Same(_inventory.Datacenter.VmFolder, machine.Parent);
        Assert.Empty(folder.Children);
        folder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
    }

    [Fact]
    public async Task File_backing_really_writes()
    {
        var machine = await CreateAsync("db1", new VirtualDeviceConfigSpec
        {
            Operation = "add",
            Device = new VirtualSerialPort { Backing = new VirtualSerialPortFileBackingInfo { FileName = "[datastore1] db1/serial.log" } },
        });
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        await machine.Machine.Devices[0].WriteAsync("hello"u8.ToArray(), CancellationToken.None);
        await _caller.RunAsync(machine, "PowerOffVM_Task");
        Assert.EndsWith("hello", await File.ReadAllTextAsync(Path.Combine(_directory.Path, "db1/serial.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_has_so_many_bytes_and_no_more_and_that_is_said_once()
    {
        var events = new EventRecorder();
        using var loggers = new Recording(events);
        await using var inventory = new HostInventory(new HostInventoryOptions
        {
            MachineHost = new MachineHost { MaxFileBytes = 8 },
            DatastoreDirectory = _directory.Path,
            DefaultGuest = "none", // It alone says what is written.
            Loggers = loggers,
        });
        using var caller = new InventoryCaller(inventory);
        var machine = inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec
        {
            Name = "db1",
            DeviceChange =
            [
                new VirtualDeviceConfigSpec
                {
                    Operation = "add",
                    Device = new VirtualSerialPort { Backing = new VirtualSerialPortFileBackingInfo { FileName = "[datastore1] db1/serial.log" } },
                },
            ],
        });
        var file = Path.Combine(_directory.Path, "db1/serial.log");
        await caller.RunAsync(machine, "PowerOnVM_Task");
        foreach (var text in (string[])["12345", "67890", "more"])
            await machine.Machine.Devices[0].WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None);
        Assert.Equal("12345678", await File.ReadAllTextAsync(file));
        Assert.Equal("ok", StateOf(machine).Status);
        var full = Assert.Single(events.Events, logged => logged.Id == 1015);
        Assert.Contains("'[datastore1] db1/serial.log' has 8 bytes", full.Text, StringComparison.Ordinal);

        // Emptied by its owner it takes more, and is full anew.
        await File.WriteAllTextAsync(file, "");
        foreach (var text in (string[])["abcd", "efghi"])
            await machine.Machine.Devices[0].WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None);
        Assert.Equal("abcdefgh", await File.ReadAllTextAsync(file));
        Assert.Equal(2, events.Events.Count(logged => logged.Id == 1015));
        await caller.RunAsync(machine, "PowerOffVM_Task");
    }

    [Fact]
    public async Task What_is_no_file_is_not_waited_for_behind_a_serial_port()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        using (var made = Process.Start("mkfifo", Path.Combine(_directory.Path, "pipe")))
            await made.WaitForExitAsync();
        var machine = await CreateAsync("db1", new VirtualDeviceConfigSpec
        {
            Operation = "add",
            Device = new VirtualSerialPort { Backing = new VirtualSerialPortFileBackingInfo { FileName = "[datastore1] pipe" } },
        });
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        Assert.Equal((true, "recoverableError"), StateOf(machine));
        Assert.Equal("It is not a regular file.", machine.Machine.Devices[0].StatusText);
    }

    [Fact]
    public async Task A_user_who_may_only_look_changes_nothing()
    {
        var machine = await CreateAsync("db1");
        using var reader = new InventoryCaller(_inventory, new HostUser("reader", "pw", ReadOnly: true));
        foreach (var method in (string[])["PowerOnVM_Task", "Destroy_Task"])
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => reader.RunAsync(machine, method));
            Assert.Equal(machine.Reference, Assert.IsType<NoPermission>(fault.Fault).Object);
        }
    }

    [Fact]
    public async Task A_host_by_itself_has_its_own_ids_and_moves_nothing()
    {
        await using var alone = new HostInventory(new HostInventoryOptions { IsVCenter = false });
        Assert.Equal("HostAgent", alone.About.ApiType);
        Assert.Equal("ha-folder-root", alone.RootFolder.Reference.Value);
        Assert.Equal("ha-host", Assert.Single(alone.Hosts).Reference.Value);
        Assert.Equal("ComputeResource", alone.Compute.Reference.Type);
    }

    [Fact]
    public async Task A_host_by_itself_clones_nothing_and_makes_no_folders()
    {
        await using var alone = new HostInventory(new HostInventoryOptions { IsVCenter = false });
        using var caller = new InventoryCaller(alone);
        var machine = alone.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });

        Assert.IsType<NotSupported>((await Assert.ThrowsAsync<VimFaultException>(() => caller.CallAsync(
            machine,
            "CloneVM_Task",
            ("folder", VimValue.Of(alone.Datacenter.VmFolder.Reference)),
            ("name", VimValue.Of("db2")),
            ("spec", VimValue.Of(new VirtualMachineCloneSpec { Location = new VirtualMachineRelocateSpec() }))))).Fault);
        Assert.IsType<NotSupported>((await Assert.ThrowsAsync<VimFaultException>(() => caller.CallAsync(
            alone.Datacenter.VmFolder, "CreateFolder", ("name", VimValue.Of("web"))))).Fault);
        Assert.Same(machine, Assert.Single(alone.Datacenter.VmFolder.Children));
    }

    [Theory]
    [InlineData("vSPC", "remoteSerialPort", true)]
    [InlineData("remoteSerialPort", "vSPC", false)]
    public async Task A_rule_set_that_is_off_keeps_ports_of_its_host_from_dialling_until_it_is_on(string key, string other, bool isProxied)
    {
        using var remote = new TcpListener(IPAddress.Loopback, 0);
        remote.Start();
        var machine = await CreateAsync("db1", isProxied ? Add(-1, "vSPC.py", Proxy) : Add(-1, "a", null, "client", $"tcp://{remote.LocalEndpoint}"));
        foreach (var host in _inventory.Hosts)
            await _caller.CallAsync(host.Firewall, "DisableRuleset", ("id", VimValue.Of(host == machine.Host ? key : other)));

        await _caller.RunAsync(machine, "PowerOnVM_Task");

        var device = machine.Machine.Devices[0];
        Assert.Equal(ConnectionStatus.RecoverableError, device.Status);
        Assert.Contains($"cannot be reached: the firewall of {machine.Host.Name} lets nothing out (rule set {key} is off).", device.StatusText, StringComparison.Ordinal);
        Assert.True(device.Connected);
        Assert.Equal(0, _proxy.Attempts);
        Assert.False(remote.Pending());

        await _caller.CallAsync(machine.Host.Firewall, "EnableRuleset", ("id", VimValue.Of(key)));
        if (isProxied)
            await (await _proxy.AcceptAsync()).ServeAsync();
        using var line = isProxied ? null : await remote.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(120));
        await device.WaitForAsync(port => port.Status == ConnectionStatus.Ok).WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData("VirtualSerialPrt", false)]
    [InlineData("VirtualDeviceConfigSpec2", false)]
    [InlineData("VirtualVmxnet3", true)]
    [InlineData("VirtualCdrom", true)]
    [InlineData("VirtualParallelPort", true)]
    [InlineData("VirtualTPM", true)]
    public async Task A_device_is_added_only_if_its_type_is_one(string type, bool isOne)
    {
        var machine = await CreateAsync("db1");
        var count = DevicesOf(machine).Count;
        var spec = $"""
            <spec><deviceChange><operation>add</operation><device xsi:type="{type}"><key>-1</key></device></deviceChange><hologram>unknown elements do no harm</hologram></spec>
            """;
        using var message = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"""
            <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body>
            <ReconfigVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">{machine.Reference.Value}</_this>{spec}</ReconfigVM_Task></Body></Envelope>
            """));
        var read = (await SoapRequest.ReadAsync(message)).Required("spec", VimKinds.Object<VirtualMachineConfigSpec>());

        var change = _caller.RunAsync(machine, "ReconfigVM_Task", ("spec", VimValue.Of(read)));

        if (isOne)
        {
            await change;
        }
        else
        {
            var failed = await Assert.ThrowsAsync<VimFaultException>(() => change);
            Assert.Equal(("deviceChange[0].device", 0), (Assert.IsType<InvalidDeviceSpec>(failed.Fault).Property, ((InvalidDeviceSpec)failed.Fault).DeviceIndex));
            Assert.Contains($"'{type}'", failed.Message, StringComparison.Ordinal);
        }

        Assert.Equal(count + (isOne ? 1 : 0), DevicesOf(machine).Count);
    }

    private static VirtualDeviceConfigSpec Add(int key, string service, string? proxy, string direction = "server", string? serviceUri = null) => new()
    {
        Operation = "add",
        Device = new VirtualSerialPort
        {
            Key = key,
            YieldOnPoll = true,
            Backing = new VirtualSerialPortURIBackingInfo
            {
                ServiceUri = serviceUri ?? service,
                Direction = direction,
                ProxyUri = proxy,
            },
        },
    };

    private static VirtualDeviceConfigSpec Remove(int key) => new() { Operation = "remove", Device = new VirtualSerialPort { Key = key } };

    /// <summary>As clients do it: the whole device goes back with one flag changed.</summary>
    private static VirtualDeviceConfigSpec Edit(MachineEntity machine, bool connected)
    {
        var device = SerialPortsOf(machine)[0];
        device.Connectable!.Connected = connected;
        return new VirtualDeviceConfigSpec { Operation = "edit", Device = device };
    }

    private static (string Name, VimValue? Value) Spec(VirtualMachineConfigSpec spec) => ("spec", VimValue.Of(spec));

    private static IReadOnlyList<VirtualDevice> DevicesOf(MachineEntity machine) =>
        InventoryCaller.Get<VirtualMachineConfigInfo>(machine, "config").Hardware.Device;

    private static List<VirtualSerialPort> SerialPortsOf(MachineEntity machine) => [.. DevicesOf(machine).OfType<VirtualSerialPort>()];

    private static (bool Connected, string? Status) StateOf(MachineEntity machine)
    {
        var port = SerialPortsOf(machine).Single().Connectable!;
        return (port.Connected, port.Status);
    }

    private Task<VimValue?> MoveAsync(MachineEntity machine, HostEntity target) => _caller.RunAsync(
        machine,
        "MigrateVM_Task",
        ("host", VimValue.Of(target.Reference)),
        ("priority", VimValue.Of("defaultPriority")));

    private Task<VimValue?> RelocateAsync(MachineEntity machine, VirtualMachineRelocateSpec spec) =>
        _caller.RunAsync(machine, "RelocateVM_Task", ("spec", VimValue.Of(spec)));

    private async Task<MachineEntity> CreateAsync(string name, params VirtualDeviceConfigSpec[] changes)
    {
        var result = await _caller.RunAsync(
            _inventory.Datacenter.VmFolder,
            "CreateVM_Task",
            ("config", VimValue.Of(new VirtualMachineConfigSpec { Name = name, DeviceChange = changes })),
            ("pool", VimValue.Of(_inventory.Compute.Pool.Reference)));
        return (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;
    }

    private sealed class Recording(EventRecorder events) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => events;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
