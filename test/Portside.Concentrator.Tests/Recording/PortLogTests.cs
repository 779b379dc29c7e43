using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class PortLogTests : IDisposable
{
    private const int Lag = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly EventRecorder _events = new();
    private readonly LogOptions _options = new();
    private readonly PortRecording _recording = new(4096, Lag);

    private static PortId Id { get; } = PortId.TryCreate("564d0000-0000-0000-0000-000000000001", null, out var id) ? id : null!;

    private string LogFile => _directory[$"log/{Id}"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task There_is_room_at_once_for_what_fits_and_asking_allocates_nothing()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append(new byte[100]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Assert.True(IsDone(log.WaitForRoomAsync(100, CancellationToken.None)));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Appending_with_a_log_allocates_nothing_on_the_links_thread()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        var bytes = new byte[512];
        Flood(4 * Lag);
        await log.FlushAsync(CancellationToken.None).WaitAsync(Limit);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Flood(Lag / 2);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Flood(int total)
        {
            for (var at = 0; at < total; at += bytes.Length)
                _recording.Append(bytes);
        }
    }

    [Fact]
    public async Task A_flood_waits_for_the_disk_and_loses_nothing()
    {
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        const int total = 6_000_000;
        for (var at = 0; at < total; at += 10_000)
        {
            if (_recording.IsAheadOfPacer(10_000))
                await log.WaitForRoomAsync(10_000, CancellationToken.None).AsTask().WaitAsync(Limit);
            _recording.Append(PortRecordingTests.Stream(at, 10_000));
        }

        await log.FlushAsync(CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(PortRecordingTests.Stream(0, total), File.ReadAllBytes(LogFile));
        Assert.Equal(0, log.BytesDropped);
        Assert.False(store.Degraded);
    }

    [Fact]
    public async Task A_disk_that_hangs_is_waited_for_once_and_then_the_log_loses_bytes_until_it_caught_up()
    {
        // Opening a pipe that nobody reads hangs like a disk that does not answer.
        Directory.CreateDirectory(_directory["log"]);
        MakePipe(LogFile);
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append(new byte[Lag]);
        var waiting = log.WaitForRoomAsync(1000, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.False(store.Degraded);
        _time.Advance(_options.StallLimit - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await waiting.WaitAsync(Limit);
        Assert.Equal("the disk is too slow", store.DegradedReason);
        Assert.Single(_events.Events, e => e.Id == 500);

        Assert.False(_recording.IsAheadOfPacer(1000));
        Assert.True(IsDone(log.WaitForRoomAsync(1000, CancellationToken.None)));
        _recording.Append(new byte[1000]);

        // The pipe opens, cannot be a log, and makes way for a file.
        using (new FileStream(LogFile, FileMode.Open, FileAccess.Read))
            File.Delete(LogFile);
        await RetryAsync(store);
        Assert.Equal(1000, log.BytesDropped);
        var text = System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(LogFile));
        Assert.StartsWith("\r\n[-- Portside: 1000 bytes lost here: ", text, StringComparison.Ordinal);
        _recording.Append(new byte[Lag]);
        Assert.True(_recording.IsAheadOfPacer(Lag));
        await log.WaitForRoomAsync(Lag, CancellationToken.None).AsTask().WaitAsync(Limit);
        Assert.Single(_events.Events, e => e.Id == 501);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_cancelled()
    {
        Directory.CreateDirectory(_directory["log"]);
        MakePipe(LogFile);
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append(new byte[Lag]);
        using var cancel = new CancellationTokenSource();
        var waiting = log.WaitForRoomAsync(1, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        using (new FileStream(LogFile, FileMode.Open, FileAccess.Read))
            File.Delete(LogFile);
        await RetryAsync(store);
        Assert.Equal(new byte[Lag], File.ReadAllBytes(LogFile));
    }

    [Fact]
    public async Task A_port_forgotten_while_its_disk_hangs_is_no_trouble_that_lasts()
    {
        Directory.CreateDirectory(_directory["log"]);
        MakePipe(LogFile);
        await using var store = Open();
        var log = store.Open(Id, _recording);
        _recording.Append(new byte[Lag]);
        var waiting = log.WaitForRoomAsync(1000, CancellationToken.None).AsTask();
        var forgetting = log.DisposeAsync().AsTask();
        _time.Advance(_options.StallLimit);
        await waiting.WaitAsync(Limit);
        Assert.False(store.Degraded);
        using (new FileStream(LogFile, FileMode.Open, FileAccess.Read))
            File.Delete(LogFile);
        await forgetting.WaitAsync(Limit);
        Assert.False(store.Degraded);
    }

    [Fact]
    public async Task A_disk_that_fails_lets_whoever_waits_go_on_at_once()
    {
        Directory.CreateDirectory(LogFile);
        await using var store = Open();
        await using var log = store.Open(Id, _recording);
        _recording.Append(new byte[Lag]);
        await log.WaitForRoomAsync(1000, CancellationToken.None).AsTask().WaitAsync(Limit);
        await log.FlushAsync(CancellationToken.None).WaitAsync(Limit);
        Assert.True(store.Degraded);
        Assert.False(_recording.IsAheadOfPacer(1000));
    }

    [Fact]
    public async Task A_disk_that_hangs_holds_up_neither_readers_nor_the_end()
    {
        Directory.CreateDirectory(_directory["log"]);
        MakePipe(LogFile);
        Assert.True(PortId.TryCreate(Id.Uuid, "other", out var other));
        File.WriteAllText(_directory[$"log/{other}"], "from before");
        await using var store = Open();
        var log = store.Open(Id, _recording);
        var recording = new PortRecording(1024, 1024);
        store.Open(other, recording);
        _recording.Append(new byte[Lag]);
        recording.Append("now"u8);

        await using var stream = store.OpenRead(other, new LogRange());
        var buffer = new byte[100];
        var reading = stream.ReadAsync(buffer).AsTask();
        _time.Advance(_options.StallLimit);
        Assert.Equal(11, await reading.WaitAsync(Limit));

        var ending = store.DisposeAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        await ending.WaitAsync(Limit);
        Assert.Contains("of 2 ports", Assert.Single(_events.Events, e => e.Id == 503).Text, StringComparison.Ordinal);
        using (new FileStream(LogFile, FileMode.Open, FileAccess.Read))
            File.Delete(LogFile);
        await log.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    private static bool IsDone(ValueTask task) => task.IsCompletedSuccessfully;

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", path);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private async Task RetryAsync(LogStore store)
    {
        using var limit = new CancellationTokenSource(Limit);
        do
        {
            _time.Advance(LogWriter.LastRetry);
            await store.FlushAsync(CancellationToken.None).WaitAsync(Limit);
            Assert.False(limit.IsCancellationRequested, $"{store.DegradedReason}, {store.Errors} errors: {string.Join("; ", _events.Events)}");
        }
        while (store.Degraded);
    }

    private LogStore Open() => new(_options, _directory.Path, _time, _events);
}
