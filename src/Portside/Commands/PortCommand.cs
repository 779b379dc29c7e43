using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside port</c>: network serial ports of machines of a vCenter or ESXi.</summary>
internal sealed class PortCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public PortCommand(GlobalOptions global)
        : base("port", "Configure, verify and connect network serial ports of virtual machines at a vCenter or ESXi.")
    {
        Add(new PortCheckCommand(global));
        Add(new PortLsCommand(global));
        Add(PortChangeCommand.Add(global));
        Add(PortChangeCommand.Set(global));
        Add(PortChangeCommand.Ensure(global));
        Add(PortChangeCommand.Remove(global));
        Add(PortChangeCommand.Connect(global));
        Add(PortChangeCommand.Disconnect(global));
        Add(new PortPlanCommand(global));
        Add(new PortApplyCommand(global));
    }
}
