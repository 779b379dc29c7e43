using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogStreamTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly EventRecorder _events = new();
    private readonly LogOptions _options = new();
    private readonly PortRecording _recording = new(64 * 1024, 1024 * 1024);

    private static PortId Id { get; } = PortId.TryCreate("564d0000-0000-0000-0000-000000000001", null, out var id) ? id : null!;

    private string IndexFile => _directory[$"log/.index/{Id}"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_port_without_a_log_reads_as_empty()
    {
        await using var store = Open();
        Assert.Equal("", await TextAsync(store.OpenRead(Id, new LogRange())));
        Assert.Equal("", await TextAsync(store.OpenRead(Id, new LogRange { Tail = 100 })));
        Assert.Equal("", await TextAsync(store.OpenRead(Id, new LogRange { Since = Noon })));
        await using var log = store.Open(Id, _recording);
        Assert.Equal("", await TextAsync(log.OpenRead(new LogRange())));
    }

    [Fact]
    public async Task What_was_said_before_the_first_read_is_read()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("said just now"u8);
        Assert.Equal("said just now", await TextAsync(log.OpenRead(new LogRange())));
    }

    [Fact]
    public async Task A_port_known_only_from_its_files_is_read_too()
    {
        _options.MaxFileBytes = 5;
        await using (var store = Open())
        {
            await using var log = store.Open(Id, _recording);
            _recording.Append("one\ntwo\nthree"u8);
        }

        await using var later = Open();
        Assert.True(later.Exists(Id));
        Assert.Equal("one\ntwo\nthree", await TextAsync(later.OpenRead(Id, new LogRange())));
        File.Delete(_directory[$"log/{Id}"]);
        Assert.True(later.Exists(Id));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "l")]
    [InlineData(4, "kkkl")]
    [InlineData(5, "kkkkl")]
    [InlineData(9, "jjjjkkkkl")]
    [InlineData(13, "iiiijjjjkkkkl")]
    [InlineData(1000, "iiiijjjjkkkkl")]
    [InlineData(long.MaxValue, "iiiijjjjkkkkl")]
    [InlineData(-1, "")]
    public async Task The_tail_reaches_back_over_rotated_files_as_far_as_they_are_kept(long tail, string expected)
    {
        _options.MaxFileBytes = 4;
        _options.KeepFiles = 3;
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("gggghhhhiiiijjjjkkkkl"u8);
        Assert.Equal(expected, await TextAsync(log.OpenRead(new LogRange { Tail = tail })));
    }

    [Theory]
    [InlineData(-3600, "abcdef")]
    [InlineData(0, "abcdef")]
    [InlineData(10, "bcdef")]
    [InlineData(11, "cdef")]
    [InlineData(20, "cdef")]
    [InlineData(25, "def")]
    [InlineData(30, "def")]
    [InlineData(49.9, "f")]
    [InlineData(50.9, "f")]
    [InlineData(51, "")]
    [InlineData(7200, "")]
    public async Task A_time_finds_what_was_written_from_then_on_over_rotated_files(double seconds, string expected)
    {
        _options.MaxFileBytes = 2;
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        foreach (var letter in "abcdef")
        {
            _recording.Append([(byte)letter]);
            await FlushAsync(store);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(expected, await TextAsync(log.OpenRead(new LogRange { Since = Noon.AddSeconds(seconds) })));
    }

    [Fact]
    public async Task The_index_has_at_most_one_entry_per_second_of_output()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        for (var i = 0; i < 50; i++)
        {
            _recording.Append("x"u8);
            await FlushAsync(store);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(5 * LogIndex.EntrySize, new FileInfo(IndexFile).Length);
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(5 * LogIndex.EntrySize, new FileInfo(IndexFile).Length);
        Assert.Equal(new string('x', 20), await TextAsync(log.OpenRead(new LogRange { Since = Noon.AddSeconds(3) })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public async Task A_torn_last_entry_is_ignored_and_written_over(int torn)
    {
        for (var run = 0; run < 3; run++)
        {
            await using var store = Open();
            var recording = new PortRecording(1024, 1024);
            await using var log = store.Open(Id, recording);
            recording.Append(Encoding.ASCII.GetBytes($"{run}"));
            await FlushAsync(store);
            Assert.Equal($"{run}", await TextAsync(log.OpenRead(new LogRange { Since = _time.GetUtcNow() })));
            Assert.Equal((run + 1) * LogIndex.EntrySize, new FileInfo(IndexFile).Length);
            await log.DisposeAsync();
            using (var index = new FileStream(IndexFile, FileMode.Append))
                index.Write(new byte[torn]);
            Assert.Equal($"{run}", await TextAsync(store.OpenRead(Id, new LogRange { Since = _time.GetUtcNow() })));
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task Entries_beyond_the_file_are_dropped_when_it_is_gone_on_with()
    {
        await using (var store = Open())
        {
            await using var log = store.Open(Id, _recording);
            foreach (var word in (string[])["one ", "two ", "three "])
            {
                _recording.Append(Encoding.ASCII.GetBytes(word));
                await FlushAsync(store);
                _time.Advance(TimeSpan.FromSeconds(5));
            }
        }

        // As after a power cut that took the file's end but not its index's.
        using (var file = new FileStream(_directory[$"log/{Id}"], FileMode.Open))
            file.SetLength(6);
        await using var again = Open();
        var recording = new PortRecording(1024, 1024);
        await using var more = again.Open(Id, recording);
        recording.Append("four"u8);
        Assert.Equal("one twfour", await TextAsync(more.OpenRead(new LogRange())));
        Assert.Equal("four", await TextAsync(more.OpenRead(new LogRange { Since = _time.GetUtcNow() })));
        Assert.Equal("twfour", await TextAsync(more.OpenRead(new LogRange { Since = Noon.AddSeconds(5) })));
    }

    [Fact]
    public async Task Without_an_index_a_file_counts_as_written_at_its_end()
    {
        _options.MaxFileBytes = 4;
        await using var store = Open();
        await using (var log = store.Open(Id, _recording))
        {
            foreach (var word in (string[])["aaaa", "bbbb", "cccc"])
            {
                _recording.Append(Encoding.ASCII.GetBytes(word));
                await FlushAsync(store);
                _time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Directory.Delete(_directory["log/.index"], recursive: true);
        // Rotated at 12:01 and 12:02; the current file's time is what the file system says.
        File.SetLastWriteTimeUtc(_directory[$"log/{Id}"], Noon.AddMinutes(3).UtcDateTime);
        Assert.Equal("aaaabbbbcccc", await TextAsync(store.OpenRead(Id, new LogRange { Since = Noon })));
        Assert.Equal("bbbbcccc", await TextAsync(store.OpenRead(Id, new LogRange { Since = Noon.AddSeconds(90) })));
        Assert.Equal("cccc", await TextAsync(store.OpenRead(Id, new LogRange { Since = Noon.AddMinutes(3).AddSeconds(-1) })));
        Assert.Equal("", await TextAsync(store.OpenRead(Id, new LogRange { Since = Noon.AddMinutes(5) })));
    }

    [Fact]
    public async Task A_clock_that_goes_back_hides_nothing()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("early "u8);
        await FlushAsync(store);
        _time.Advance(TimeSpan.FromHours(2));
        _recording.Append("late "u8);
        await FlushAsync(store);

        var back = new FakeTimeProvider(Noon.AddHours(1));
        await using var second = new LogStore(_options, _directory.Path, back, _events);
        var recording = new PortRecording(1024, 1024);
        await using var again = second.Open(Id, recording);
        recording.Append("back"u8);
        Assert.EndsWith("back", await TextAsync(again.OpenRead(new LogRange { Since = Noon.AddHours(1) })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_waits_for_more_until_it_is_cancelled()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("past "u8);
        await using var stream = log.OpenRead(new LogRange { Follow = true });
        Assert.Equal("past ", await NextAsync(stream, 5));
        for (var i = 0; i < 20; i++)
        {
            var next = NextAsync(stream, 2);
            _recording.Append(Encoding.ASCII.GetBytes($"{i,2}"));
            Assert.Equal($"{i,2}", await next);
        }

        using var cancel = new CancellationTokenSource();
        var waiting = stream.ReadAsync(new byte[1], cancel.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Theory]
    [InlineData(3L, null, "ast")]
    [InlineData(null, 0, "past")]
    [InlineData(null, 3600, "")]
    public async Task Following_begins_where_it_is_told(long? tail, int? sinceSeconds, string past)
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("past"u8);
        await FlushAsync(store);
        _time.Advance(TimeSpan.FromHours(1));
        await using var stream = log.OpenRead(
            new LogRange { Tail = tail, Since = sinceSeconds is { } s ? Noon.AddSeconds(s) : null, Follow = true });
        Assert.Equal(past, await NextAsync(stream, past.Length));
        _recording.Append("new"u8);
        Assert.Equal("new", await NextAsync(stream, 3));
    }

    [Fact]
    public async Task Following_survives_rotation_and_the_deletion_of_what_was_read()
    {
        _options.MaxFileBytes = 1000;
        _options.KeepFiles = 1;
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        await using var stream = log.OpenRead(new LogRange { Follow = true });
        for (var at = 0; at < 20_000; at += 700)
        {
            _recording.Append(PortRecordingTests.Stream(at, 700));
            Assert.Equal(PortRecordingTests.Stream(at, 700), await NextBytesAsync(stream, 700));
        }
    }

    [Fact]
    public async Task Following_survives_a_file_that_is_moved_away_and_one_that_is_cut_off()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        await using var stream = log.OpenRead(new LogRange { Follow = true });
        _recording.Append("one "u8);
        Assert.Equal("one ", await NextAsync(stream, 4));
        File.Move(_directory[$"log/{Id}"], _directory["moved"]);
        _recording.Append("two "u8);
        Assert.Equal("two ", await NextAsync(stream, 4));
        await store.ReopenAsync().WaitAsync(Limit);
        _recording.Append("three "u8);
        Assert.Equal("three ", await NextAsync(stream, 6));
        await FlushAsync(store);
        using (var file = new FileStream(_directory[$"log/{Id}"], FileMode.Truncate))
        {
        }

        _recording.Append("four"u8);
        Assert.Equal("four", await NextAsync(stream, 4));
    }

    [Fact]
    public async Task Following_a_port_that_is_not_there_yet_or_comes_back_sees_it_all()
    {
        await using var store = Open();
        await using var stream = store.OpenRead(Id, new LogRange { Follow = true });
        var first = NextAsync(stream, 5);
        await using (var log = store.Open(Id, _recording))
            _recording.Append("first"u8);
        Assert.Equal("first", await first);
        var second = NextAsync(stream, 6);
        var recording = new PortRecording(1024, 1024);
        await using var again = store.Open(Id, recording);
        recording.Append("second"u8);
        Assert.Equal("second", await second);
    }

    [Fact]
    public async Task Without_following_the_end_is_where_the_log_was_at_the_first_read()
    {
        _options.MaxFileBytes = 10;
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("0123456789abc"u8);
        await using var stream = log.OpenRead(new LogRange());
        Assert.Equal("0", await NextAsync(stream, 1));
        _recording.Append("not part of it, although it rotates files"u8);
        await FlushAsync(store);
        Assert.Equal("123456789abc", await TextAsync(stream));
    }

    [Fact]
    public async Task Files_deleted_before_they_are_reached_are_left_out()
    {
        _options.MaxFileBytes = 4;
        _options.KeepFiles = 2;
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("aaaabbbbcc"u8);
        await using var stream = log.OpenRead(new LogRange { Follow = true });
        Assert.Equal("a", await NextAsync(stream, 1));
        _recording.Append("ccddddeeeeffff"u8);
        await FlushAsync(store);
        // The open file is read to its end although it is deleted.
        Assert.Equal("aaaddddeeeeffff", await NextAsync(stream, 15));
    }

    [Fact]
    public async Task However_it_rotates_followers_see_what_was_said()
    {
        await Gen.Select(Gen.Int[50, 2000], Gen.Int[1, 1500].Array[1, 40], Gen.Int[1, 3000]).SampleAsync(async (size, chunks, bite) =>
        {
            using var directory = new TemporaryDirectory();
            await using var store = new LogStore(
                new LogOptions { MaxFileBytes = size, KeepFiles = 10_000 }, directory.Path, _time, _events);
            var recording = new PortRecording(1024, 64 * 1024);
            await using var log = store.Open(Id, recording);
            await using var stream = log.OpenRead(new LogRange { Follow = true });
            var total = chunks.Sum();
            var reading = Task.Run(async () =>
            {
                var all = new List<byte>();
                var buffer = new byte[bite];
                while (all.Count < total)
                    all.AddRange(buffer[..await stream.ReadAsync(buffer)]);
                return all;
            });
            var at = 0;
            foreach (var chunk in chunks)
            {
                if (recording.IsAheadOfPacer(chunk))
                    await log.WaitForRoomAsync(chunk, CancellationToken.None);
                recording.Append(PortRecordingTests.Stream(at, chunk));
                at += chunk;
                await Task.Yield();
            }

            Assert.Equal(PortRecordingTests.Stream(0, total), await reading.WaitAsync(Limit));
        }, iter: 15, threads: 1);
    }

    [Fact]
    public async Task A_closed_reader_leaves_no_handle_and_cannot_be_read()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append("x"u8);
        var stream = log.OpenRead(new LogRange { Follow = true });
        await NextAsync(stream, 1);
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.False(stream.CanSeek || stream.CanWrite);
    }

    private static Task FlushAsync(LogStore store) => store.FlushAsync(CancellationToken.None).WaitAsync(Limit);

    private static async Task<string> TextAsync(LogStream stream)
    {
        await using (stream)
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all).WaitAsync(Limit);
            return Encoding.ASCII.GetString(all.ToArray());
        }
    }

    private static async Task<string> NextAsync(LogStream stream, int count) => Encoding.ASCII.GetString(await NextBytesAsync(stream, count));

    private static async Task<byte[]> NextBytesAsync(LogStream stream, int count)
    {
        var buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Limit);
        return buffer;
    }

    private LogStore Open() => new(_options, _directory.Path, _time, _events);
}
