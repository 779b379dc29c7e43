using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.VirtualSerialPort;

public sealed class VspSuboptionsTests
{
    [Fact]
    public void A_machine_lists_its_suboptions_in_the_order_captured() => Assert.Equal(
        "00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53",
        HexScript.Format(VspSuboptions.Machine));

    [Fact]
    public void Both_lists_name_every_suboption_once()
    {
        byte[] all = [.. Enum.GetValues<VspCode>().Select(code => (byte)code)];
        Assert.Equal(22, all.Length);
        Assert.Equal(all, VspSuboptions.Proxy.ToArray());
        Assert.Equal(all, VspSuboptions.Machine.ToArray().Order());
    }
}
