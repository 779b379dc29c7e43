using Portside.Api.Contracts;

namespace Portside.Doctor.Checks;

/// <summary>The limit of open files has room for as many machines as are allowed.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class FilesCheck(ConcentratorCase concentrator) : DoctorCheck
{
    /// <summary>What makes room for more open files.</summary>
    public const string Repair = "systemctl edit portside, with [Service] LimitNOFILE=131072; then systemctl restart portside";

    /// <inheritdoc/>
    public override string Name => "files";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) => Task.FromResult(Decide(concentrator.Server!));

    internal static Finding Decide(ServerDescription server)
    {
        if (server.MaxLinks == 0)
            return Finding.Unknown("the concentrator does not say how many machines it allows");
        if (server.MaxSockets is not { } sockets)
            return Finding.Ok("nothing limits open files");
        var each = server.ConsoleTelnet is null ? 1 : 2;
        return sockets >= (long)server.MaxLinks * each ? Finding.Ok($"room for {sockets} sockets, and vm.maxLinks is {server.MaxLinks}")
            : sockets < (long)server.Ports * each ? Finding.Broken($"there is room for {sockets} sockets, and {server.Ports} ports need {each} each: machines are turned away", Repair)
            : Finding.Ok($"room for {sockets} sockets: fewer than vm.maxLinks ({server.MaxLinks}) may need, enough for the {server.Ports} ports there are");
    }
}
