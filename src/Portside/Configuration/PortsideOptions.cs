using Portside.Concentrator;

namespace Portside.Configuration;

/// <summary>Everything <c>portside serve</c> can be told: the concentrator's options and the program's own.</summary>
internal sealed class PortsideOptions
{
    /// <summary>Ready-to-serve defaults.</summary>
    /// <param name="stateDirectory">Directory for what must survive a restart.</param>
    public PortsideOptions(string stateDirectory) => Concentrator = new ConcentratorOptions { StateDirectory = stateDirectory };

    /// <summary>The concentrator.</summary>
    public ConcentratorOptions Concentrator { get; }

    /// <summary>Names and addresses under which virtual machines reach this one; empty: its own host name.</summary>
    public IList<string> Advertise { get; set; } = [];

    /// <summary>Whether console telnet may listen beyond loopback although it knows no users; default no.</summary>
    public bool InsecureConsoleAnywhere { get; set; }

    /// <summary>The HTTP API.</summary>
    public HttpOptions Http { get; } = new();

    /// <summary>The vSphere that names machines.</summary>
    public VSphereFollowing VSphere { get; } = new();

    /// <summary>What the program says about itself.</summary>
    public DiagnosticsOptions Diagnostics { get; } = new();

    /// <summary>The directory of the raw logs, with its default applied.</summary>
    public string LogDirectory => Concentrator.Log.Directory ?? Path.Combine(Concentrator.StateDirectory, "log");
}
