using System.Buffers;
using CsCheck;
using Portside.Concentrator.Links;
using Portside.Telnet;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class ByteQueueTests
{
    [Fact]
    public void It_takes_as_much_as_fits_and_not_one_byte_more()
    {
        var queue = new ByteQueue(10);
        Assert.Equal(9, queue.Enqueue(new byte[9]));
        Assert.Equal(1, queue.Room);
        Assert.Equal(1, queue.Enqueue(new byte[5]));
        Assert.Equal(0, queue.Room);
        Assert.Equal(0, queue.Enqueue([1]));
        Assert.Equal(10, queue.Clear());
        Assert.Equal(10, queue.Room);
    }

    [Fact]
    public void A_message_written_past_the_limit_leaves_no_room_and_is_whole()
    {
        var queue = new ByteQueue(4);
        TelnetEncoder.WriteSubnegotiation(queue, 232, [1, 2, 255]);
        Assert.Equal(0, queue.Room);
        Assert.Equal(0, queue.Enqueue([9]));
        var message = new byte[20];
        Assert.Equal(9, queue.Dequeue(message));
        Assert.Equal(4, queue.Room);
    }

    [Fact]
    public void An_iac_that_does_not_fit_doubled_waits()
    {
        var queue = new ByteQueue(100);
        queue.Enqueue([1, 255, 2]);
        var chunk = new byte[2];
        Assert.Equal(1, queue.DequeueEscaped(chunk, int.MaxValue, out var consumed));
        Assert.Equal(1, consumed);
        Assert.Equal(2, queue.DequeueEscaped(chunk, int.MaxValue, out consumed));
        Assert.Equal(1, consumed);
        Assert.Equal([255, 255], chunk);
        Assert.Equal(1, queue.DequeueEscaped(chunk, int.MaxValue, out _));
    }

    [Fact]
    public void It_is_a_queue_whatever_happens_to_it() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 700]).List[0, 60].Sample(steps =>
        {
            const int Limit = 2000;
            var queue = new ByteQueue(Limit);
            var model = new List<byte>();
            var next = 0;
            var scratch = new byte[2 * Limit];
            foreach (var (kind, size) in steps)
            {
                var bytes = Enumerable.Range(next, size).Select(i => (byte)(i % 3 == 0 ? 255 : i)).ToArray();
                switch (kind)
                {
                    case 0 or 1:
                        var taken = queue.Enqueue(bytes);
                        Assert.Equal(Math.Min(size, Math.Max(0, Limit - model.Count)), taken);
                        model.AddRange(bytes[..taken]);
                        next += taken;
                        break;
                    case 2 when model.Count < Limit:
                        bytes = bytes[..Math.Min(size, 20)];
                        queue.Write(bytes);
                        model.AddRange(bytes);
                        next += bytes.Length;
                        break;
                    case 3:
                        var count = queue.Dequeue(scratch.AsSpan(0, size));
                        Assert.Equal(Math.Min(size, model.Count), count);
                        Assert.Equal(model.Take(count), scratch.Take(count));
                        model.RemoveRange(0, count);
                        break;
                    case 4:
                        var written = queue.DequeueEscaped(scratch.AsSpan(0, size), int.MaxValue, out var consumed);
                        Assert.Equal(model.Take(consumed).SelectMany(b => b == 255 ? new byte[] { 255, 255 } : [b]), scratch.Take(written));
                        Assert.True(consumed == model.Count || size - written < 2);
                        model.RemoveRange(0, consumed);
                        break;
                    case 5 when size < 30:
                        Assert.Equal(model.Count, queue.Clear());
                        model.Clear();
                        break;
                }

                Assert.Equal(model.Count, queue.Count);
                Assert.Equal(Math.Max(0, Limit - model.Count), queue.Room);
            }
        });
}
