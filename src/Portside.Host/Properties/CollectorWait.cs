using Portside.VSphere.Contracts;

namespace Portside.Host.Properties;

/// <summary>One call that waits for updates: a promise and a timer, no thread.</summary>
/// <param name="maxUpdates">Objects in its answer, at most; null for no bound.</param>
internal sealed class CollectorWait(int? maxUpdates)
    : TaskCompletionSource<UpdateSet?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Objects in its answer, at most; null for no bound.</summary>
    public int? MaxUpdates { get; } = maxUpdates;
}
