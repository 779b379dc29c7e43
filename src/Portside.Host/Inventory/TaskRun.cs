namespace Portside.Host.Inventory;

/// <summary>What a task's work sees of its task.</summary>
/// <param name="task">The task.</param>
/// <param name="cancellation">Ends when somebody cancels the task, or the server stops.</param>
internal sealed class TaskRun(TaskObject task, CancellationToken cancellation)
{
    /// <summary>Ends when somebody cancels the task, or the server stops.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>How far it is, 0 to 100.</summary>
    public void Progress(int percent) => task.Report(percent);

    /// <summary>From here on it can no longer be cancelled.</summary>
    public void Commit() => task.Commit();
}
