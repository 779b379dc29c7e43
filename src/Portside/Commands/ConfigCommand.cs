using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside config</c>: what <c>serve</c> would be told.</summary>
internal sealed class ConfigCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public ConfigCommand(GlobalOptions global)
        : base("config", "Check and show the configuration of serve.")
    {
        Add(new ConfigCheckCommand(global));
        Add(new ConfigShowCommand(global));
        Add(new ConfigKeysCommand(global));
    }
}
