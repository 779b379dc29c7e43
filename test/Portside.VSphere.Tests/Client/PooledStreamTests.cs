using Portside.VSphere.Client;

namespace Portside.VSphere.Tests.Client;

/// <summary>What an answer sets off runs on the pool, whichever thread brought it.</summary>
public class PooledStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_completes_it_its_user_goes_on_at_the_pool(bool reads)
    {
        var inner = new StreamOfAnotherThread();
        await using var stream = new PooledStream(inner);
        var user = UseAsync(stream, reads);

        var poller = new Thread(inner.Complete);
        poller.Start();

        Assert.True(await user.WaitAsync(TimeSpan.FromSeconds(60)));
        poller.Join();
    }

    // As libraries await: the runner of the tests would have its own thread go on.
    private static async Task<bool> UseAsync(PooledStream stream, bool reads)
    {
        if (reads)
            Assert.Equal(1, await stream.ReadAsync(new byte[1]).ConfigureAwait(false));
        else
            await stream.WriteAsync(new byte[1]).ConfigureAwait(false);
        return Thread.CurrentThread.IsThreadPoolThread;
    }

    /// <summary>Completes on the thread that says so, with all that follows.</summary>
    private sealed class StreamOfAnotherThread : MemoryStream
    {
        private readonly TaskCompletionSource<int> _completed = new();

        public void Complete() => _completed.SetResult(1);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_completed.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_completed.Task);
    }
}
