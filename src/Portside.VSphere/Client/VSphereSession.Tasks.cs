using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Client;

public sealed partial class VSphereSession
{
    /// <summary>Waits for a task, by changes and not by asking again and again.</summary>
    /// <param name="task">The task.</param>
    /// <param name="progress">Told the percentage, where the task tells one; null for nobody.</param>
    /// <param name="cancellation">Ends the wait; the task goes on.</param>
    /// <returns>The task as it ended, successfully.</returns>
    /// <exception cref="VSphereFaultException">The task failed.</exception>
    /// <exception cref="VSphereTransportException">It did not end within <see cref="VSphereOptions.TaskWithin"/> (<c>IsTimeout</c>), or there was no answer.</exception>
    /// <exception cref="VSphereException">Everything else that can go wrong; how the task ends is not known then.</exception>
    public async Task<TaskInfo> WaitForTaskAsync(ManagedObjectReference task, IProgress<int>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        TaskInfo? last = null;
        using var limit = new CancellationTokenSource(_options.TaskWithin, _clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await EndOfAsync(task, info => Tell(last = info), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new VSphereTransportException(
                $"{(last is null ? task.ToString() : $"{What(task, last)} ({task.Value})")} has not ended within {_options.TaskWithin.TotalMinutes:0.#} minutes{(last?.State is { } state ? $", and is {state}" : "")}",
                "see Recent Tasks in the vSphere Client: it may still end, or be cancelled there; then try again",
                e)
            {
                IsTimeout = true,
            };
        }

        void Tell(TaskInfo info)
        {
            if (info.Progress is { } percent)
                progress?.Report(percent);
        }
    }

    private async Task<TaskInfo> EndOfAsync(ManagedObjectReference task, Action<TaskInfo> tell, CancellationToken cancellation)
    {
        await foreach (var update in WatchAsync([task], [new PropertySpec { OfType = "Task", PathSet = ["info"] }], cancellation).ConfigureAwait(false))
        {
            var change = update.ChangeSet.LastOrDefault(change => change.Name == "info" || change.Name.StartsWith("info.", StringComparison.Ordinal));
            if (change is null)
                continue;

            // A server may tell what changed of it alone.
            var info = change.Val?.Value as TaskInfo
                ?? (await ReadAsync(task, ["info"], cancellation).ConfigureAwait(false)).Value<TaskInfo>("info");
            if (info is null)
                continue;
            tell(info);
            switch (info.State)
            {
                case "success":
                    return info;
                case "error":
                    throw VSphereFaultException.Of(What(task, info), info.Error?.Fault ?? new MethodFault { TypeName = "" }, info.Error?.LocalizedMessage);
            }
        }

        throw new VSphereTransportException($"nothing more is told of {task}");
    }

    private static string What(ManagedObjectReference task, TaskInfo info) =>
        info.EntityName is { Length: > 0 } entity ? $"{info.Name ?? "the task"} of {entity}" : info.Name ?? task.ToString();

    /// <summary>Starts a task and waits for it.</summary>
    /// <param name="method">The method, such as <c>ReconfigVM_Task</c>.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Arguments in schema order; a null value is left out.</param>
    /// <param name="progress">Told the percentage, where the task tells one; null for nobody.</param>
    /// <param name="cancellation">Ends the wait; the task goes on.</param>
    /// <returns>The task as it ended, successfully.</returns>
    /// <exception cref="VSphereException">As <see cref="WaitForTaskAsync"/>.</exception>
    public async Task<TaskInfo> RunAsync(
        string method,
        ManagedObjectReference target,
        IEnumerable<(string Name, VimValue? Value)> arguments,
        IProgress<int>? progress,
        CancellationToken cancellation) =>
        await WaitForTaskAsync(await StartAsync(method, target, arguments, cancellation).ConfigureAwait(false), progress, cancellation).ConfigureAwait(false);
}
