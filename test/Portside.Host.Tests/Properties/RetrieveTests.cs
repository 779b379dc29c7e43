using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;
using static Portside.Host.Tests.Properties.TestClient;

namespace Portside.Host.Tests.Properties;

public sealed class RetrieveTests
{
    private readonly TestInventory _inventory = new(3);
    private readonly TestClient _client;

    public RetrieveTests() => _client = _inventory.Login();

    [Fact]
    public async Task Properties_are_read_by_type_and_unset_ones_are_left_out()
    {
        var read = await _client.RetrieveAsync(
            Paths("VirtualMachine", "name", "config.version", "layout", "parentVApp") + From(_inventory.Children[0].Reference));

        Assert.Equal(["vm-101 name=m1 config.version=vmx-13"], read.Objects);
    }

    [Fact]
    public async Task An_object_with_nothing_set_is_there_and_one_of_another_type_is_not()
    {
        var read = await _client.RetrieveAsync(
            Paths("VirtualMachine", "layout") + Paths("VirtualApp", "name") + From(_inventory.Children[0].Reference) + From(_inventory.Root.Reference));

        Assert.Equal(["vm-101"], read.Objects);
    }

    [Fact]
    public async Task All_reads_every_property_that_is_set()
    {
        var task = _inventory.New(FakeObject.Task, "task-1");
        task["info"] = VimValue.Of(new TaskInfo { Key = "task-1", State = "running", Reason = new TaskReasonSystem(), Task = task.Reference });

        var read = await _client.RetrieveAsync($"<propSet><type>Task</type><all>true</all></propSet>{From(task.Reference)}");
        Assert.Equal(["task-1 info=<TaskInfo>"], read.Objects);
        var all = await _client.RetrieveAsync($"<propSet><type>ManagedEntity</type><all>1</all></propSet>{From(_inventory.Children[0].Reference)}");
        Assert.Equal(["vm-101 name=m1 parent=group-v3 config=<VirtualMachineConfigInfo> runtime=<VirtualMachineRuntimeInfo>"], all.Objects);
    }

    [Fact]
    public async Task The_way_up_is_walked_by_a_traversal_that_selects_itself()
    {
        // govmomi's ancestors of an object.
        var read = await _client.RetrieveAsync(
            Paths("ManagedEntity", "name", "parent") + Paths("VirtualMachine", "parentVApp")
            + From(_inventory.Children[1].Reference, Along("ManagedEntity", "parent", "<skip>false</skip><selectSet><name>traverseParent</name></selectSet>", "traverseParent")
                + Along("VirtualMachine", "parentVApp", "<skip>false</skip><selectSet><name>traverseParent</name></selectSet>"), skip: false));

        Assert.Equal(
            ["vm-102 name=m2 parent=group-v3", "group-v3 name=vm parent=datacenter-2", "datacenter-2 name=DC0 parent=group-d1", "group-d1 name=Datacenters"],
            read.Objects);
    }

    [Fact]
    public async Task Children_of_any_kind_are_found_though_most_of_the_types_have_no_objects_here()
    {
        // govmomi's children of an object, with types that this server has none of.
        var spec = Paths("Folder", "name", "childType") + Paths("Datacenter", "name") + Paths("VirtualApp", "name") + Paths("VirtualMachine", "name")
            + Paths("Network", "name") + Paths("ComputeResource", "name", "resourcePool") + Paths("ClusterComputeResource", "name")
            + Paths("Datastore", "name") + Paths("DistributedVirtualSwitch", "name") + Paths("StoragePod", "name");
        var selection = Along("Folder", "childEntity", "<skip>false</skip>")
            + Along("Datacenter", "vmFolder") + Along("Datacenter", "hostFolder") + Along("Datacenter", "datastoreFolder") + Along("Datacenter", "networkFolder")
            + Along("ComputeResource", "host") + Along("ComputeResource", "resourcePool") + Along("VirtualApp", "vm") + Along("StoragePod", "childEntity");

        Assert.Equal(
            ["vm-101 name=m1", "vm-102 name=m2", "vm-103 name=m3"],
            (await _client.RetrieveAsync(spec + From(_inventory.VmFolder.Reference, selection, skip: true))).Objects);
        Assert.Equal(
            ["group-v3 name=vm", "group-h4 name=host"],
            (await _client.RetrieveAsync(spec + From(_inventory.Datacenter.Reference, selection, skip: true))).Objects);
        Assert.Equal(
            ["domain-c7 name=C0 resourcePool=resgroup-8"],
            (await _client.RetrieveAsync(spec + From(_inventory.HostFolder.Reference, selection, skip: true))).Objects);
        Assert.Equal(
            ["domain-c7 name=C0 resourcePool=resgroup-8", "host-21 name=host1", "host-22 name=host2", "resgroup-8 name=Resources"],
            (await _client.RetrieveAsync(spec + Paths("HostSystem", "name") + Paths("ResourcePool", "name") + From(_inventory.Cluster.Reference, selection, skip: false))).Objects);
    }

    [Fact]
    public async Task Each_object_of_a_walk_through_everything_comes_once_in_the_order_of_the_walk()
    {
        var read = await _client.RetrieveAsync(Paths("ManagedEntity", "name") + From(_inventory.Root.Reference, AllTraversals));

        Assert.Equal(
            [
                "group-d1 name=Datacenters", "datacenter-2 name=DC0", "group-v3 name=vm", "vm-101 name=m1", "vm-102 name=m2", "vm-103 name=m3",
                "group-h4 name=host", "domain-c7 name=C0", "host-21 name=host1", "host-22 name=host2", "resgroup-8 name=Resources",
            ],
            read.Objects);
    }

    [Fact]
    public async Task What_is_skipped_on_one_way_is_reported_when_another_way_leads_to_it()
    {
        var read = await _client.RetrieveAsync(
            Paths("VirtualMachine", "name")
            + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity", "<skip>true</skip>"))
            + From(_inventory.Children[2].Reference));

        Assert.Equal(["vm-103 name=m3"], read.Objects);
    }

    [Fact]
    public async Task Machines_of_a_container_view_come_with_their_devices()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        var read = await _client.RetrieveAsync(Paths("VirtualMachine", "name", "runtime.powerState", "config.hardware.device") + FromView(view));

        Assert.Equal([.. Enumerable.Range(1, 3).Select(i => $"vm-{100 + i} name=m{i} runtime.powerState=poweredOff config.hardware.device=<ArrayOfVirtualDevice>")], read.Objects);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_tokens_while_machines_come_and_go()
    {
        var first = await _client.RetrieveAsync(
            Paths("VirtualMachine", "name") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity")), "RetrievePropertiesEx", "<options><maxObjects>1</maxObjects></options>");
        _inventory.Create();
        _inventory.Children[1].Named("renamed");
        var second = await _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{first.Token}</token>");
        var third = await _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{second.Token}</token>");

        Assert.Equal(["vm-101 name=m1"], first.Objects);
        Assert.Equal(["vm-102 name=renamed"], second.Objects);
        Assert.Equal(["vm-103 name=m3"], third.Objects);
        Assert.Null(third.Token);
        await Assert.ThrowsAsync<VimFaultException>(() => _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{first.Token}</token>"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<options/>")]
    [InlineData("<options><maxObjects>100000</maxObjects></options>")]
    public async Task A_page_has_a_size_whatever_its_client_wants(string options)
    {
        for (var i = 0; i < 30; i++)
            _inventory.Create()["layout"] = VimValue.Of(new string('<', 100_000 + 5_000 * i));
        var pages = new List<Answer>
        {
            await _client.RetrieveAsync(Paths("VirtualMachine", "name", "layout") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity"), skip: true), "RetrievePropertiesEx", options),
        };
        while (pages[^1].Token is { } token)
            pages.Add(await _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{token}</token>"));

        Assert.Equal(_inventory.Children.Select(machine => machine.Reference.Value), pages.SelectMany(page => page.Objects).Select(line => line.Split(' ')[0]));
        Assert.InRange(pages.Count, 3, 6); // 21 MB.
        Assert.All(pages, page => Assert.InRange(page.Returned.Single().ToString(SaveOptions.DisableFormatting).Length, 1, AnswerRoom.MaxBytes));
    }

    [Fact]
    public async Task A_machine_that_is_gone_before_its_page_is_left_out()
    {
        var first = await _client.RetrieveAsync(
            Paths("VirtualMachine", "name") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity")), "RetrievePropertiesEx", "<options><maxObjects>1</maxObjects></options>");
        _inventory.Destroy(_inventory.Children[1]);

        Assert.Equal(["vm-103 name=m3"], (await _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{first.Token}</token>")).Objects);
    }

    [Fact]
    public async Task A_retrieval_that_is_cancelled_has_no_more_pages_and_another_session_never_had_them()
    {
        var first = await _client.RetrieveAsync(
            Paths("VirtualMachine", "name") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity")), "RetrievePropertiesEx", "<options><maxObjects>1</maxObjects></options>");

        await Assert.ThrowsAsync<VimFaultException>(() => _inventory.Login().CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{first.Token}</token>"));
        Assert.True((await _client.CallAsync(Collector, "CancelRetrievePropertiesEx", $"<token>{first.Token}</token>")).IsEmpty);
        await Assert.ThrowsAsync<VimFaultException>(() => _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{first.Token}</token>"));
    }

    [Fact]
    public async Task Retrievals_left_open_give_way_to_later_ones()
    {
        List<string> tokens = [];
        for (var i = 0; i <= RetrievePages.MaxOpen; i++)
        {
            tokens.Add((await _client.RetrieveAsync(
                Paths("VirtualMachine", "name") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity")), "RetrievePropertiesEx", "<options><maxObjects>2</maxObjects></options>")).Token!);
        }

        await Assert.ThrowsAsync<VimFaultException>(() => _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{tokens[0]}</token>"));
        Assert.Equal(["vm-103 name=m3"], (await _client.CallAsync(Collector, "ContinueRetrievePropertiesEx", $"<token>{tokens[1]}</token>")).Objects);
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_answer_of_both_methods()
    {
        var spec = Paths("VirtualMachine", "name") + From(_inventory.Root.Reference);

        Assert.True((await _client.RetrieveAsync(spec)).IsEmpty);
        Assert.True((await _client.RetrieveAsync(spec, "RetrievePropertiesEx", "<options/>")).IsEmpty);
    }

    [Fact]
    public async Task A_start_that_is_gone_is_a_fault_unless_the_client_wants_to_do_without()
    {
        var gone = new ManagedObjectReference("VirtualMachine", "vm-999");
        var spec = Paths("VirtualMachine", "name") + From(gone) + From(_inventory.Children[0].Reference);

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.RetrieveAsync(spec));
        Assert.Equal(gone, Assert.IsType<ManagedObjectNotFound>(fault.Fault).Obj);
        Assert.Equal(["vm-101 name=m1"], (await _client.RetrieveAsync(spec + "<reportMissingObjectsInResults>true</reportMissingObjectsInResults>")).Objects);
    }

    [Theory]
    [InlineData("VirtualMachine", "nonsense")]
    [InlineData("VirtualMachine", "config.nonsense")]
    [InlineData("ManagedEntity", "config.hardware.nonsense")]
    [InlineData("NoSuchType", "a..b")]
    public async Task A_property_that_there_is_not_fails_the_call(string type, string path)
    {
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.RetrieveAsync(Paths(type, path) + From(_inventory.Children[0].Reference)));

        Assert.Equal(path, Assert.IsType<InvalidProperty>(fault.Fault).Name);
    }

    [Fact]
    public async Task A_stranger_reads_the_service_content_and_nothing_else()
    {
        _inventory.Objects.Add(new ServiceInstance(_inventory.Content, new FakeTimeProvider()));
        var stranger = new TestClient(_inventory.Objects, null);

        var read = await stranger.RetrieveAsync(Paths("ServiceInstance", "content") + From(ServiceInstance.WellKnown), "RetrievePropertiesEx", "<options><maxObjects>1</maxObjects></options>");
        Assert.Equal(["ServiceInstance content=<ServiceContent>"], read.Objects);
        Assert.False((await stranger.CallAsync(ServiceInstance.WellKnown, "Fetch", "<prop>content</prop>")).IsEmpty);
        foreach (var spec in new[]
        {
            Paths("ServiceInstance", "content", "serverClock") + From(ServiceInstance.WellKnown),
            Paths("ServiceInstance", "content") + Paths("ManagedEntity", "name") + From(ServiceInstance.WellKnown) + From(_inventory.Root.Reference),
            $"<propSet><type>ServiceInstance</type><all>true</all></propSet>{From(ServiceInstance.WellKnown)}",
            Paths("ServiceInstance", "content") + From(ServiceInstance.WellKnown, Along("ServiceInstance", "content.rootFolder")),
            Paths("ServiceInstance", "content") + From(new ManagedObjectReference("VirtualMachine", "vm-999")),
        })
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => stranger.RetrieveAsync(spec));
            Assert.IsType<NotAuthenticated>(fault.Fault);
        }
    }

    [Fact]
    public async Task Circles_end_and_deep_folders_do_not_exhaust_a_stack()
    {
        // A folder in itself cannot be, but a walk down and up again is one.
        var circle = Along("ManagedEntity", "parent", "<selectSet><name>up</name></selectSet><selectSet><name>down</name></selectSet>", "up")
            + Along("Folder", "childEntity", "<selectSet><name>up</name></selectSet><selectSet><name>down</name></selectSet>", "down");
        Assert.Equal(
            ["vm-102", "group-v3", "datacenter-2", "group-d1", "vm-101", "vm-103"],
            (await _client.RetrieveAsync(Paths("ManagedEntity") + From(_inventory.Children[1].Reference, circle))).Objects);

        var last = _inventory.VmFolder;
        for (var i = 0; i < 20_000; i++)
        {
            var next = _inventory.New(FakeObject.Folder, $"group-v{1000 + i}");
            last.Refer("childEntity", next);
            last = next;
        }

        var deep = await _client.RetrieveAsync(Paths("Folder") + From(_inventory.VmFolder.Reference, AllTraversals));
        Assert.Equal(20_001, deep.Objects.Length);
    }

    [Fact]
    public async Task Selections_without_end_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 10_000).Select(i => Along("Folder", "childEntity", $"<selectSet><name>t{i / 2}</name></selectSet>", $"t{i}")));
        var names = Along("Folder", "childEntity", string.Concat(Enumerable.Repeat("<selectSet><name>a</name></selectSet>", 10_000)), "a");
        var paths = Paths("Folder", [.. Enumerable.Range(0, 10_000).Select(i => $"p{i}")]);
        foreach (var spec in new[] { Paths("Folder") + From(_inventory.Root.Reference, many), Paths("Folder") + From(_inventory.Root.Reference, names), paths + From(_inventory.Root.Reference) })
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.RetrieveAsync(spec));
            Assert.IsType<InvalidArgument>(fault.Fault);
        }

        var unknown = await Assert.ThrowsAsync<VimFaultException>(() => _client.RetrieveAsync(Paths("Folder") + From(_inventory.Root.Reference, "<selectSet><name>nobody</name></selectSet>")));
        Assert.IsType<InvalidArgument>(unknown.Fault);
        var noProperty = await Assert.ThrowsAsync<VimFaultException>(() => _client.RetrieveAsync(Paths("Folder") + From(_inventory.Root.Reference, Along("Folder", "nonsense"))));
        Assert.IsType<InvalidProperty>(noProperty.Fault);
    }

    [Fact]
    public async Task A_walk_that_takes_too_many_steps_is_given_up()
    {
        var crowd = new TestInventory(6_000);
        var again = string.Concat(Enumerable.Range(0, 190).Select(i => Along("Folder", "childEntity", "", $"t{i}")));

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => crowd.Login().RetrieveAsync(Paths("VirtualMachine", "name") + From(crowd.VmFolder.Reference, again)));
        Assert.IsType<InvalidArgument>(fault.Fault);
    }

    [Fact]
    public async Task Machines_are_read_while_they_are_written()
    {
        var envelope = $"""
            <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body>
            <RetrieveProperties xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this><specSet>{Paths("VirtualMachine", "name") + From(_inventory.VmFolder.Reference, Along("Folder", "childEntity"))}</specSet></RetrieveProperties></Body></Envelope>
            """;
        var request = await SoapRequest.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope)));
        var collector = _inventory.Objects.Find(Collector)!;
        var result = await collector.Type.FindMethod("RetrieveProperties")!.Run(collector, new MethodCall(request, _client.Session, _client.Session.Peer, default));

        _inventory.Children[2].Named("late");

        Assert.Equal("late", ((IEnumerable<ObjectContent>)result.Value!.Value.Value).Last().PropSet.Single().Val.Value);
    }
}
