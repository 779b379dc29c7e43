using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside host fault</c>: what goes wrong at a host, on demand.</summary>
internal sealed class HostFaultCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public HostFaultCommand(GlobalOptions global)
        : base("fault", "Let things go wrong at a running host: in vMotion, connections, calls and tasks.")
    {
        var login = new HostLoginOptions(global);
        login.AddTo(this);
        Add(new HostFaultAddCommand(global, login));
        Add(new HostFaultLsCommand(global, login));
        Add(new HostFaultRmCommand(global, login));
    }
}
