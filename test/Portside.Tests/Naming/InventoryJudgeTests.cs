using System.Net;
using Portside.Concentrator.Guarding;
using Portside.Naming;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Tests.Naming;

/// <summary>Whether a claim to be a machine agrees with an inventory.</summary>
public sealed class InventoryJudgeTests
{
    private const string Web = "5029c44085eec2a1e9ddb63e39364603";
    private const string Twin = "564d00000000000000000000000000aa";

    private readonly InventoryIndex _index = new();
    private readonly ManagedObjectReference _esx1 = new("HostSystem", "host-1");
    private readonly ManagedObjectReference _esx2 = new("HostSystem", "host-2");
    private readonly ManagedObjectReference _dark = new("HostSystem", "host-3");
    private readonly ManagedObjectReference _named = new("HostSystem", "host-4");
    private readonly ManagedObjectReference _web = new("VirtualMachine", "vm-1");

    public InventoryJudgeTests()
    {
        Host(_esx1, "esx1.example", "192.0.2.11", "198.51.100.11", "2001:db8::11", "fe80::11");
        Host(_esx2, "esx2.example", "192.0.2.12");
        Host(_dark, "esx3.example");
        Host(_named, "192.0.2.14");
        Machine(_web, "web", Web, _esx1, "564d0000-0000-0000-0000-000000000001");
    }

    [Fact]
    public void A_machine_on_something_that_is_no_host_is_nobodys_to_judge()
    {
        var folder = new ManagedObjectReference("Folder", "group-v9");
        _index.Apply(new ObjectUpdate { Kind = "enter", Obj = folder, ChangeSet = [new PropertyChange { Name = "name", Val = VimValue.Of("odd") }] });
        Machine(new("VirtualMachine", "vm-9"), "lost", "5029c44085eec2a1e9ddb63e39364699", folder, "564d0000-0000-0000-0000-000000000009");
        Assert.Equal(GuardAnswer.Unknown, Judge("5029c44085eec2a1e9ddb63e39364699", "192.0.2.11").Answer);
    }

    [Theory]
    [InlineData("192.0.2.11")]
    [InlineData("198.51.100.11")]
    [InlineData("::ffff:192.0.2.11")]
    [InlineData("2001:db8::11")]
    [InlineData("fe80::11%2")]
    public void Every_address_of_the_machines_host_is_right_however_it_is_written(string source) =>
        Assert.Equal(GuardVerdict.Agrees, Judge(Web, source));

    [Fact]
    public void The_machine_may_tell_its_BIOS_UUID() =>
        Assert.Equal(GuardVerdict.Agrees, Judge("564d0000000000000000000000000001", "192.0.2.11"));

    [Fact]
    public void Another_hosts_address_is_wrong_and_the_verdict_names_both()
    {
        var verdict = Judge(Web, "192.0.2.12");
        Assert.Equal((GuardAnswer.Differs, "other-host"), (verdict.Answer, verdict.Reason));
        Assert.StartsWith("vSphere has web on esx1.example (192.0.2.11, ", verdict.Detail, StringComparison.Ordinal);
        Assert.EndsWith("), and 192.0.2.12 is not that host", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_UUID_that_no_machine_has_is_wrong()
    {
        var verdict = Judge("00000000000000000000000000000001", "192.0.2.11");
        Assert.Equal((GuardAnswer.Differs, "unknown-uuid"), (verdict.Answer, verdict.Reason));
        Assert.Contains("00000000-0000-0000-0000-000000000001", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_move_the_new_host_is_right_and_the_former_one_wrong()
    {
        Update(_web, ("runtime.host", VimValue.Of(_esx2)));
        Assert.Equal(GuardVerdict.Agrees, Judge(Web, "192.0.2.12"));
        Assert.Equal(GuardAnswer.Differs, Judge(Web, "192.0.2.11").Answer);
    }

    [Fact]
    public void A_host_whose_addresses_change_is_known_by_the_new_ones()
    {
        Host(_esx1, "esx1.example", "192.0.2.99");
        Assert.Equal(GuardVerdict.Agrees, Judge(Web, "192.0.2.99"));
        Assert.Equal(GuardAnswer.Differs, Judge(Web, "192.0.2.11").Answer);
    }

    [Fact]
    public void Where_vSphere_does_not_show_the_addresses_or_the_host_nobody_can_say()
    {
        Update(_web, ("runtime.host", VimValue.Of(_dark)));
        Assert.Equal((GuardAnswer.Unknown, "unknown-addresses"), (Judge(Web, "192.0.2.11").Answer, Judge(Web, "192.0.2.11").Reason));
        Update(_web, ("runtime.host", null));
        Assert.Equal((GuardAnswer.Unknown, "unknown-host"), (Judge(Web, "192.0.2.11").Answer, Judge(Web, "192.0.2.11").Reason));
        Assert.Equal(GuardAnswer.Unknown, _index.Judge(new LinkClaim(Web, null)).Answer);
    }

    [Fact]
    public void A_host_that_is_named_by_its_address_is_known_by_that()
    {
        Update(_web, ("runtime.host", VimValue.Of(_named)));
        Assert.Equal(GuardVerdict.Agrees, Judge(Web, "192.0.2.14"));
    }

    [Fact]
    public void Of_two_machines_with_one_UUID_either_may_be_meant_until_one_of_them_goes()
    {
        var (one, other) = (new ManagedObjectReference("VirtualMachine", "vm-8"), new ManagedObjectReference("VirtualMachine", "vm-9"));
        Machine(one, "a", "50290000000000000000000000000008", _esx1, Twin);
        Machine(other, "b", "50290000000000000000000000000009", _esx2, Twin);
        Assert.Equal(GuardVerdict.Agrees, Judge(Twin, "192.0.2.11"));
        Assert.Equal(GuardVerdict.Agrees, Judge(Twin, "192.0.2.12"));
        _index.Apply(new ObjectUpdate { Kind = "leave", Obj = other });
        Assert.Equal(GuardAnswer.Differs, Judge(Twin, "192.0.2.12").Answer);
        Update(one, ("config.uuid", VimValue.Of("564d0000-0000-0000-0000-0000000000bb")));
        Assert.Equal("unknown-uuid", Judge(Twin, "192.0.2.11").Reason);
    }

    private GuardVerdict Judge(string uuid, string source) => _index.Judge(new LinkClaim(uuid, IPAddress.Parse(source)));

    private void Host(ManagedObjectReference host, string name, params string[] addresses) => Update(
        host,
        ("name", VimValue.Of(name)),
        ("config.network.vnic", addresses.Length == 0 ? null : VimValue.Of(addresses.Select(Adapter).ToList())));

    private static HostVirtualNic Adapter(string address) => new()
    {
        Device = "vmk0",
        Spec = new HostVirtualNicSpec
        {
            Ip = address.Contains(':', StringComparison.Ordinal)
                ? new HostIpConfig { IpV6Config = new HostIpConfigIpV6AddressConfiguration { IpV6Address = [new HostIpConfigIpV6Address { IpAddress = address, PrefixLength = 64 }] } }
                : new HostIpConfig { IpAddress = address },
        },
    };

    private void Machine(ManagedObjectReference machine, string name, string uuid, ManagedObjectReference host, string bios) => Update(
        machine,
        ("name", VimValue.Of(name)),
        ("config.instanceUuid", VimValue.Of(uuid)),
        ("config.uuid", VimValue.Of(bios)),
        ("runtime.host", VimValue.Of(host)));

    private void Update(ManagedObjectReference one, params (string Name, VimValue? Value)[] properties) => _index.Apply(new ObjectUpdate
    {
        Kind = "modify",
        Obj = one,
        ChangeSet = [.. properties.Select(property => new PropertyChange { Name = property.Name, Op = "assign", Val = property.Value })],
    });
}
