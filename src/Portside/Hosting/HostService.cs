using System.Net;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Seeding;
using Portside.Host.Storage;
using Portside.Lines.Listening;

namespace Portside.Hosting;

/// <summary>A host in a box, from start to stop: an inventory with its machines, and the API by which they are managed.</summary>
internal sealed class HostService : IAsyncDisposable
{
    private readonly HostSettings _settings;
    private readonly HostCertificate? _certificate;
    private readonly DirectoryInfo? _scratch;
    private readonly InventoryStore? _store;
    private readonly VimServer _server;

    private HostService(
        HostSettings settings,
        HostInventory inventory,
        HostCertificate? certificate,
        DirectoryInfo? scratch,
        InventoryStore? store,
        VimServer server) =>
        (_settings, Inventory, _certificate, _scratch, _store, _server) = (settings, inventory, certificate, scratch, store, server);

    /// <summary>Everything that clients see.</summary>
    public HostInventory Inventory { get; }

    /// <summary>Starts everything; when the task is done, clients can connect.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="loggers">Hear of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The service.</returns>
    /// <exception cref="HostCertificateException">The certificate cannot be used.</exception>
    /// <exception cref="StoreException">The inventory of an earlier run cannot be used.</exception>
    /// <exception cref="VSphere.Soap.VimFaultException">A machine of the seed cannot be made.</exception>
    /// <exception cref="IOException">An address cannot be listened on, or the state not be kept.</exception>
    public static async Task<HostService> StartAsync(HostSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        DirectoryInfo? scratch = null;
        HostCertificate? certificate = null;
        HostInventory? inventory = null;
        InventoryStore? store = null;
        try
        {
            if (settings.State is { } state)
                MakeDirectory(state);
            else
                scratch = Directory.CreateTempSubdirectory("portside-host-");
            if (settings.Https.Count > 0)
            {
                certificate = settings.Certificate is { } file
                    ? HostCertificate.Load(file, settings.Key)
                    : HostCertificate.LoadOrMake(settings.State, settings.Https.Select(address => address.Address), time);
            }

            var datastore = Path.Combine(settings.State ?? scratch!.FullName, "datastore");
            Directory.CreateDirectory(datastore);
            inventory = new HostInventory(new HostInventoryOptions
            {
                IsVCenter = settings.IsVCenter,
                Hosts = settings.Seed.Hosts ?? settings.DefaultHosts,
                Addresses = settings.Seed.Addresses,
                Datacenter = settings.Seed.Datacenter,
                Cluster = settings.Seed.Cluster ?? "DC0_C0",
                Datastore = settings.Seed.Datastore ?? "datastore1",
                DatastoreDirectory = datastore,
                DefaultGuest = settings.Guest,
                AllowPrograms = settings.AllowPrograms,
                MachineHost = HostOf(settings, time),
                Time = time,
                Loggers = loggers,
            });
            if (settings.State is { } kept)
                store = await InventoryStore.OpenAsync(inventory, Path.Combine(kept, "inventory.db"), loggers.CreateLogger<InventoryStore>(), cancellation);
            await Planter.PlantAsync(inventory, settings.Seed, cancellation);
            var server = await VimServer.StartAsync(
                new VimServerOptions
                {
                    Https = settings.Https,
                    Http = settings.Http,
                    Certificate = certificate,
                    Users = settings.Users,
                },
                inventory,
                loggers,
                cancellation);
            return new HostService(settings, inventory, certificate, scratch, store, server);
        }
        catch
        {
            if (inventory is not null)
                await inventory.DisposeAsync();
            if (store is not null)
                await store.DisposeAsync();
            certificate?.Dispose();
            scratch?.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>The service as it is shown when it is ready.</summary>
    /// <param name="version">The program's version.</param>
    /// <returns>Its description, without passwords.</returns>
    public HostDescription Describe(string version) => new()
    {
        Url = UrlOf(Uri.UriSchemeHttps),
        HttpUrl = UrlOf(Uri.UriSchemeHttp),
        Shape = _settings.IsVCenter ? "vcenter" : "esxi",
        Hosts = [.. Inventory.Hosts.Select(host => host.Name)],
        User = _settings.Users.First(user => !user.ReadOnly).Name,
        ReadOnlyUser = _settings.Users.FirstOrDefault(user => user.ReadOnly)?.Name,
        ThumbprintSha1 = _certificate?.Sha1Thumbprint,
        ThumbprintSha256 = _certificate?.Sha256Thumbprint,
        StateDirectory = _settings.State,
        CertificateFile = _certificate?.File,
        Machines = Inventory.Machines.Count,
        Version = version,
    };

    /// <summary>Ends sessions, then tasks, then machines.</summary>
    /// <returns>When all is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Inventory.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        _certificate?.Dispose();
        _scratch?.Delete(recursive: true);
    }

    private static MachineHost HostOf(HostSettings settings, TimeProvider time)
    {
        var host = new MachineHost
        {
            AllowLocalEnds = settings.AllowLocalEnds,
            Listeners = new LineListeners(new LineListenerOptions { Policy = ListenPolicy.Everywhere, Time = time }),
        };
        return settings.MaxFileBytes is { } most ? host with { MaxFileBytes = most } : host;
    }

    private static void MakeDirectory(string path)
    {
        // A private key will be in it.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string? UrlOf(string scheme)
    {
        if (_server.Urls.FirstOrDefault(url => url.Scheme == scheme) is not { } url)
            return null;

        // Whoever listens everywhere can be reached here by this.
        var host = IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? "127.0.0.1"
            : url.Host;
        return $"{scheme}://{host}:{url.Port}/sdk";
    }
}
