using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>What a host answered; one that does not answer hides nothing of the others.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Host">The host.</param>
/// <param name="Answer">Its answer; null where it could not be asked.</param>
/// <param name="Problem">Why it could not be asked; null where it could.</param>
internal sealed record HostAnswer<T>(InventoryHost Host, T? Answer, string? Problem)
    where T : class
{
    /// <summary>Asks each host.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="ask">The question.</param>
    /// <returns>An answer, or why there is none, of each host.</returns>
    /// <exception cref="VSphereLoginException">Nobody may ask anything any more.</exception>
    public static async Task<IReadOnlyList<HostAnswer<T>>> OfAsync(IEnumerable<InventoryHost> hosts, Func<InventoryHost, Task<T>> ask)
    {
        var answers = new List<HostAnswer<T>>();
        foreach (var host in hosts)
        {
            try
            {
                answers.Add(new(host, await ask(host), null));
            }
            catch (VSphereException e) when (e is not VSphereLoginException)
            {
                answers.Add(new(host, null, e.Next is null ? e.Message : $"{e.Message}: {e.Next}"));
            }
        }

        return answers;
    }
}
