using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;
using Portside.VSphere.Tests.Client;
using Reply = Portside.VSphere.Tests.Client.ScriptedVimServer.Reply;

namespace Portside.VSphere.Tests.SerialPorts;

/// <summary>The inventory as it is read, and machines as they are found in it.</summary>
public sealed class InventoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_inventory_is_read_in_one_pass_whatever_its_order()
    {
        await using var server = new ScriptedVimServer();
        var inventory = await ReadAsync(server);
        Assert.Equal(["/DC0/vm/a%/web-1", "/DC0/vm/db", "/DC0/vm/prod/web-1", "/DC0/vm/prod/x/y"], inventory.Machines.Select(machine => machine.Path));
        var web = inventory.Machines[2];
        Assert.Equal(("esx1", "poweredOn", "5029c440-0000-0000-0000-000000000001"), (web.HostName, web.PowerState, web.InstanceUuid));
        Assert.Equal((9000, "vSPC.py"), (Assert.Single(web.Ports).Key, web.Ports[0].ServiceUri));
        Assert.Equal(1, web.OtherPorts);
        Assert.False(inventory.Machines[1].IsReadable);
        Assert.Equal(["CreateContainerView", "RetrievePropertiesEx", "DestroyView"], server.Calls.Skip(3).Take(3));
    }

    [Theory]
    [InlineData("db", "/DC0/vm/db")]
    [InlineData("DB", "/DC0/vm/db")]
    [InlineData("prod/web-1", "/DC0/vm/prod/web-1")]
    [InlineData("/DC0/vm/prod/web-1", "/DC0/vm/prod/web-1")]
    [InlineData("5029C440-0000-0000-0000-000000000001", "/DC0/vm/prod/web-1")]
    [InlineData("moid:vm-3", "/DC0/vm/db")]
    [InlineData("web-*", "/DC0/vm/a%/web-1 /DC0/vm/prod/web-1")]
    [InlineData("folder:prod", "/DC0/vm/prod/web-1 /DC0/vm/prod/x/y")]
    [InlineData("/DC0/vm/prod/", "/DC0/vm/prod/web-1 /DC0/vm/prod/x/y")]
    [InlineData("tag:t", "/DC0/vm/db")]
    public async Task Machines_are_found_by_what_people_write(string text, string paths)
    {
        await using var server = new ScriptedVimServer();
        var found = MachineSelector.Find(await ReadAsync(server), text, tag => new HashSet<string>(tag == "t" ? ["vm-3"] : []));
        Assert.Null(found.Problem);
        Assert.Equal(paths.Split(' '), found.Machines.Select(machine => machine.Path));
    }

    [Theory]
    [InlineData("web-1", "fits 2 machines", 2)]
    [InlineData("web", "there is no machine 'web'", 2)]
    [InlineData("nobody", "there is no machine 'nobody'", 0)]
    [InlineData("no*", "no machine's name is like this", 0)]
    [InlineData("folder:nowhere", "there is no such folder", 0)]
    public async Task What_fits_none_or_several_names_the_candidates(string text, string problem, int candidates)
    {
        await using var server = new ScriptedVimServer();
        var found = MachineSelector.Find(await ReadAsync(server), text);
        Assert.Empty(found.Machines);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
        Assert.Equal(candidates, found.Candidates?.Count ?? 0);
    }

    [Theory]
    [InlineData("dc", "db", "db y", "/DC0/vm/db")]
    [InlineData("prod/wbe-1", "web-1", "web-1 web-1", "/DC0/vm/a%/web-1 /DC0/vm/prod/web-1")]
    [InlineData("/DC0/vm/prod/d", "db", "db y", "/DC0/vm/db")]
    public async Task A_name_that_is_no_machines_is_compared_once_with_those_that_are_as_long(string text, string nearest, string compared, string paths)
    {
        await using var server = new ScriptedVimServer();
        var asked = new List<string>();
        var found = MachineSelector.Find(await ReadAsync(server), text, null, (word, names) =>
        {
            asked.Add($"{word}: {string.Join(' ', names)}");
            return nearest;
        });
        Assert.Equal($"{text[(text.LastIndexOf('/') + 1)..]}: {compared}", Assert.Single(asked));
        Assert.Equal($"there is no machine '{text}'; did you mean", found.Problem);
        Assert.Empty(found.Machines);
        Assert.Equal(paths.Split(' '), found.Candidates!.Select(machine => machine.Path));
    }

    [Fact]
    public async Task A_folder_of_a_name_like_the_one_that_was_written_is_named()
    {
        await using var server = new ScriptedVimServer();
        var inventory = await ReadAsync(server);
        foreach (var text in (string[])["folder:prdo", "/DC0/vm/prdo/"])
            Assert.Equal($"'{text}': there is no such folder; one that is called prod is /DC0/vm/prod/", MachineSelector.Find(inventory, text, null, (_, names) => names.First(name => name == "prod")).Problem);
    }

    [Theory]
    [InlineData("5029c440-0000-0000-0000-000000000009")]
    [InlineData("moid:vm-9")]
    [InlineData("w*")]
    [InlineData("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww")]
    public async Task What_is_no_name_is_compared_with_none(string text)
    {
        await using var server = new ScriptedVimServer();
        MachineSelector.Find(await ReadAsync(server), text, null, (word, _) => throw new InvalidOperationException(word));
    }

    [Fact]
    public async Task A_change_sends_the_device_back_with_what_a_newer_server_put_in_and_the_version_it_was_read_at()
    {
        await using var server = new ScriptedVimServer();
        var sent = new TaskCompletionSource<string>();
        server.On("ReconfigVM_Task", request =>
        {
            var spec = request.Required("spec", Schema.VimKinds.Object<Contracts.VirtualMachineConfigSpec>());
            var change = Assert.Single(spec.DeviceChange);
            var device = Assert.IsType<Contracts.VirtualSerialPort>(change.Device);
            sent.TrySetResult($"{spec.ChangeVersion} {change.Operation} {device.Key} {device.DeviceInfo?.Label} {device.UnitNumber} {device.Connectable?.Connected} {Assert.Single(device.Unknown).Name.LocalName}");
            return ScriptedVimServer.Fault("GenericVmConfigFault", "enough", "<reason>seen</reason>");
        });
        await using var session = await ConnectAsync(server);
        var inventory = await ReadAsync(server, session);
        await Assert.ThrowsAsync<VSphereFaultException>(() => new PortApplier(session).ApplyAsync(
            inventory.Machines[2], [new PortWish { ProxyUri = "telnet://new:1" }], null, null, default).WaitAsync(Patience));
        Assert.Equal("v7 edit 9000 Serial port 1 0 True migrateNow", await sent.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_machine_that_was_changed_by_somebody_else_is_read_again_and_tried_again()
    {
        await using var server = new ScriptedVimServer();
        var tries = 0;
        server.On("ReconfigVM_Task", _ => ++tries == 1
            ? ScriptedVimServer.Fault("ConcurrentAccess", "Changed meanwhile.")
            : ScriptedVimServer.Fault("GenericVmConfigFault", "enough", "<reason>seen</reason>"));
        await using var session = await ConnectAsync(server);
        var machine = (await ReadAsync(server, session)).Machines[2];
        await Assert.ThrowsAsync<VSphereFaultException>(() => new PortApplier(session).ApplyAsync(
            machine, [new PortWish { ProxyUri = "telnet://new:1" }], null, null, default).WaitAsync(Patience));
        Assert.Equal(2, tries);
    }

    private static Task<VSphereSession> ConnectAsync(ScriptedVimServer server) =>
        VSphereSession.ConnectAsync(new VSphereOptions { Url = server.Url, UserName = "alice", Password = "secret" }).WaitAsync(Patience);

    private static async Task<Inventory> ReadAsync(ScriptedVimServer server, VSphereSession? session = null)
    {
        server.On("RetrievePropertiesEx", _ => new Reply($"""
            <returnval>
            {Machine("vm-1", "web-1", "group-v4", Readable)}
            {Machine("vm-2", "web-1", "group-v5", "")}
            {Machine("vm-3", "db", "group-v3", "")}
            {Machine("vm-4", "y", "group-v6", "")}
            <objects><obj type="HostSystem">host-1</obj>{Text("name", "esx1")}{Reference("parent", "ClusterComputeResource", "domain-c1")}</objects>
            {Folder("group-v6", "x", "Folder", "group-v4")}{Folder("group-v4", "prod", "Folder", "group-v3")}{Folder("group-v5", "a%25", "Folder", "group-v3")}
            {Folder("group-v3", "vm", "Datacenter", "datacenter-2")}
            <objects><obj type="Datacenter">datacenter-2</obj>{Text("name", "DC0")}{Reference("parent", "Folder", "group-d1")}</objects>
            </returnval>
            """));
        if (session is not null)
            return await Inventory.ReadAsync(session, null, default).WaitAsync(Patience);
        await using var own = await ConnectAsync(server);
        return await Inventory.ReadAsync(own, null, default).WaitAsync(Patience);
    }

    private static string Readable => Text("config.instanceUuid", "5029c440-0000-0000-0000-000000000001") + Text("config.changeVersion", "v7") + """
        <propSet><name>config.hardware.device</name><val xsi:type="ArrayOfVirtualDevice">
        <VirtualDevice xsi:type="VirtualSerialPort"><key>9001</key><backing xsi:type="VirtualSerialPortFileBackingInfo"><fileName>[ds] a</fileName></backing><yieldOnPoll>true</yieldOnPoll></VirtualDevice>
        <VirtualDevice xsi:type="VirtualSerialPort"><key>9000</key><deviceInfo xsi:type="Description"><label>Serial port 1</label><summary>s</summary></deviceInfo>
          <backing xsi:type="VirtualSerialPortURIBackingInfo"><serviceURI>vSPC.py</serviceURI><direction>server</direction><proxyURI>telnet://old:1</proxyURI></backing>
          <connectable><startConnected>true</startConnected><allowGuestControl>true</allowGuestControl><connected>true</connected><status>ok</status></connectable>
          <controllerKey>400</controllerKey><unitNumber>0</unitNumber><yieldOnPoll>true</yieldOnPoll><migrateNow>true</migrateNow></VirtualDevice></val></propSet>
        """;

    private static string Machine(string id, string name, string folder, string more) => $"""
        <objects><obj type="VirtualMachine">{id}</obj>{Text("name", name)}{Reference("parent", "Folder", folder)}{Reference("runtime.host", "HostSystem", "host-1")}
        <propSet><name>runtime.powerState</name><val xsi:type="VirtualMachinePowerState">poweredOn</val></propSet>{more}</objects>
        """;

    private static string Folder(string id, string name, string parentType, string parent) =>
        $"""<objects><obj type="Folder">{id}</obj>{Text("name", name)}{Reference("parent", parentType, parent)}</objects>""";

    private static string Text(string name, string value) => $"""<propSet><name>{name}</name><val xsi:type="xsd:string">{value}</val></propSet>""";

    private static string Reference(string name, string type, string value) =>
        $"""<propSet><name>{name}</name><val xsi:type="ManagedObjectReference" type="{type}">{value}</val></propSet>""";
}
