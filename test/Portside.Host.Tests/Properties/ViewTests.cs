using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;
using static Portside.Host.Tests.Properties.TestClient;

namespace Portside.Host.Tests.Properties;

public sealed class ViewTests
{
    private readonly TestInventory _inventory = new(2);
    private readonly TestClient _client;

    public ViewTests() => _client = _inventory.Login();

    [Fact]
    public async Task A_container_view_holds_what_is_inside_by_type_and_base_type()
    {
        Assert.Equal(["vm-101", "vm-102"], await ViewAsync(_inventory.Root, true, "VirtualMachine"));
        Assert.Equal(["domain-c7"], await ViewAsync(_inventory.Root, true, "ComputeResource"));
        Assert.Equal(["group-v3", "vm-101", "vm-102", "group-h4", "host-21", "host-22"], await ViewAsync(_inventory.Root, true, "Folder", "HostSystem", "VirtualMachine"));
        Assert.Equal(
            ["datacenter-2", "group-v3", "vm-101", "vm-102", "group-h4", "domain-c7", "host-21", "host-22", "resgroup-8"],
            await ViewAsync(_inventory.Root, true));
        Assert.Equal(10 - 1, (await ViewAsync(_inventory.Root, true, "ManagedEntity")).Length);
        Assert.Empty(await ViewAsync(_inventory.Root, true, "VirtualApp", "StoragePod"));
    }

    [Fact]
    public async Task A_view_that_is_not_recursive_holds_the_next_level_only()
    {
        Assert.Equal(["datacenter-2"], await ViewAsync(_inventory.Root, false));
        Assert.Equal(["group-v3", "group-h4"], await ViewAsync(_inventory.Datacenter, false));
        Assert.Equal(["host-21", "host-22", "resgroup-8"], await ViewAsync(_inventory.Cluster, false));
        Assert.Equal(["vm-101", "vm-102"], await ViewAsync(_inventory.Hosts[0], false, "VirtualMachine"));
        Assert.Equal(["vm-101", "vm-102"], await ViewAsync(_inventory.Pool, false, "VirtualMachine"));
    }

    [Fact]
    public async Task Machines_are_found_below_clusters_hosts_and_pools_too()
    {
        Assert.Equal(["vm-101", "vm-102"], await ViewAsync(_inventory.Cluster, true, "VirtualMachine"));
        Assert.Empty(await ViewAsync(_inventory.Hosts[1], true, "VirtualMachine"));
        _inventory.Hosts[1].Refer("vm", _inventory.Children[0]);
        Assert.Equal(["vm-101"], await ViewAsync(_inventory.Hosts[1], true, "VirtualMachine"));
    }

    [Fact]
    public async Task A_container_view_follows_the_inventory_and_reads_it_only_when_it_changed()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        Assert.Equal(["vm-101", "vm-102"], await _client.ViewAsync(view));
        var reads = _inventory.VmFolder.Reads;

        _inventory.Children[0].Named("other");
        _inventory.Hosts[1].Refer("vm", _inventory.Children[0]);
        Assert.Equal(["vm-101", "vm-102"], await _client.ViewAsync(view));
        Assert.Equal(reads, _inventory.VmFolder.Reads);

        _inventory.Create();
        Assert.Equal(["vm-101", "vm-102", "vm-103"], await _client.ViewAsync(view));
        _inventory.Destroy(_inventory.Children[0]);
        Assert.Equal(["vm-102", "vm-103"], await _client.ViewAsync(view));
        var other = await _inventory.Login().ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        Assert.NotEqual(view, other);
        Assert.True(_inventory.VmFolder.Reads > reads);
    }

    [Fact]
    public async Task A_view_tells_what_it_is_and_is_its_sessions_own()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");

        var read = await _client.RetrieveAsync(Paths("ContainerView", "container", "type", "recursive") + From(view));
        Assert.Equal([$"{view.Value} container=group-d1 type=<ArrayOfString> recursive=true"], read.Objects);
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _inventory.Login().ViewAsync(view));
        Assert.IsType<ManagedObjectNotFound>(fault.Fault);
        await _client.CallAsync(view, "DestroyView");
        Assert.IsType<ManagedObjectNotFound>((await Assert.ThrowsAsync<VimFaultException>(() => _client.ViewAsync(view))).Fault);
    }

    [Fact]
    public async Task Only_containers_have_container_views()
    {
        var machine = await Assert.ThrowsAsync<VimFaultException>(() => _client.ContainerViewAsync(_inventory.Children[0]));
        Assert.IsType<InvalidArgument>(machine.Fault);
        _inventory.Objects.Remove(_inventory.Pool);
        Assert.IsType<ManagedObjectNotFound>((await Assert.ThrowsAsync<VimFaultException>(() => _client.ContainerViewAsync(_inventory.Pool))).Fault);
        var old = await Assert.ThrowsAsync<VimFaultException>(() => _client.CallAsync(Views, "CreateInventoryView"));
        Assert.IsType<NotSupported>(old.Fault);
    }

    [Fact]
    public async Task A_list_view_holds_what_its_client_says()
    {
        var (first, second) = (_inventory.Children[0].Reference, _inventory.Children[1].Reference);
        var view = (await _client.CallAsync(Views, "CreateListView", Tag("obj", first))).Reference;
        Assert.Equal(["vm-101"], await _client.ViewAsync(view));

        var gone = new ManagedObjectReference("VirtualMachine", "vm-999");
        var unresolved = await _client.CallAsync(view, "ModifyListView", Tag("add", second) + Tag("add", second) + Tag("add", gone) + Tag("remove", first));
        Assert.Equal(["vm-999"], unresolved.Returned.Select(e => e.Value));
        Assert.Equal(["vm-102"], await _client.ViewAsync(view));

        Assert.True((await _client.CallAsync(view, "ResetListView", Tag("obj", first) + Tag("obj", _inventory.Root.Reference))).IsEmpty);
        Assert.Equal(["vm-101", "group-d1"], await _client.ViewAsync(view));
        var machines = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        await _client.CallAsync(view, "ResetListViewFromView", Tag("view", machines));
        Assert.Equal(["vm-101", "vm-102"], await _client.ViewAsync(view));
        await _client.CallAsync(view, "ResetListView");
        Assert.Empty(await _client.ViewAsync(view));
    }

    [Fact]
    public async Task Too_many_views_are_a_fault_and_the_end_of_the_session_ends_them_all()
    {
        for (var i = 0; i < Session.MaxObjects; i++)
            await _client.CallAsync(Views, "CreateListView");

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.ContainerViewAsync(_inventory.Root));
        Assert.IsType<InsufficientResourcesFault>(fault.Fault);
        fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.FilterAsync(Paths("Folder", "name") + From(_inventory.Root.Reference)));
        Assert.IsType<InsufficientResourcesFault>(fault.Fault);
        _client.Session.Dispose();
        fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.ViewAsync(new ManagedObjectReference("ListView", $"session[{_client.Session.Key}]1")));
        Assert.IsType<ManagedObjectNotFound>(fault.Fault);
    }

    [Fact]
    public async Task Lists_of_one_session_have_room_for_so_many_objects_and_give_it_back()
    {
        var crowd = new TestInventory(SessionBudget.Most / 50);
        var client = crowd.Login();
        var all = await client.ContainerViewAsync(crowd.Root, true, "VirtualMachine");
        List<ManagedObjectReference> lists = [];
        VimFaultException? fault = null;
        while (fault is null)
        {
            Assert.InRange(lists.Count, 0, 50);
            try
            {
                lists.Add((await client.CallAsync(Views, "CreateListViewFromView", Tag("view", all))).Reference);
            }
            catch (VimFaultException e)
            {
                fault = e;
            }
        }

        Assert.IsType<InsufficientResourcesFault>(fault.Fault);
        Assert.InRange(lists.Count, 40, 50);
        await client.CallAsync(lists[0], "ResetListView");
        await client.CallAsync(lists[1], "DestroyView");
        await client.CallAsync(Views, "CreateListViewFromView", Tag("view", all));
        await client.CallAsync(lists[0], "ResetListViewFromView", Tag("view", all));
        await Assert.ThrowsAsync<VimFaultException>(() => client.CallAsync(Views, "CreateListViewFromView", Tag("view", all)));
    }

    [Fact]
    public async Task Room_of_filters_comes_back_when_they_end()
    {
        var spec = Paths("Folder", "name") + string.Concat(Enumerable.Repeat(From(_inventory.Root.Reference), 20_000));
        for (var i = 0; i < 2 * SessionBudget.Most / 20_000; i++)
            await _client.CallAsync(await _client.FilterAsync(spec), "DestroyPropertyFilter");
    }

    private async Task<string[]> ViewAsync(FakeObject container, bool recursive, params string[] types) =>
        await _client.ViewAsync(await _client.ContainerViewAsync(container, recursive, types));
}
