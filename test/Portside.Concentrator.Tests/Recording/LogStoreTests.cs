using System.Text;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Recording;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogStoreTests : LogTests
{
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
            Time.Advance(LogWriter.WriteDelay);
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
        Options.Enabled = false;
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
        Options.MaxFileBytes = 4;
        Options.KeepFiles = 100;
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
        Assert.Equal([Logs], Directory.GetFileSystemEntries(Root.Path));
        Assert.Equal(9, Directory.GetFiles(Logs).Length);
        Assert.All(Directory.GetFiles(Logs), file => Assert.Matches("^[0-9a-zA-Z._#-]{1,200}$", Path.GetFileName(file)));
    }

    [Fact]
    public async Task Five_thousand_ports_share_eight_file_handles()
    {
        const int ports = 5000;
        Options.MaxOpenFiles = 8;
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
        Options.MaxOpenFiles = 3;
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
        File.Move(Path.Combine(Logs, Id(1).ToString()), Root["moved"]);
        recording.Append("between "u8);
        await FlushAsync(store);
        await store.ReopenAsync().WaitAsync(Limit);
        recording.Append("after"u8);
        await FlushAsync(store);
        Assert.Equal("before between "u8, File.ReadAllBytes(Root["moved"]));
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
}
