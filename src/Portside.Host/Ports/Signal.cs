namespace Portside.Host.Ports;

/// <summary>Lets those who wait for a change look again. Everything is called under the lock that guards what changes.</summary>
/// <remarks>It holds no memory while nobody waits. A field of this type is never read-only.</remarks>
internal struct Signal
{
    private TaskCompletionSource? _next;

    /// <summary>Completes when it is raised the next time; awaited outside of the lock.</summary>
    public Task Wait() => (_next ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Wakes all who wait.</summary>
    public void Raise()
    {
        _next?.TrySetResult();
        _next = null;
    }
}
