using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>There is room for logs and state, and logs are written.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class DiskCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private const long Enough = 256L << 20;

    /// <inheritdoc/>
    public override string Name => "disk";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) => Task.FromResult(Decide(concentrator.Server!));

    internal static Finding Decide(ServerDescription server)
    {
        if (server.LogDegraded)
            return Finding.Broken($"some port's log cannot be written in {server.LogDirectory}{(server.LogFreeBytes is { } left ? $", where {ByteCount.Of(left)} are free" : "")}; consoles go on", $"df -h {ShellWord.Of(server.LogDirectory ?? server.StateDirectory)}, then make room there");
        foreach (var (what, directory, free) in new[] { ("logs", server.LogDirectory, server.LogFreeBytes), ("state", server.StateDirectory, server.StateFreeBytes) })
        {
            if (directory is not null && free < Enough)
                return Finding.Broken($"{ByteCount.Of(free.Value)} are free for {what} in {directory}", $"df -h {ShellWord.Of(directory)}, then make room there, or lower log.keepFiles");
        }

        return server.StateFreeBytes is null && server.LogFreeBytes is null
            ? Finding.Unknown("the concentrator does not say how much room it has")
            : Finding.Ok($"{(server.LogFreeBytes is { } logs ? $"{ByteCount.Of(logs)} free for logs" : "no logs are written")}, {(server.StateFreeBytes is { } state ? $"{ByteCount.Of(state)} for state" : "state unknown")}");
    }
}
