using System.Net;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor;

/// <summary>Whether a connection that was turned away was a machine's own: it came not so far as to say its UUID.</summary>
internal static class RejectionMatch
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Finds the refusal that is the machine's.</summary>
    /// <param name="serviceUri">What the machine asks for; null where that is not known.</param>
    /// <param name="direction">Its direction; null where that is not known.</param>
    /// <param name="rejected">Refusals, latest first.</param>
    /// <param name="sources">Addresses from which it connects; none where they are not known.</param>
    /// <returns>Null where none is: those of others say nothing about it.</returns>
    public static RejectedDescription? Find(string? serviceUri, string? direction, IReadOnlyList<RejectedDescription> rejected, IReadOnlyCollection<string> sources)
    {
        // Whoever asks for such a thing is refused, wherever it comes from: behind address translation a host is not seen by its own.
        return rejected.FirstOrDefault(one => AsksAlike(one) && (sources.Count == 0 || sources.Contains(one.Source)))
            ?? rejected.FirstOrDefault(one => one.ServiceUri is null && sources.Contains(one.Source))
            ?? rejected.FirstOrDefault(one => one.Reason is "service-uri" or "direction" && AsksAlike(one));

        bool AsksAlike(RejectedDescription one) =>
            one.ServiceUri is not null && one.ServiceUri == serviceUri && (one.Direction is null || direction is null || one.Direction == direction);
    }

    /// <summary>The address of an end such as <c>10.0.0.1:1024</c> or <c>[::1]:1024</c>.</summary>
    /// <param name="source">The end.</param>
    /// <returns>As the concentrator writes it of a rejection; null where it is none.</returns>
    public static string? AddressOf(string source) => IPEndPoint.TryParse(source, out var end) ? end.Address.ToString() : null;

    /// <summary>A remark on refusals that are not the machine's, as far as can be told.</summary>
    /// <param name="rejected">Refusals, latest first.</param>
    /// <param name="now">The time.</param>
    /// <returns>The end of a sentence; empty where there are none within the hour.</returns>
    public static string Others(IReadOnlyList<RejectedDescription> rejected, DateTimeOffset now) =>
        rejected.FirstOrDefault(one => now - one.At < Lately && one.Reason != "not-a-machine") is not { } other
            ? ""
            : $"; of others, the latest was turned away {Age.Ago(other.At, now)}, from {other.Source}{(other.ServiceUri is null ? "" : $" with '{other.ServiceUri}'")} ({other.Reason}): portside ls has them all";
}
