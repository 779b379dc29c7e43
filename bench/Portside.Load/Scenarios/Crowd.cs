using System.Diagnostics;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>Many machines connecting, so many at a time, and then idle.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly MachineLink?[] _links;

    private Crowd(MachineLink?[] links) => _links = links;

    /// <summary>The links, those that were kept.</summary>
    public IEnumerable<MachineLink> Links => _links.OfType<MachineLink>();

    /// <param name="target">What they dial.</param>
    /// <param name="firstIndex">Index of the first machine.</param>
    /// <param name="count">How many machines.</param>
    /// <param name="atOnce">How many handshakes are under way at a time.</param>
    /// <param name="keep">Whether they stay connected.</param>
    /// <param name="samples">Gets each handshake's duration, from before connect.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Crowd> ConnectAsync(
        Target target,
        int firstIndex,
        int count,
        int atOnce,
        bool keep = true,
        Samples? samples = null,
        CancellationToken cancellation = default)
    {
        var links = new MachineLink?[count];
        var next = -1;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, count)).Select(_ => WorkAsync()));
            return new Crowd(links);
        }
        catch
        {
            new Crowd(links).Dispose();
            throw;
        }

        async Task WorkAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var start = Stopwatch.GetTimestamp();
                var link = await target.HandshakeAsync(new MachineIdentity(firstIndex + i), cancellation: cancellation);
                samples?.Add(Stopwatch.GetTimestamp() - start);
                if (keep)
                    links[i] = link;
                else
                    link.Dispose();
            }
        }
    }

    /// <summary>Links that ended though nobody asked them to.</summary>
    public int CountEnded() => Links.Count(link => link.Closed.IsCompleted);

    public void Dispose()
    {
        foreach (var link in Links)
            link.Dispose();
    }
}
