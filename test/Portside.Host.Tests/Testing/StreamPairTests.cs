using Portside.Testing;

namespace Portside.Host.Tests.Testing;

public class StreamPairTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task What_one_end_writes_the_other_reads_in_order_through_a_buffer_of_three_bytes()
    {
        using var pair = new StreamPair(capacity: 3);
        byte[] sent = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        var writing = pair.Near.WriteAsync(sent).AsTask();
        var received = new byte[256];
        await pair.Far.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);

        await writing.WaitAsync(Patience);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task A_writer_waits_while_the_buffer_is_full_and_can_be_cancelled()
    {
        using var pair = new StreamPair(capacity: 3);
        using var cancellation = new CancellationTokenSource();

        var writing = pair.Near.WriteAsync(new byte[4], cancellation.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Patience));
        Assert.Equal(3, pair.Near.Unread);
    }

    [Fact]
    public async Task A_read_of_no_bytes_waits_for_a_byte_and_takes_none()
    {
        using var pair = new StreamPair();
        var reading = pair.Far.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(reading.IsCompleted);

        await pair.Near.WriteAsync(new byte[] { 7 });

        Assert.Equal(0, await reading.WaitAsync(Patience));
        Assert.Equal(1, pair.Far.Available);
    }

    [Fact]
    public async Task After_a_half_close_the_rest_is_read_then_the_end_and_the_other_direction_lives()
    {
        using var pair = new StreamPair();
        await pair.Near.WriteAsync(new byte[] { 1, 2 });
        pair.Near.CompleteWrites();

        var buffer = new byte[8];
        Assert.Equal(2, await pair.Far.ReadAsync(buffer));
        Assert.Equal(0, await pair.Far.ReadAsync(buffer));
        await pair.Far.WriteAsync(new byte[] { 9 });
        Assert.Equal(1, await pair.Near.ReadAsync(buffer));
        Assert.Equal(9, buffer[0]);
    }

    [Fact]
    public async Task After_an_abort_reads_and_writes_fail_at_both_ends()
    {
        using var pair = new StreamPair();
        var reading = pair.Near.ReadAsync(new byte[1]).AsTask();

        pair.Far.Abort();

        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Patience));
        await Assert.ThrowsAsync<IOException>(() => pair.Near.WriteAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<IOException>(() => pair.Far.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task Writing_to_a_closed_end_fails()
    {
        using var pair = new StreamPair();
        pair.Far.Dispose();

        Assert.Equal(0, await pair.Near.ReadAsync(new byte[1]));
        await Assert.ThrowsAsync<IOException>(() => pair.Near.WriteAsync(new byte[1]).AsTask());
    }
}
