using Portside.Load.Reports;

namespace Portside.Load.Streams;

/// <summary>The account of one stream when it has ended.</summary>
internal static class StreamCount
{
    public static Outcome Of(string stream, long sent, StreamVerifier verifier)
    {
        var missing = sent - verifier.Position;
        var fault = verifier.FirstFault ?? (missing == 0 ? null : $"{verifier.Position} bytes came of {sent}");
        return new Outcome(
            [],
            verifier.Lost + Math.Max(0, missing),
            verifier.Doubled + verifier.Strange + Math.Max(0, -missing),
            fault is null ? [] : [$"{stream}: {fault}"]);
    }
}
