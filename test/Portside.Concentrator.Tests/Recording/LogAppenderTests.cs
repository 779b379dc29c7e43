using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Recording;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogAppenderTests : LogTests
{
    [Fact]
    public async Task A_full_file_is_renamed_to_the_time_and_the_oldest_beyond_those_kept_are_deleted()
    {
        Options.MaxFileBytes = 10;
        Options.KeepFiles = 2;
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        for (var i = 0; i < 5; i++)
        {
            recording.Append(Encoding.ASCII.GetBytes($"file {i}..\n"[..9] + "\n"));
            await FlushAsync(store);
            Time.Advance(TimeSpan.FromSeconds(30));
        }

        var id = Id(1).ToString();
        Assert.Equal(
            [id, id + "-20260301-120130", id + "-20260301-120200"], Directory.GetFiles(Logs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Logs, ".index")).Length);
        Assert.Equal("file 2..\n\n"u8, Read(id + "-20260301-120130"));
        Assert.Equal("file 3..\n\n"u8, Read(id + "-20260301-120200"));
        Assert.Equal("file 4..\n\n"u8, Read(id));
    }

    [Fact]
    public async Task Files_rotated_in_one_second_or_by_a_clock_that_went_back_keep_their_order()
    {
        Options.MaxFileBytes = 4;
        Options.KeepFiles = 20;
        await using (var store = Open())
        {
            var recording = Recording();
            store.Open(Id(1), recording);
            recording.Append("aaaabbbbccccdddd"u8);
            await FlushAsync(store);
        }

        var earlier = new FakeTimeProvider(Time.GetUtcNow().AddHours(-1));
        await using var again = new LogStore(Options, Root.Path, earlier, Events);
        var more = Recording();
        var log = again.Open(Id(1), more);
        more.Append("eeeeffff"u8);
        Assert.Equal("aaaabbbbccccddddeeeeffff", await TextAsync(log, new LogRange()));
        var id = Id(1).ToString();
        Assert.Equal("aaaa"u8, Read(id + "-20260301-120000"));
        Assert.Equal("bbbb"u8, Read(id + "-20260301-120000.2"));
        Assert.Equal("eeee"u8, Read(id + "-20260301-120000.5"));
    }

    [Fact]
    public async Task A_file_ends_with_a_line_where_it_can()
    {
        Options.MaxFileBytes = 20;
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("a line\nanother line\nthe third line\n"u8);
        await FlushAsync(store);
        Assert.Equal("a line\nanother line\n"u8, Read(Id(1) + "-20260301-120000"));
        Assert.Equal("the third line\n"u8, Read(Id(1)));
    }

    [Fact]
    public async Task Whatever_the_chunks_and_the_file_size_rotation_loses_and_doubles_nothing()
    {
        Options.KeepFiles = int.MaxValue;
        var round = 0;
        await Gen.Select(Gen.Int[20, 3000], Gen.Int[1, 2000].Array[1, 40], Gen.Int[0, 5]).SampleAsync(async (size, chunks, flushes) =>
        {
            var id = Id(Interlocked.Increment(ref round));
            Options.MaxFileBytes = size;
            var said = new List<byte>();
            for (var run = 0; run < 2; run++)
            {
                await using var store = Open();
                var recording = Recording();
                var log = store.Open(id, recording);
                foreach (var (chunk, i) in chunks.Select((chunk, i) => (chunk, i)))
                {
                    // Every byte value, newlines among them.
                    var bytes = PortRecordingTests.Stream(said.Count, chunk);
                    said.AddRange(bytes);
                    recording.Append(bytes);
                    if (flushes > 0 && i % flushes == 0)
                        await FlushAsync(store);
                    Time.Advance(TimeSpan.FromMilliseconds(300));
                }

                Assert.Equal(said, await ReadAsync(log, new LogRange()));
            }

            var files = Directory.GetFiles(Logs, id + "*");
            Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, size));
            Assert.Equal(said.Count, files.Sum(file => new FileInfo(file).Length));
        }, iter: 25, threads: 1);
    }
}
