using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Tells what hosts can do for machines: the virtual serial port URI backing option is found here.</summary>
public sealed class EnvironmentBrowserObject : ManagedObject
{
    private readonly HostInventory _inventory;
    private readonly ComputeEntity _compute;

    internal EnvironmentBrowserObject(HostInventory inventory, ComputeEntity compute)
        : base(new ManagedObjectReference("EnvironmentBrowser", "envbrowser-" + compute.Reference.Value))
    {
        _inventory = inventory;
        _compute = compute;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType BrowserType { get; } = new ManagedType<EnvironmentBrowserObject>("EnvironmentBrowser")
        .Property("datastoreBrowser", static o => VimValue.Of(o._inventory.Datastore.Browser.Reference))
        .Method("QueryConfigOptionDescriptor", Privileges.View, static (o, _) => o.Descriptors())
        .Method("QueryConfigOption", Privileges.View, static (o, call) => o.Query(
            call.Request.Optional("key", VimKinds.String),
            call.Request.Optional("host", VimKinds.Reference)))
        .Method("QueryConfigOptionEx", Privileges.View, static (o, call) =>
        {
            var spec = call.Request.Optional("spec", VimKinds.Object<EnvironmentBrowserConfigOptionQuerySpec>());
            return o.Query(spec?.Key, spec?.Host);
        })
        .Method("QueryConfigTarget", Privileges.View, static (o, call) => o.Target(call.Request.Optional("host", VimKinds.Reference)));

    /// <inheritdoc/>
    public override ManagedType Type => BrowserType;

    private MethodResult Descriptors() => MethodResult.Of(ConfigOptions.Keys.Select(key => new VirtualMachineConfigOptionDescriptor
    {
        Key = key,
        Description = ConfigOptions.Describe(key),
        Host = [.. _compute.Hosts.Select(host => host.Reference)],
        CreateSupported = true,
        DefaultConfigOption = key == ConfigOptions.DefaultKey,
        RunSupported = true,
        UpgradeSupported = true,
    }));

    private MethodResult Query(string? key, ManagedObjectReference? host)
    {
        CheckHost(host);
        if (key is not null && !ConfigOptions.Keys.Contains(key))
            return MethodResult.Nothing;
        return MethodResult.Of(ConfigOptions.For(key ?? ConfigOptions.DefaultKey, _inventory.OffersNetworkSerialPorts));
    }

    private MethodResult Target(ManagedObjectReference? host)
    {
        CheckHost(host);
        return MethodResult.Of(new ConfigTarget
        {
            NumCpus = 16,
            NumCpuCores = 16,
            NumNumaNodes = 2,
            ResourcePool = _compute.Pool.Reference,
            AutoVmotion = false,
        });
    }

    private void CheckHost(ManagedObjectReference? host)
    {
        if (host is not null && !_compute.Hosts.Any(other => other.Reference == host))
            throw Fault.InvalidArgument("host", $"'{host}' is not a host of '{_compute.Name}'.");
    }
}
