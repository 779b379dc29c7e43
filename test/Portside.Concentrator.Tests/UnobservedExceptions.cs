using System.Collections.Concurrent;
using Portside.Concentrator.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]

namespace Portside.Concentrator.Tests;

/// <summary>Fails the run when a task failed and nobody looked: an exception that escaped.</summary>
public sealed class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<Exception> _escaped = new();

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Remember;

    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Remember;
        if (!_escaped.IsEmpty)
            throw new AggregateException("Exceptions that nobody observed.", _escaped);
    }

    private void Remember(object? sender, UnobservedTaskExceptionEventArgs e) => _escaped.Enqueue(e.Exception);
}
