using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A vCenter of ours for the tests of a class, on a port the system picks: two hosts, and machines whose serial ports connect.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private const string User = "administrator@vsphere.local";
    private const string Password = "s3cret & <odd>";

    private HostInventory _inventory = null!;
    private VimServer _server = null!;

    /// <summary>The host names of its cluster.</summary>
    public IReadOnlyList<string> Hosts { get; } = ["host1.portside.test", "host2.portside.test"];

    internal VSphereEndpoint Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _inventory = new HostInventory(new HostInventoryOptions { Hosts = Hosts, DefaultGuest = "echo" });
        _server = await VimServer.StartAsync(
            new VimServerOptions
            {
                Https = [new IPEndPoint(IPAddress.Loopback, 0)],
                Certificate = HostCertificate.LoadOrMake(null, [IPAddress.Loopback], TimeProvider.System),
                Users = [new HostUser(User, Password)],
            },
            _inventory,
            NullLoggerFactory.Instance);
        Endpoint = new VSphereEndpoint(new Uri(_server.Urls[0], "/sdk"), User, Password);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
    }
}
