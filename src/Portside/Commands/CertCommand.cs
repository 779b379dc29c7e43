using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside cert</c>: the certificate that virtual machines see.</summary>
internal sealed class CertCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public CertCommand(GlobalOptions global)
        : base("cert", "Show the certificate that virtual machines see.")
    {
        var show = new CertShowCommand(global);
        Add(show);
        Action = show.Action;
    }
}
