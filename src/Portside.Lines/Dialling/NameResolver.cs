using System.Net;
using System.Net.Sockets;

namespace Portside.Lines.Dialling;

/// <summary>Finds the addresses of names, a few at a time, on threads of its own.</summary>
/// <remarks>
/// The system's resolver keeps a thread until it has its answer, cannot be interrupted, and may take half a minute where a
/// name's servers do not answer. Who names many such hosts would otherwise have every thread of the pool wait for them, and
/// with them every console.
/// </remarks>
/// <param name="atOnce">How many names are asked for at once; who comes then waits.</param>
/// <param name="resolve">Asks for a name, and may block.</param>
#pragma warning disable CA1001 // Who waits for a turn may do so to the last; the semaphore has no handle of the system.
public sealed class NameResolver(int atOnce, Func<string, IPAddress[]> resolve)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(atOnce, atOnce);

    /// <summary>The system's, 16 names at once.</summary>
    public static NameResolver OfSystem { get; } = new(16, Dns.GetHostAddresses);

    /// <summary>Finds a name's addresses.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the wait; the question goes on, and counts, until it is answered.</param>
    /// <returns>Its addresses.</returns>
    /// <exception cref="SocketException">It has none, or nobody knows.</exception>
    public async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        var asking = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return resolve(name);
                }
                finally
                {
                    _free.Release();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

        // Nobody may be left to hear that it failed.
        _ = asking.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return await asking.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
