using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Properties;

public sealed class PropertyPathTests
{
    private readonly TestInventory _inventory = new(1);

    private FakeObject Machine => _inventory.Children[0];

    [Theory]
    [InlineData("name", "xsd:string", "m1")]
    [InlineData("config.version", "xsd:string", "vmx-13")]
    [InlineData("config.hardware.numCPU", "xsd:int", 1)]
    [InlineData("runtime.powerState", "VirtualMachinePowerState", "poweredOff")]
    [InlineData("config.hardware.device[9000].backing.serviceURI", "xsd:string", "console-1")]
    [InlineData("config.hardware.device[\"9000\"].connectable.status", "VirtualDeviceConnectInfoStatus", "ok")]
    [InlineData("config.extraConfig[\"serial0.keepIdle\"].value", "xsd:anyType", null)]
    public void A_path_leads_through_data_objects_and_to_items_by_key(string path, string type, object? value)
    {
        var found = PropertyPath.Parse(path).Get(Machine);

        Assert.Equal(type, found!.Value.Kind.XsiType);
        Assert.False(found.Value.IsList);
        if (value is not null)
            Assert.Equal(value, found.Value.Value);
    }

    [Fact]
    public async Task Lists_carry_the_name_of_their_array_and_items_their_own_type()
    {
        var client = _inventory.Login();

        var devices = (await client.CallAsync(Machine.Reference, "Fetch", "<prop>config.hardware.device</prop>")).Returned.Single();
        Assert.Equal("ArrayOfVirtualDevice", Answer.TypeOf(devices));
        Assert.Equal(["VirtualDevice", "VirtualDevice"], devices.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(["VirtualSIOController", "VirtualSerialPort"], devices.Elements().Select(Answer.TypeOf));

        var device = (await client.CallAsync(Machine.Reference, "Fetch", "<prop>config.hardware.device[9000]</prop>")).Returned.Single();
        Assert.Equal("VirtualSerialPort", Answer.TypeOf(device));
        var keys = (await client.CallAsync(Machine.Reference, "Fetch", "<prop>config.hardware.device[400].device</prop>")).Returned.Single();
        Assert.Equal("ArrayOfInt", Answer.TypeOf(keys));
        var option = (await client.CallAsync(Machine.Reference, "Fetch", "<prop>config.extraConfig[\"serial0.keepIdle\"].value</prop>")).Returned.Single();
        Assert.Equal("xsd:string", Answer.TypeOf(option));
        Assert.Equal("30", option.Value);
        var children = (await client.CallAsync(_inventory.VmFolder.Reference, "Fetch", "<prop>childEntity</prop>")).Returned.Single();
        Assert.Equal("ArrayOfManagedObjectReference", Answer.TypeOf(children));
        var one = (await client.CallAsync(_inventory.VmFolder.Reference, "Fetch", "<prop>childEntity[vm-101]</prop>")).Returned.Single();
        Assert.Equal("ManagedObjectReference", Answer.TypeOf(one));
        Assert.Equal(new ManagedObjectReference("VirtualMachine", "vm-101"), Answer.ReferenceOf(one));
    }

    [Theory]
    [InlineData("layout")]
    [InlineData("summary.config.name")]
    [InlineData("config.annotation")]
    [InlineData("config.tools.toolsVersion")]
    [InlineData("config.hardware.device[9001].backing")]
    [InlineData("config.hardware.device[9000].deviceInfo.label")]
    [InlineData("config.hardware.device[9000].backing.fileName")]
    [InlineData("config.hardware.device[400].yieldOnPoll")]
    public async Task What_is_unset_or_of_another_device_is_an_empty_answer(string path) =>
        Assert.True((await _inventory.Login().CallAsync(Machine.Reference, "Fetch", $"<prop>{path}</prop>")).IsEmpty);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("name.")]
    [InlineData(".name")]
    [InlineData("config..hardware")]
    [InlineData("nonsense")]
    [InlineData("config.nonsense")]
    [InlineData("config.hardware.device.key")]
    [InlineData("config.hardware.device[9000")]
    [InlineData("config.hardware.device[\"9000]")]
    [InlineData("config.hardware.device[9000]x")]
    [InlineData("config.hardware[1]")]
    [InlineData("name.length")]
    [InlineData("Name")]
    [InlineData("name\u0000")]
    public void What_leads_nowhere_is_an_invalid_property(string path)
    {
        var fault = Assert.Throws<VimFaultException>(() => PropertyPath.Parse(path).Get(Machine));

        Assert.Equal(path, Assert.IsType<InvalidProperty>(fault.Fault).Name);
    }

    [Fact]
    public void A_path_without_end_is_refused_shortened()
    {
        foreach (var path in new[] { new string('a', 100_000), string.Concat(Enumerable.Repeat("a.", 40)) + "a", "a[" + new string('x', 500_000) })
        {
            var fault = Assert.Throws<VimFaultException>(() => PropertyPath.Parse(path));
            Assert.InRange(Assert.IsType<InvalidProperty>(fault.Fault).Name.Length, 1, 101);
        }
    }

    [Fact]
    public async Task Without_a_session_only_the_service_content_can_be_fetched()
    {
        var stranger = new TestClient(_inventory.Objects, null);

        var fault = await Assert.ThrowsAsync<VimFaultException>(() => stranger.CallAsync(Machine.Reference, "Fetch", "<prop>name</prop>"));
        Assert.Equal(Machine.Reference, Assert.IsType<NotAuthenticated>(fault.Fault).Object);
    }
}
