using System.Net;
using Portside.Concentrator.Diagnostics;

namespace Portside.Concentrator.Links;

/// <summary>The latest refused attempts, so that a misspelt service URI shows in a listing and not only in a log.</summary>
/// <param name="metrics">Counts them all, by reason.</param>
/// <param name="time">The clock.</param>
public sealed class Rejections(ConcentratorMetrics metrics, TimeProvider time)
{
    /// <summary>Attempts remembered; the oldest goes first.</summary>
    public const int Capacity = 100;

    private readonly Lock _lock = new();
    private readonly LinkedList<Rejection> _latest = [];

    /// <summary>The remembered attempts, latest first.</summary>
    /// <returns>A copy.</returns>
    public IReadOnlyList<Rejection> Latest()
    {
        lock (_lock)
            return [.. _latest];
    }

    /// <summary>Remembers an attempt; one like it from the same address is counted, not repeated.</summary>
    /// <returns>How often it happened.</returns>
    internal long Add(EndPoint? source, string reason, string detail, string? direction = null, string? serviceUri = null)
    {
        metrics.Rejected(reason);
        var address = (source as IPEndPoint)?.Address.ToString() ?? "unknown";
        lock (_lock)
        {
            var count = 1L;
            for (var node = _latest.First; node is not null; node = node.Next)
            {
                var known = node.Value;
                if (known.Source != address || known.Reason != reason || known.ServiceUri != serviceUri)
                    continue;
                count += known.Count;
                _latest.Remove(node);
                break;
            }

            _latest.AddFirst(new Rejection(time.GetUtcNow(), address, reason, detail, direction, serviceUri, count));
            if (_latest.Count > Capacity)
                _latest.RemoveLast();
            return count;
        }
    }
}
