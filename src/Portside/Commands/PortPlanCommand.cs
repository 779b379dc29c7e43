using System.CommandLine;
using Portside.SerialPorts;

namespace Portside.Commands;

/// <summary><c>portside port plan -f FILE</c>: what <c>apply</c> would do.</summary>
internal sealed class PortPlanCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public PortPlanCommand(GlobalOptions global)
        : base("plan", "Show what 'port apply' would do with a file, machine by machine and field by field; changes nothing.")
    {
        var file = PortApplyCommand.FileOption();
        var vsphere = new VSphereArguments(global);
        var exit = new ChangeExitOption("'port apply' would change a port");
        Add(file);
        Add(exit);
        vsphere.AddTo(this);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            var wanted = PortFile.Load(arguments.GetValue(file)!, caller);
            var options = await vsphere.ReadAsync(arguments, cancellation);
            using var target = await wanted.ConnectAsync(caller, cancellation);
            await using var session = await VSphere.Client.VSphereSession.ConnectAsync(options, caller.Clock, cancellation: cancellation);
            var inventory = await PortTargets.ReadAsync(session, vsphere.Datacenter(arguments), caller, cancellation);
            return PortReport.Write(global, arguments, PortRun.Plan(await wanted.WishesAsync(inventory, session, target, cancellation)), isPlan: true, exit);
        });
    }
}
