using System.Net;
using Portside.Host.Inventory;
using Portside.VSphere.Soap;

namespace Portside.Host.Api;

/// <summary>Where a vSphere API listens, whom it lets in, and how much it takes.</summary>
public sealed record VimServerOptions
{
    /// <summary>Addresses for https; port 0 is any free one. They need <see cref="Certificate"/>.</summary>
    public IReadOnlyList<IPEndPoint> Https { get; init; } = [];

    /// <summary>Addresses for plain http.</summary>
    public IReadOnlyList<IPEndPoint> Http { get; init; } = [];

    /// <summary>The certificate shown; null where nothing listens for https.</summary>
    public HostCertificate? Certificate { get; init; }

    /// <summary>Who may log in.</summary>
    public required IReadOnlyList<HostUser> Users { get; init; }

    /// <summary>A session without a call for this long ends; default 30 minutes, as vSphere's. A call under way, such as a wait for updates, keeps it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Sessions at a time; default 2,000. A login beyond it is refused.</summary>
    public int MaxSessions { get; init; } = 2_000;

    /// <summary>Connections at a time; default 16,384. One beyond it is closed.</summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>Wrong passwords that one address may send at once; default 10. Right ones are not counted.</summary>
    public int FailedLoginBurst { get; init; } = 10;

    /// <summary>Wrong passwords a second that one address may send from then on; default 5. Logins from there wait for their turn.</summary>
    public int FailedLoginsPerSecond { get; init; } = 5;

    /// <summary>Bytes of one request, at most; default 8 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 8 << 20;

    /// <summary>What a message of somebody logged in may hold.</summary>
    public SoapLimits Limits { get; init; } = SoapLimits.Server;

    /// <summary>Whether replies to this computer are compressed too when asked; default no, since it costs more than it saves.</summary>
    public bool CompressLocal { get; init; }
}
