using System.Xml.Linq;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Tests.Soap;

/// <summary>What an object is said to weigh is what it takes on the wire, or a little more.</summary>
public sealed class WireWeightTests
{
    public static TheoryData<string> Texts => ["", "plain", "a & b < c > \"d\"", "\t\r\n", "\u0001\u0002", "äöü€", "\ud83d\ude00", "\ud83d", "\uffff", new string('&', 10_000)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_weighs_no_less_than_it_takes(string text) =>
        AssertWeight(new ObjectContent { Obj = new("VirtualMachine", text), PropSet = [new DynamicProperty { Name = "name", Val = VimValue.Of(text) }] }, most: 200 + (12 * text.Length));

    [Fact]
    public void A_machines_configuration_weighs_what_it_takes()
    {
        var config = new VirtualMachineConfigInfo
        {
            Name = "db1",
            Modified = DateTimeOffset.MaxValue,
            Version = "vmx-13",
            Files = new VirtualMachineFileInfo { VmPathName = "[datastore1] db1/db1.vmx" },
            Flags = new VirtualMachineFlagInfo(),
            DefaultPowerOps = new VirtualMachineDefaultPowerOpInfo(),
            Hardware = new VirtualHardware
            {
                NumCpu = int.MinValue,
                MemoryMB = 4096,
                Device =
                [
                    .. Enumerable.Range(0, 32).Select(index => new VirtualSerialPort
                    {
                        Key = 9000 + index,
                        DeviceInfo = new Description { Label = "Serial port", Summary = "Remote a" },
                        Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = "a", Direction = "server", ProxyUri = "telnet://127.0.0.1:13370" },
                        Connectable = new VirtualDeviceConnectInfo { Status = "untried" },
                    }),
                ],
            },
            ExtraConfig = [new OptionValue { Key = "a", Value = VimValue.Of("b") }],
        };
        var written = AssertWeight(new ObjectContent { Obj = new("VirtualMachine", "vm-1"), PropSet = [new DynamicProperty { Name = "config", Val = VimValue.Of(config) }] });
        AssertWeight(new ObjectContent { Obj = new("VirtualMachine", "vm-1"), PropSet = [new DynamicProperty { Name = "config.hardware.device", Val = VimValue.Of(config.Hardware.Device) }] });
        Assert.True(written > 10_000);
    }

    [Fact]
    public void What_is_kept_of_newer_versions_has_its_weight_too()
    {
        var port = VimReader.ReadObject<VirtualDevice>(XElement.Parse(
            $"""<device xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="VirtualQuantumPort"><key>1</key><spin up="a&amp;b" xsi:type="Spin"><half>{new string('x', 5000)}</half></spin></device>"""));
        AssertWeight(new ObjectContent { Obj = new("VirtualMachine", "vm-1"), PropSet = [new DynamicProperty { Name = "x", Val = VimValue.Of(port) }] });
    }

    private static long AssertWeight(ObjectContent content, long? most = null)
    {
        using var empty = new MemoryStream();
        SoapEnvelope.WriteResponse(empty, "Get", null);
        using var full = new MemoryStream();
        SoapEnvelope.WriteResponse(full, "Get", VimValue.Of(content));
        var taken = full.Length - empty.Length - "<returnval></returnval>".Length - "></GetResponse>".Length + " />".Length;
        var weight = content.Weigh();
        Assert.InRange(weight, taken, most ?? taken * 3 / 2);
        return taken;
    }
}
