namespace Portside.EndToEnd.Tests.Processes;

/// <summary>How long anything may take before it counts as hanging. Nothing is judged by its speed, so it is generous.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks at what has no signal to wait for.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until something is as wanted.</summary>
    /// <param name="look">Returns null as long as it is not.</param>
    /// <param name="awaited">What is waited for, for the failure's text.</param>
    public static async Task<T> PollAsync<T>(Func<Task<T?>> look, Func<string> awaited)
        where T : class
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (await look().WaitAsync(Limit) is { } found)
                return found;
            if (limit.IsCancellationRequested)
                Assert.Fail($"Waited {Limit.TotalSeconds:0} s for {awaited()}");
            await Task.Delay(Look);
        }
    }

    /// <summary>Looks until a condition holds.</summary>
    public static Task PollAsync(Func<bool> condition, Func<string> awaited) =>
        PollAsync(() => Task.FromResult(condition() ? "yes" : null), awaited);
}
