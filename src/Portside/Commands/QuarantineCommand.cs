using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside quarantine</c>: connections that are not known to be the machines they claim to be.</summary>
internal sealed class QuarantineCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public QuarantineCommand(GlobalOptions global)
        : base("quarantine", "See, admit and drop connections that vSphere's inventory does not agree with.")
    {
        Add(new QuarantineLsCommand(global));
        Add(new QuarantineVerdictCommand(global, "admit", "Give connections the ports they claim all the same, until they end.", "is admitted", (api, id, by, cancellation) => api.AdmitAsync(id, by, cancellation)));
        Add(new QuarantineVerdictCommand(global, "drop", "Close connections; the host may reconnect.", "is closed", (api, id, _, cancellation) => api.DropAsync(id, cancellation)));
    }
}
