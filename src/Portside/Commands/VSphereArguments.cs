using System.CommandLine;
using Portside.Contexts;
using Portside.VSphere.Client;

namespace Portside.Commands;

/// <summary>Where the vCenter or ESXi of a verb is, and as whom to log in there: options, the variables that govc has as well, and the context.</summary>
/// <remarks>A password is taken from a file, a variable, a command or a terminal, never from the command line, which everybody on the computer can read.</remarks>
/// <param name="global">What every verb understands.</param>
internal sealed class VSphereArguments(GlobalOptions global)
{
    private readonly LoginOptions _options = new("--vcenter", "The vCenter or ESXi; else GOVC_URL, else the context's.")
    {
        Datacenter = new("--datacenter") { Description = "Only machines of this datacenter; else GOVC_DATACENTER, else the context's; else all.", HelpName = "NAME" },
    };

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command) => _options.AddTo(command);

    /// <summary>The datacenter to which everything is limited; null for none.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>Its name or path.</returns>
    /// <exception cref="CommandFailure">What was said makes no sense.</exception>
    public string? Datacenter(ParseResult arguments) => Login(arguments).Datacenter?.Value;

    /// <summary>Whether a vCenter or ESXi is named at all.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>False where neither option nor variable nor context names one.</returns>
    /// <exception cref="CommandFailure">What was said makes no sense.</exception>
    public bool IsGiven(ParseResult arguments) => Login(arguments).Url is not null;

    /// <summary>Logs in.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="CommandFailure">What was said makes no sense.</exception>
    /// <exception cref="VSphereException">It could not be done.</exception>
    public async Task<VSphereSession> ConnectAsync(ParseResult arguments, CancellationToken cancellation) =>
        await VSphereSession.ConnectAsync(await ReadAsync(arguments, cancellation), global.Caller.Clock, cancellation: cancellation);

    /// <summary>What was said, and the password.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The options of a session.</returns>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public Task<VSphereOptions> ReadAsync(ParseResult arguments, CancellationToken cancellation) => Login(arguments).ReadAsync(cancellation);

    private VSphereLogin Login(ParseResult arguments) => global.Login(arguments, _options, global.Context(arguments));
}
