using CsCheck;
using Portside.Concentrator.Recording;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class PortRecordingTests
{
    private const int Replay = 1024;
    private const int Lag = 8192;

    [Fact]
    public void A_silent_port_holds_no_ring()
    {
        Assert.Equal(0, new PortRecording(64 * 1024, 1024 * 1024).Capacity);
    }

    [Fact]
    public void The_ring_doubles_with_what_was_said_up_to_the_replay()
    {
        var recording = new PortRecording(Replay, Lag);
        recording.Append(Stream(0, 1));
        Assert.Equal(256, recording.Capacity);
        recording.Append(Stream(1, 256));
        Assert.Equal(512, recording.Capacity);
        recording.Append(Stream(257, 5000));
        Assert.Equal(Replay, recording.Capacity);
        Assert.Equal(5257, recording.End);
        Assert.Equal(5257 - Replay, recording.Start);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void Who_attaches_later_reads_the_latest_bytes_again(int replay)
    {
        var recording = new PortRecording(Replay, Lag);
        for (var at = 0; at < 3000; at += 100)
            recording.Append(Stream(at, 100));
        var reader = recording.Add(replay, Nobody);
        var kept = Math.Min(replay, Replay);
        Assert.Equal(Stream(3000 - kept, kept), ReadAll(reader, 77, out var missed));
        Assert.Equal(0, missed);
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void Without_readers_a_flood_costs_the_replay_and_no_more()
    {
        var recording = new PortRecording(Replay, Lag);
        recording.Append(Stream(0, Lag * 3));
        Assert.Equal(Replay, recording.Capacity);
        Assert.Equal(Stream(Lag * 3 - Replay, Replay), ReadAll(recording.Add(long.MaxValue, Nobody), 100, out _));
    }

    [Fact]
    public void For_a_reader_that_lags_the_ring_grows_to_the_lag_and_then_a_gap_is_counted()
    {
        var recording = new PortRecording(Replay, Lag);
        var reader = recording.Add(0, Nobody);
        for (var at = 0; at < Lag; at += 512)
            recording.Append(Stream(at, 512));
        Assert.Equal(Lag, recording.Capacity);
        Assert.Equal(0, recording.Start);

        recording.Append(Stream(Lag, 300));
        Assert.Equal(Lag, recording.Capacity);
        var bytes = ReadAll(reader, 1000, out var missed);
        Assert.Equal(300, missed);
        Assert.Equal(Stream(300, Lag), bytes);
    }

    [Fact]
    public void A_reader_that_keeps_up_costs_no_more_than_the_replay()
    {
        var recording = new PortRecording(Replay, Lag);
        var reader = recording.Add(0, Nobody);
        for (var at = 0; at < 100_000; at += 500)
        {
            recording.Append(Stream(at, 500));
            Assert.Equal(Stream(at, 500), ReadAll(reader, 4096, out _));
        }

        Assert.Equal(Replay, recording.Capacity);
    }

    [Fact]
    public void A_lossy_reader_makes_no_ring_grow()
    {
        var recording = new PortRecording(Replay, Lag);
        var reader = recording.Add(0, Nobody);
        reader.Lossy = true;
        for (var at = 0; at < 5000; at += 500)
            recording.Append(Stream(at, 500));
        Assert.Equal(Replay, recording.Capacity);
        Assert.Equal(Stream(5000 - Replay, Replay), ReadAll(reader, 64, out var missed));
        Assert.Equal(5000 - Replay, missed);
    }

    [Fact]
    public void One_append_larger_than_all_memory_leaves_its_end_and_counts_the_rest_as_missed()
    {
        var recording = new PortRecording(Replay, Lag);
        var reader = recording.Add(0, Nobody);
        recording.Append(Stream(0, 100));
        recording.Append(Stream(100, Lag * 2));
        Assert.Equal(Stream(100 + Lag, Lag), ReadAll(reader, 3000, out var missed));
        Assert.Equal(100 + Lag, missed);
    }

    [Fact]
    public void Trim_gives_a_floods_memory_back_once_nobody_needs_it()
    {
        var recording = new PortRecording(Replay, Lag);
        var reader = recording.Add(0, Nobody);
        recording.Append(Stream(0, 3000));
        recording.Trim();
        Assert.Equal(4096, recording.Capacity);
        Assert.Equal(Stream(0, 3000), ReadAll(reader, 3000, out _));
        recording.Trim();
        Assert.Equal(Replay, recording.Capacity);
        Assert.Equal(3000 - Replay, recording.Start);
        Assert.Equal(Stream(3000 - Replay, Replay), ReadAll(recording.Add(Replay, Nobody), 10, out _));
        recording.Append(Stream(3000, 10));
        Assert.Equal(Stream(3000, 10), ReadAll(reader, 3000, out _));
    }

    [Fact]
    public void Every_append_wakes_every_reader_but_those_removed()
    {
        var recording = new PortRecording(Replay, Lag);
        int first = 0, second = 0;
        var leaving = recording.Add(0, () => first++);
        recording.AddPacer(() => second++);
        recording.Append([1]);
        recording.Append([]);
        recording.Remove(leaving);
        recording.Append([2]);
        Assert.Equal((1, 2), (first, second));
    }

    [Fact]
    public void The_link_is_ahead_of_the_pacer_exactly_when_unread_bytes_would_be_overwritten()
    {
        var recording = new PortRecording(Replay, Lag);
        Assert.False(recording.IsAheadOfPacer(int.MaxValue));
        var pacer = recording.AddPacer(Nobody);
        recording.Append(Stream(0, Lag - 100));
        Assert.False(recording.IsAheadOfPacer(100));
        Assert.True(recording.IsAheadOfPacer(101));
        Assert.True(recording.IsAheadOfPacer(int.MaxValue));
        recording.Append(Stream(Lag - 100, 100));
        Assert.Equal(Stream(0, Lag), ReadAll(pacer, 4096, out var missed));
        Assert.Equal(0, missed);
    }

    [Fact]
    public void A_pacer_that_has_read_everything_or_is_lossy_or_gone_is_never_waited_for()
    {
        var recording = new PortRecording(Replay, Lag);
        var pacer = recording.AddPacer(Nobody);
        Assert.False(recording.IsAheadOfPacer(Lag * 2));
        recording.Append(Stream(0, Lag));
        Assert.True(recording.IsAheadOfPacer(1));
        pacer.Lossy = true;
        Assert.False(recording.IsAheadOfPacer(1));
        pacer.Lossy = false;
        recording.Remove(pacer);
        Assert.False(recording.IsAheadOfPacer(1));
    }

    [Fact]
    public void The_pacer_begins_with_what_was_said_before_it_came()
    {
        var recording = new PortRecording(Replay, Lag);
        recording.Append(Stream(0, 700));
        Assert.Equal(Stream(0, 700), ReadAll(recording.AddPacer(Nobody), 4096, out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(1, int.MaxValue)]
    public void Sizes_that_no_ring_can_have_are_refused(int replay, int lag)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortRecording(replay, lag));
    }

    [Fact]
    public void Appending_allocates_nothing_once_the_ring_is_there()
    {
        var recording = new PortRecording(Replay, Lag);
        var pacer = recording.AddPacer(Nobody);
        var bytes = Stream(0, 200);
        var buffer = new byte[200];
        Exchange(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Exchange(int times)
        {
            for (var i = 0; i < times; i++)
            {
                if (!recording.IsAheadOfPacer(bytes.Length))
                    recording.Append(bytes);
                pacer.Read(buffer, out _);
            }
        }
    }

    [Fact]
    public void Whatever_the_order_of_appends_and_reads_bytes_match_their_positions()
    {
        // An operation: 0 appends, 1 and 2 read with one of two readers, 3 trims, 4 attaches a third anew and drains it.
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 5000], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1500]).Array[1, 120]).Sample((replay, lag, steps) =>
        {
            var recording = new PortRecording(replay, lag);
            var readers = new[] { recording.Add(0, Nobody), recording.AddPacer(Nobody) };
            var positions = new long[2];
            long end = 0;
            foreach (var (step, size) in steps)
            {
                switch (step)
                {
                    case 0:
                        var mayLose = recording.IsAheadOfPacer(size);
                        var lost = readers[1].Position < recording.Start;
                        recording.Append(Stream(end, size));
                        end += size;
                        // Unless the link was warned, or appends more than there is memory for, the log loses nothing.
                        Assert.True(lost || mayLose || size > Math.Max(replay, lag) || recording.Start <= readers[1].Position);
                        break;
                    case 1 or 2:
                        var buffer = new byte[size];
                        var count = readers[step - 1].Read(buffer, out var missed);
                        positions[step - 1] += missed;
                        Assert.Equal(Stream(positions[step - 1], count), buffer[..count]);
                        positions[step - 1] += count;
                        Assert.Equal(positions[step - 1], readers[step - 1].Position);
                        break;
                    case 3:
                        recording.Trim();
                        break;
                    default:
                        var late = recording.Add(size, Nobody);
                        var from = late.Position;
                        Assert.InRange(from, recording.Start, end);
                        Assert.Equal(Stream(from, (int)(end - from)), ReadAll(late, 100, out var none));
                        Assert.Equal(0, none);
                        recording.Remove(late);
                        break;
                }

                Assert.Equal(end, recording.End);
                Assert.True(recording.End - recording.Start >= Math.Min(end, replay));
            }
        });
    }

    [Fact]
    public async Task While_one_thread_appends_readers_on_others_see_every_byte_at_its_position_or_a_counted_gap()
    {
        await Gen.Select(Gen.Int[1, 4096], Gen.Int[1, 20_000], Gen.Int[1, 9000], Gen.Int[1, 9000]).SampleAsync(async (replay, lag, chunk, bite) =>
        {
            const int total = 300_000;
            var recording = new PortRecording(replay, lag);
            using var more = new SemaphoreSlim(0);
            using var room = new SemaphoreSlim(0);
            var pacer = recording.AddPacer(() => more.Release());
            var client = recording.Add(0, Nobody);
            var appending = Task.Run(async () =>
            {
                for (var at = 0; at < total;)
                {
                    var size = Math.Min(Math.Min(chunk, lag), total - at);
                    while (recording.IsAheadOfPacer(size))
                        await room.WaitAsync();
                    recording.Append(Stream(at, size));
                    at += size;
                }
            });
            var logging = Task.Run(async () =>
            {
                var buffer = new byte[bite];
                for (long at = 0; at < total;)
                {
                    var count = pacer.Peek(buffer, out var missed);
                    Assert.Equal(0, missed);
                    if (count == 0)
                    {
                        await more.WaitAsync();
                        continue;
                    }

                    Assert.Equal(Stream(at, count), buffer[..count]);
                    pacer.Advance(count);
                    at += count;
                    room.Release();
                }
            });
            var watching = Task.Run(() =>
            {
                var buffer = new byte[bite];
                for (long at = 0; at < total;)
                {
                    var count = client.Read(buffer, out var missed);
                    at += missed;
                    Assert.Equal(Stream(at, count), buffer[..count]);
                    at += count;
                    if (appending.IsFaulted)
                        return;
                }
            });
            await Task.WhenAll(appending, logging, watching).WaitAsync(TimeSpan.FromSeconds(120));
        }, iter: 20, threads: 1);
    }

    private static void Nobody()
    {
    }

    /// <summary>Bytes whose values tell their position.</summary>
    internal static byte[] Stream(long from, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)((from + i) ^ ((from + i) >> 8) ^ ((from + i) >> 16));
        return bytes;
    }

    private static byte[] ReadAll(RecordingReader reader, int bite, out long missed)
    {
        var all = new List<byte>();
        var buffer = new byte[bite];
        missed = 0;
        for (int count; (count = reader.Read(buffer, out var gap)) > 0;)
        {
            missed += gap;
            all.AddRange(buffer[..count]);
        }

        return [.. all];
    }
}
