using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.SerialPorts;

/// <summary>Machines by tag, which vCenter tells by its REST API alone.</summary>
internal static class Tags
{
    /// <summary>Asks for all tags that selectors name, once each.</summary>
    /// <param name="session">Where; the same account is used.</param>
    /// <param name="selectors">What people wrote.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Ids of the machines that have a tag; null where no selector names one.</returns>
    /// <exception cref="CommandFailure">There is no such tag, or the server has none.</exception>
    public static async Task<Func<string, IReadOnlySet<string>>?> AskAsync(VSphereSession session, IReadOnlyList<string> selectors, CancellationToken cancellation)
    {
        var names = selectors.Where(text => text.StartsWith("tag:", StringComparison.OrdinalIgnoreCase)).Select(text => text[4..]).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            return null;
        if (!session.IsVirtualCenter)
            throw new CommandFailure(ExitCode.Usage, "a host by itself has no tags: they are vCenter's", "name the machines by name, pattern or folder");
        var machines = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        await using var rest = await TagClient.ConnectAsync(session.Options, session.Clock, cancellation);
        foreach (var name in names)
        {
            machines[name] = await rest.MachinesAsync(name, cancellation)
                ?? throw new CommandFailure(ExitCode.NotFound, $"there is no tag '{name}'", "write it as tag:NAME, or tag:CATEGORY/NAME");
        }

        return name => machines[name];
    }
}
