using Portside.Concentrator.Clients;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Recording;
using Portside.Concentrator.Remotes;

namespace Portside.Concentrator;

/// <summary>Everything a concentrator can be told, by the idea it belongs to. Defaults are ready to serve.</summary>
public sealed class ConcentratorOptions
{
    /// <summary>Directory for what must survive a restart: the made certificate, the ports with their console numbers, and the cables.</summary>
    public required string StateDirectory { get; set; }

    /// <summary>The side virtual machines connect to.</summary>
    public LinkOptions Vm { get; set; } = new();

    /// <summary>The side people and programs connect to.</summary>
    public ConsoleOptions Console { get; set; } = new();

    /// <summary>The log of every port.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>What service URIs may have done.</summary>
    public RemoteOptions Remote { get; set; } = new();

    /// <summary>Claims to ports, where somebody knows better than the machines.</summary>
    public GuardOptions Guard { get; set; } = new();

    /// <summary>vMotion.</summary>
    public MigrationOptions Migration { get; set; } = new();
}
