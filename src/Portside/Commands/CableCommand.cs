using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside cable</c>: ports joined with each other, or with a line outside.</summary>
internal sealed class CableCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public CableCommand(GlobalOptions global)
        : base("cable", "Join two ports, or a port and a line outside, as a null modem would.")
    {
        Add(new CableAddCommand(global));
        Add(new CableLsCommand(global));
        Add(new CableRmCommand(global));
    }
}
