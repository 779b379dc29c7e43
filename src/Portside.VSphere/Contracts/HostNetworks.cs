using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>One IPv6 address.</summary>
public sealed class HostIpConfigIpV6Address : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostIpConfigIpV6Address>("HostIpConfigIpV6Address", null, static () => new HostIpConfigIpV6Address())
        .Required("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Required("prefixLength", VimKinds.Int, static o => o.PrefixLength, static (o, v) => o.PrefixLength = v);

    public override VimType Type => Schema;

    public string IpAddress { get; set; } = "";

    public int PrefixLength { get; set; }
}

/// <summary>The IPv6 addresses of an adapter.</summary>
public sealed class HostIpConfigIpV6AddressConfiguration : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostIpConfigIpV6AddressConfiguration>("HostIpConfigIpV6AddressConfiguration", null, static () => new HostIpConfigIpV6AddressConfiguration())
        .List("ipV6Address", VimKinds.Object<HostIpConfigIpV6Address>(), static o => o.IpV6Address, static (o, v) => o.IpV6Address = v)
        .Optional("autoConfigurationEnabled", VimKinds.Boolean, static o => o.AutoConfigurationEnabled, static (o, v) => o.AutoConfigurationEnabled = v)
        .Optional("dhcpV6Enabled", VimKinds.Boolean, static o => o.DhcpV6Enabled, static (o, v) => o.DhcpV6Enabled = v);

    public override VimType Type => Schema;

    public IReadOnlyList<HostIpConfigIpV6Address> IpV6Address { get; set; } = [];

    public bool? AutoConfigurationEnabled { get; set; }

    public bool? DhcpV6Enabled { get; set; }
}

/// <summary>The addresses of an adapter.</summary>
public sealed class HostIpConfig : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostIpConfig>("HostIpConfig", null, static () => new HostIpConfig())
        .Required("dhcp", VimKinds.Boolean, static o => o.Dhcp, static (o, v) => o.Dhcp = v)
        .Optional("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Optional("subnetMask", VimKinds.String, static o => o.SubnetMask, static (o, v) => o.SubnetMask = v)
        .Optional("ipV6Config", VimKinds.Object<HostIpConfigIpV6AddressConfiguration>(), static o => o.IpV6Config, static (o, v) => o.IpV6Config = v);

    public override VimType Type => Schema;

    public bool Dhcp { get; set; }

    public string? IpAddress { get; set; }

    public string? SubnetMask { get; set; }

    public HostIpConfigIpV6AddressConfiguration? IpV6Config { get; set; }
}

/// <summary>How an adapter is set up.</summary>
public sealed class HostVirtualNicSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostVirtualNicSpec>("HostVirtualNicSpec", null, static () => new HostVirtualNicSpec())
        .Optional("ip", VimKinds.Object<HostIpConfig>(), static o => o.Ip, static (o, v) => o.Ip = v)
        .Optional("mac", VimKinds.String, static o => o.Mac, static (o, v) => o.Mac = v);

    public override VimType Type => Schema;

    public HostIpConfig? Ip { get; set; }

    public string? Mac { get; set; }
}

/// <summary>One of a host's own network adapters, such as <c>vmk0</c>: from their addresses it dials.</summary>
public sealed class HostVirtualNic : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostVirtualNic>("HostVirtualNic", null, static () => new HostVirtualNic())
        .Required("device", VimKinds.String, static o => o.Device, static (o, v) => o.Device = v)
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("portgroup", VimKinds.String, static o => o.Portgroup, static (o, v) => o.Portgroup = v)
        .Required("spec", VimKinds.Object<HostVirtualNicSpec>(), static o => o.Spec, static (o, v) => o.Spec = v)
        .Optional("port", VimKinds.String, static o => o.Port, static (o, v) => o.Port = v);

    public override VimType Type => Schema;

    public string Device { get; set; } = "";

    public string Key { get; set; } = "";

    public string Portgroup { get; set; } = "";

    public HostVirtualNicSpec Spec { get; set; } = null!;

    public string? Port { get; set; }
}

/// <summary>A host's network.</summary>
public sealed class HostNetworkInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostNetworkInfo>("HostNetworkInfo", null, static () => new HostNetworkInfo())
        .List("vnic", VimKinds.Object<HostVirtualNic>(), static o => o.Vnic, static (o, v) => o.Vnic = v)
        .List("consoleVnic", VimKinds.Object<HostVirtualNic>(), static o => o.ConsoleVnic, static (o, v) => o.ConsoleVnic = v);

    public override VimType Type => Schema;

    public IReadOnlyList<HostVirtualNic> Vnic { get; set; } = [];

    public IReadOnlyList<HostVirtualNic> ConsoleVnic { get; set; } = [];
}
