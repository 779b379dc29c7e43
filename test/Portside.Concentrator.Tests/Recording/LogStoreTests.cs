using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogStoreTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly EventRecorder _events = new();
    private readonly LogOptions _options = new();

    private string Logs => _directory["log"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_byte_is_in_a_file_named_by_the_id_exactly_as_it_was_said()
    {
        var said = PortRecordingTests.Stream(0, 100_000);
        await using (var store = Open())
        {
            var recording = Recording();
            store.Open(Id(1, "com1"), recording);
            for (var at = 0; at < said.Length; at += 5000)
                recording.Append(said.AsSpan(at, 5000));
            await FlushAsync(store);
            Assert.Equal(said, Read(Id(1).Uuid + ".com1"));
            Assert.Equal(said.Length, store.BytesWritten);
            Assert.Equal(0, store.BytesDropped);
        }

        Assert.Equal([Path.Combine(Logs, ".index"), Path.Combine(Logs, Id(1).Uuid + ".com1")], Directory.GetFileSystemEntries(Logs).Order());
    }

    [Fact]
    public async Task What_was_said_before_the_log_was_opened_is_logged_too()
    {
        await using var store = Open();
        var recording = Recording();
        recording.Append("first byte"u8);
        store.Open(Id(1), recording);
        await FlushAsync(store);
        Assert.Equal("first byte"u8, Read(Id(1)));
    }

    [Fact]
    public async Task News_is_written_after_a_moment_without_being_asked_for()
    {
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("login: "u8);
        using var limit = new CancellationTokenSource(Limit);
        while (store.BytesWritten == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(LogWriter.WriteDelay);
            await Task.Yield();
        }

        Assert.Equal("login: "u8, Read(Id(1)));
    }

    [Fact]
    public async Task Only_the_owner_may_look_into_the_logs()
    {
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("password"u8);
        await FlushAsync(store);
        Assert.Equal(StateDirectory.OwnerDirectory, File.GetUnixFileMode(Logs));
        Assert.Equal(StateDirectory.OwnerDirectory, File.GetUnixFileMode(Path.Combine(Logs, ".index")));
        Assert.Equal(StateDirectory.OwnerFile, File.GetUnixFileMode(Path.Combine(Logs, Id(1).ToString())));
        Assert.Equal(StateDirectory.OwnerFile, File.GetUnixFileMode(Path.Combine(Logs, ".index", Id(1).ToString())));
    }

    [Fact]
    public async Task A_restart_appends()
    {
        for (var run = 0; run < 3; run++)
        {
            await using var store = Open();
            var recording = Recording();
            store.Open(Id(1), recording);
            recording.Append(Encoding.ASCII.GetBytes($"run {run}\n"));
        }

        Assert.Equal("run 0\nrun 1\nrun 2\n"u8, Read(Id(1)));
    }

    [Fact]
    public async Task A_port_that_is_forgotten_is_written_to_its_last_byte_and_may_come_back()
    {
        await using var store = Open();
        var first = Recording();
        var log = store.Open(Id(1), first);
        first.Append("one "u8);
        await log.DisposeAsync();
        await log.DisposeAsync();
        first.Append("after the end "u8);
        Assert.False(first.IsAheadOfPacer(int.MaxValue));
        var second = Recording();
        await using var again = store.Open(Id(1), second);
        second.Append("two"u8);
        await FlushAsync(store);
        Assert.Equal("one two"u8, Read(Id(1)));
    }

    [Fact]
    public async Task A_silent_port_leaves_no_file_behind()
    {
        await using var store = Open();
        await using var log = store.Open(Id(1), Recording());
        await FlushAsync(store);
        Assert.False(File.Exists(Path.Combine(Logs, Id(1).ToString())));
        Assert.False(store.Exists(Id(1)));
        Assert.Equal(0, store.OpenFiles);
    }

    [Fact]
    public async Task Nothing_is_logged_where_logs_are_off()
    {
        _options.Enabled = false;
        await using var store = Open();
        var recording = Recording();
        await using var log = store.Open(Id(1), recording);
        recording.Append(new byte[3_000_000]);
        Assert.False(recording.IsAheadOfPacer(1_000_000));
        await log.WaitForRoomAsync(1_000_000, CancellationToken.None);
        await FlushAsync(store);
        Assert.False(Directory.Exists(Logs));
    }

    [Fact]
    public async Task Two_ports_that_speak_at_once_are_kept_apart()
    {
        await using var store = Open();
        var recordings = new[] { Recording(), Recording() };
        var logs = new[] { store.Open(Id(1), recordings[0]), store.Open(Id(1, "b"), recordings[1]) };
        await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(async () =>
        {
            for (var at = 0; at < 3_000_000; at += 3000)
            {
                if (recordings[i].IsAheadOfPacer(3000))
                    await logs[i].WaitForRoomAsync(3000, CancellationToken.None);
                recordings[i].Append(PortRecordingTests.Stream(at + i * 77, 3000));
            }
        }))).WaitAsync(Limit);
        await FlushAsync(store);
        Assert.Equal(PortRecordingTests.Stream(0, 3_000_000), Read(Id(1)));
        Assert.Equal(PortRecordingTests.Stream(77, 3_000_000), Read(Id(1, "b")));
        Assert.Equal(0, store.BytesDropped);
    }

    [Fact]
    public async Task A_full_file_is_renamed_to_the_time_and_the_oldest_beyond_those_kept_are_deleted()
    {
        _options.MaxFileBytes = 10;
        _options.KeepFiles = 2;
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        for (var i = 0; i < 5; i++)
        {
            recording.Append(Encoding.ASCII.GetBytes($"file {i}..\n"[..9] + "\n"));
            await FlushAsync(store);
            _time.Advance(TimeSpan.FromSeconds(30));
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
        _options.MaxFileBytes = 4;
        _options.KeepFiles = 20;
        await using (var store = Open())
        {
            var recording = Recording();
            store.Open(Id(1), recording);
            recording.Append("aaaabbbbccccdddd"u8);
            await FlushAsync(store);
        }

        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddHours(-1));
        await using var again = new LogStore(_options, _directory.Path, earlier, _events);
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
        _options.MaxFileBytes = 20;
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
        _options.KeepFiles = int.MaxValue;
        var round = 0;
        await Gen.Select(Gen.Int[20, 3000], Gen.Int[1, 2000].Array[1, 40], Gen.Int[0, 5]).SampleAsync(async (size, chunks, flushes) =>
        {
            var id = Id(Interlocked.Increment(ref round));
            _options.MaxFileBytes = size;
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
                    _time.Advance(TimeSpan.FromMilliseconds(300));
                }

                Assert.Equal(said, await ReadAsync(log, new LogRange()));
            }

            var files = Directory.GetFiles(Logs, id + "*");
            Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, size));
            Assert.Equal(said.Count, files.Sum(file => new FileInfo(file).Length));
        }, iter: 25, threads: 1);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b\\c\0d")]
    [InlineData(".index")]
    [InlineData("-20260301-120000")]
    [InlineData("x-20260301-120000")]
    [InlineData("x-20260301-120000.2")]
    [InlineData("\u202Eevil\u0007\u001b[2J")]
    [InlineData("%s%n$(reboot)`id`;*?")]
    public async Task A_hostile_label_never_leaves_the_directory_nor_touches_another_ports_files(string label)
    {
        _options.MaxFileBytes = 4;
        _options.KeepFiles = 100;
        await using var store = Open();
        var victim = Recording();
        var plain = Recording();
        var hostile = Recording();
        store.Open(Id(1, "x"), victim);
        store.Open(Id(1), plain);
        store.Open(Id(1, label), hostile);
        for (var i = 0; i < 3; i++)
        {
            victim.Append("good"u8);
            plain.Append("fine"u8);
            hostile.Append("evil"u8);
            await FlushAsync(store);
        }

        Assert.Equal("goodgoodgood", await TextAsync(store, Id(1, "x"), new LogRange()));
        Assert.Equal("finefinefine", await TextAsync(store, Id(1), new LogRange()));
        Assert.Equal("evilevilevil", await TextAsync(store, Id(1, label), new LogRange()));
        Assert.Equal([Logs], Directory.GetFileSystemEntries(_directory.Path));
        Assert.Equal(9, Directory.GetFiles(Logs).Length);
        Assert.All(Directory.GetFiles(Logs), file => Assert.Matches("^[0-9a-zA-Z._#-]{1,200}$", Path.GetFileName(file)));
    }

    [Fact]
    public async Task Five_thousand_ports_share_eight_file_handles()
    {
        const int ports = 5000;
        _options.MaxOpenFiles = 8;
        await using var store = Open();
        var recordings = new PortRecording[ports];
        for (var i = 0; i < ports; i++)
        {
            recordings[i] = Recording();
            store.Open(Id(i), recordings[i]);
        }

        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < ports; i++)
                recordings[i].Append(Encoding.ASCII.GetBytes($"{round}:{i};"));
            await FlushAsync(store);
            Assert.InRange(store.OpenFiles, 1, 8);
            Assert.InRange(HandlesInto(Logs), 1, 8);
        }

        for (var i = 0; i < ports; i++)
            Assert.Equal($"0:{i};1:{i};2:{i};", Encoding.ASCII.GetString(Read(Id(i))));
    }

    [Fact]
    public async Task The_files_used_last_stay_open()
    {
        _options.MaxOpenFiles = 3;
        await using var store = Open();
        foreach (var i in (int[])[1, 2, 1, 3])
        {
            var recording = Recording();
            await using var log = store.Open(Id(i), recording);
            recording.Append("x"u8);
            await FlushAsync(store);
            Assert.InRange(store.OpenFiles, 1, 2);
        }

        Assert.Equal(0, store.OpenFiles);
        Assert.Equal(0, HandlesInto(Logs));
    }

    [Fact]
    public async Task After_reopening_a_file_moved_away_is_made_anew()
    {
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("before "u8);
        await FlushAsync(store);
        File.Move(Path.Combine(Logs, Id(1).ToString()), _directory["moved"]);
        recording.Append("between "u8);
        await FlushAsync(store);
        await store.ReopenAsync().WaitAsync(Limit);
        recording.Append("after"u8);
        await FlushAsync(store);
        Assert.Equal("before between "u8, File.ReadAllBytes(_directory["moved"]));
        Assert.Equal("after"u8, Read(Id(1)));
        Assert.Equal("after", await TextAsync(store, Id(1), new LogRange { Since = DateTimeOffset.UnixEpoch }));
    }

    [Fact]
    public async Task A_file_cut_off_by_somebody_else_is_gone_on_with_from_its_new_end()
    {
        await using var store = Open();
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("before"u8);
        await FlushAsync(store);
        using (var file = new FileStream(Path.Combine(Logs, Id(1).ToString()), FileMode.Truncate))
        {
        }

        recording.Append("after"u8);
        await FlushAsync(store);
        Assert.Equal("after"u8, Read(Id(1)));
    }

    [Fact]
    public async Task A_full_disk_is_said_once_loses_only_what_memory_cannot_hold_and_is_marked_in_its_place()
    {
        using var disk = TinyDisk.Mount(_directory["disk"], "128k");
        _options.Directory = disk.Path;
        await using var store = Open();
        var recording = Recording();
        var log = store.Open(Id(1), recording);
        var said = PortRecordingTests.Stream(0, 300_000);
        recording.Append(said.AsSpan(0, 50_000));
        await FlushAsync(store);
        recording.Append(said.AsSpan(50_000, 50_000));
        await FlushAsync(store);
        Assert.False(store.Degraded);

        // Half of these do not fit, but stay in the recording.
        recording.Append(said.AsSpan(100_000, 50_000));
        await FlushAsync(store);
        Assert.True(store.Degraded);
        Assert.Equal("No space left on device", store.DegradedReason);
        Assert.Equal(0, store.BytesDropped);
        Assert.False(recording.IsAheadOfPacer(int.MaxValue));

        recording.Append(said.AsSpan(150_000));
        await FlushAsync(store);
        await FlushAsync(store);
        Assert.True(recording.Capacity <= 64 * 1024);
        var full = Assert.Single(_events.Events, e => e.Id == 500);
        Assert.Equal(LogLevel.Error, full.Level);
        Assert.True(store.Errors >= 2);
        var kept = Read(disk, Id(1));
        Assert.InRange(kept.Length, 100_000, 128 * 1024);
        Assert.Equal(said[..kept.Length], kept);

        File.Move(Path.Combine(disk.Path, Id(1).ToString()), _directory["rescued"]);
        await store.ReopenAsync().WaitAsync(Limit);
        await RetryAsync(store);
        Assert.False(store.Degraded);
        Assert.Single(_events.Events, e => e.Id == 501);
        var lost = 300_000 - kept.Length - recording.Capacity;
        Assert.Equal(lost, store.BytesDropped);
        Assert.Equal(lost, log.BytesDropped);
        var mark = $"\r\n[-- Portside: {lost} bytes lost here: No space left on device -- {_time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} --]\r\n";
        Assert.Equal([.. Encoding.ASCII.GetBytes(mark), .. said[^recording.Capacity..]], Read(disk, Id(1)));
    }

    [Fact]
    public async Task A_short_trouble_loses_nothing()
    {
        using var disk = TinyDisk.Mount(_directory["disk"], "64k");
        _options.Directory = disk.Path;
        await using var store = Open();
        var recording = Recording();
        var log = store.Open(Id(1), recording);
        File.WriteAllBytes(Path.Combine(disk.Path, "ballast"), new byte[disk.FreeBytes - 12_288]);
        var said = PortRecordingTests.Stream(0, 40_000);
        recording.Append(said.AsSpan(0, 10));
        for (var at = 10; at < said.Length; at += 1999)
        {
            recording.Append(said.AsSpan(at, Math.Min(1999, said.Length - at)));
            await FlushAsync(store);
        }

        Assert.True(store.Degraded);
        File.Delete(Path.Combine(disk.Path, "ballast"));
        await RetryAsync(store);
        Assert.Equal(said, Read(disk, Id(1)));
        Assert.Equal(0, log.BytesDropped);
        Assert.Contains("0 bytes were lost", (await _events.WaitForAsync(501)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_stops_no_port_and_mends_itself()
    {
        File.WriteAllText(Logs, "a file in the way");
        await using var store = Open();
        Assert.True(store.Degraded);
        var recording = Recording();
        store.Open(Id(1), recording);
        recording.Append("kept in memory"u8);
        await FlushAsync(store);
        Assert.True(store.Degraded);
        await RetryAsync(store, until: false);
        File.Delete(Logs);
        await RetryAsync(store);
        Assert.False(store.Degraded);
        Assert.Equal("kept in memory"u8, Read(Id(1)));
    }

    [Fact]
    public async Task One_ports_broken_file_troubles_no_other_port()
    {
        Directory.CreateDirectory(Path.Combine(Logs, Id(1).ToString()));
        await using var store = Open();
        var broken = Recording();
        var sound = Recording();
        store.Open(Id(1), broken);
        store.Open(Id(2), sound);
        broken.Append("nowhere to go"u8);
        sound.Append("written"u8);
        await FlushAsync(store);
        Assert.True(store.Degraded);
        Assert.Equal("written"u8, Read(Id(2)));
        Assert.Contains(Id(1).ToString(), Assert.Single(_events.Events, e => e.Id == 500).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_index_costs_no_log()
    {
        Directory.CreateDirectory(Logs);
        File.WriteAllText(Path.Combine(Logs, ".index"), "in the way");
        await using var store = Open();
        var recording = Recording();
        var log = store.Open(Id(1), recording);
        recording.Append("still written"u8);
        await FlushAsync(store);
        Assert.False(store.Degraded);
        Assert.Equal("still written"u8, Read(Id(1)));
        Assert.Single(_events.Events, e => e.Id == 502);
        Assert.Equal("still written", await TextAsync(log, new LogRange { Since = DateTimeOffset.UnixEpoch }));
    }

    [Fact]
    public async Task What_could_not_be_written_at_the_end_is_said()
    {
        File.WriteAllText(Logs, "a file in the way");
        await using (var store = Open())
        {
            var recording = Recording();
            store.Open(Id(1), recording);
            recording.Append("twelve bytes"u8);
        }

        Assert.Contains("12 bytes of 1 ports", Assert.Single(_events.Events, e => e.Id == 503).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_may_go_on_after_the_store_has_ended()
    {
        var store = Open();
        var recording = Recording();
        var log = store.Open(Id(1), recording);
        await store.DisposeAsync();
        await store.DisposeAsync();
        recording.Append(new byte[2_000_000]);
        recording.Append(new byte[2_000_000]);
        await FlushAsync(store);
        await store.ReopenAsync().WaitAsync(Limit);
        await log.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.False(store.Exists(Id(1)));
    }

    private static PortRecording Recording() => new(64 * 1024, 1024 * 1024);

    private static PortId Id(int number, string? label = null)
    {
        Assert.True(PortId.TryCreate($"564d00000000000000000000{number:x8}", label, out var id));
        return id;
    }

    private static Task FlushAsync(LogStore store) => store.FlushAsync(CancellationToken.None).WaitAsync(Limit);

    private static Task<byte[]> ReadAsync(PortLog log, LogRange range) => ReadAsync(log.OpenRead(range));

    private static async Task<string> TextAsync(PortLog log, LogRange range) => Encoding.ASCII.GetString(await ReadAsync(log, range));

    private static async Task<string> TextAsync(LogStore store, PortId id, LogRange range) =>
        Encoding.ASCII.GetString(await ReadAsync(store, id, range));

    private static Task<byte[]> ReadAsync(LogStore store, PortId id, LogRange range) => ReadAsync(store.OpenRead(id, range));

    private static async Task<byte[]> ReadAsync(LogStream stream)
    {
        await using (stream)
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all).WaitAsync(Limit);
            return all.ToArray();
        }
    }

    private static byte[] Read(TinyDisk disk, PortId id) => File.ReadAllBytes(Path.Combine(disk.Path, id.ToString()));

    private static int HandlesInto(string directory) =>
        Directory.GetFiles("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget?.StartsWith(directory, StringComparison.Ordinal) == true);

    private byte[] Read(PortId id) => Read(id.ToString());

    private byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Logs, name));

    private LogStore Open() => new(_options, _directory.Path, _time, _events);

    // Advances to the longest back-off, then lets the writer finish what the timer began.
    private async Task RetryAsync(LogStore store, bool until = true)
    {
        using var limit = new CancellationTokenSource(Limit);
        do
        {
            _time.Advance(LogWriter.LastRetry);
            await FlushAsync(store);
            limit.Token.ThrowIfCancellationRequested();
        }
        while (until && store.Degraded);
    }
}
