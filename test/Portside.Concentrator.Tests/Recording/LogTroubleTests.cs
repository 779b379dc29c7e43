using System.Text;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogTroubleTests : LogTests
{
    [Fact]
    public async Task A_full_disk_is_said_once_loses_only_what_memory_cannot_hold_and_is_marked_in_its_place()
    {
        using var disk = TinyDisk.Mount(Root["disk"], "128k");
        Options.Directory = disk.Path;
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
        var full = Assert.Single(Events.Events, e => e.Id == 500);
        Assert.Equal(LogLevel.Error, full.Level);
        Assert.True(store.Errors >= 2);
        var kept = Read(disk, Id(1));
        Assert.InRange(kept.Length, 100_000, 128 * 1024);
        Assert.Equal(said[..kept.Length], kept);

        File.Move(Path.Combine(disk.Path, Id(1).ToString()), Root["rescued"]);
        await store.ReopenAsync().WaitAsync(Limit);
        await RetryAsync(store);
        Assert.False(store.Degraded);
        Assert.Single(Events.Events, e => e.Id == 501);
        var lost = 300_000 - kept.Length - recording.Capacity;
        Assert.Equal(lost, store.BytesDropped);
        Assert.Equal(lost, log.BytesDropped);
        var mark = $"\r\n[-- Portside: {lost} bytes lost here: No space left on device -- {Time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} --]\r\n";
        Assert.Equal([.. Encoding.ASCII.GetBytes(mark), .. said[^recording.Capacity..]], Read(disk, Id(1)));
    }

    [Fact]
    public async Task A_short_trouble_loses_nothing()
    {
        using var disk = TinyDisk.Mount(Root["disk"], "64k");
        Options.Directory = disk.Path;
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
        Assert.Contains("0 bytes were lost", (await Events.WaitForAsync(501)).Text, StringComparison.Ordinal);
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
        Assert.Contains(Id(1).ToString(), Assert.Single(Events.Events, e => e.Id == 500).Text, StringComparison.Ordinal);
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
        Assert.Single(Events.Events, e => e.Id == 502);
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

        Assert.Contains("12 bytes of 1 ports", Assert.Single(Events.Events, e => e.Id == 503).Text, StringComparison.Ordinal);
    }
}
