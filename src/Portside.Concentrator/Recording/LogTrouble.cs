using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Recording;

/// <summary>Which logs cannot be written just now and why; says so once when it begins, and once when it is over.</summary>
internal sealed partial class LogTrouble(TimeProvider time, ILogger logger)
{
    internal const string TooSlow = "the disk is too slow";

    private readonly Lock _lock = new();
    private readonly HashSet<object> _troubled = [];
    private readonly HashSet<string> _said = [];
    private string? _reason;
    private long _began;
    private long _droppedBefore;
    private long _dropped;
    private long _errors;

    /// <summary>The latest reason; null when all is well.</summary>
    internal string? Reason => Volatile.Read(ref _reason);

    internal long Dropped => Volatile.Read(ref _dropped);

    internal long Errors => Volatile.Read(ref _errors);

    internal void CountDropped(long bytes) => Interlocked.Add(ref _dropped, bytes);

    internal void CountError() => Interlocked.Increment(ref _errors);

    /// <summary>A log is in trouble.</summary>
    /// <param name="who">The log.</param>
    /// <param name="reason">Why, without names, so that many logs have one reason in common.</param>
    /// <param name="path">The file or directory.</param>
    internal void Begin(object who, string reason, string path)
    {
        lock (_lock)
        {
            if (_reason is null)
                (_began, _droppedBefore) = (time.GetTimestamp(), _dropped);
            _troubled.Add(who);
            Volatile.Write(ref _reason, reason);
            // A second reason is news; the same again, for other ports or at the next attempt, is not.
            if (!_said.Add(reason))
                return;
        }

        LogDegraded(logger, reason, path);
    }

    /// <summary>A log is well, or gone.</summary>
    internal void End(object who)
    {
        long lost;
        TimeSpan lasted;
        lock (_lock)
        {
            if (!_troubled.Remove(who) || _troubled.Count > 0)
                return;
            Volatile.Write(ref _reason, null);
            _said.Clear();
            lost = _dropped - _droppedBefore;
            lasted = time.GetElapsedTime(_began);
        }

        LogRecovered(logger, lasted, lost);
    }

    /// <summary>What the system says of a failure, without the file's name.</summary>
    internal static string ReasonOf(Exception e)
    {
        // .NET turns some of the system's errors into types of its own and keeps the original inside.
        if (e is UnauthorizedAccessException && e.InnerException is { } inner)
            e = inner;
        return e switch
        {
            UnauthorizedAccessException => "Permission denied",
            DirectoryNotFoundException => "No such directory",
            FileNotFoundException => "No such file",
            _ when e.HResult is > 0 and < 4096 => Marshal.GetPInvokeErrorMessage(e.HResult),
            _ => e.Message,
        };
    }
}
