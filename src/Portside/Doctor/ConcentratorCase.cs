using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.VSphere.Client;

namespace Portside.Doctor;

/// <summary>A concentrator that is looked into by itself.</summary>
internal sealed class ConcentratorCase
{
    /// <summary>Its API.</summary>
    public required ApiClient Api { get; init; }

    /// <summary>The clock here.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long a listener has to answer.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Logs in to vSphere, for its clock; null where none is named.</summary>
    public Func<CancellationToken, Task<VSphereSession>>? Connect { get; init; }

    /// <summary>How it describes itself, once it has answered.</summary>
    public ServerDescription? Server { get; set; }

    /// <summary>The checks: the rest is skipped where the first fails.</summary>
    public IReadOnlyList<DoctorCheck> Checks() =>
    [
        new Checks.ListenersCheck(this),
        new Checks.ExpiryCheck(this),
        new Checks.DiskCheck(this),
        new Checks.FilesCheck(this),
        new Checks.VSphereCheck(this),
        new Checks.ClockCheck(this),
        new Checks.PeersCheck(this),
        new Checks.IdentityCheck(this),
    ];
}
