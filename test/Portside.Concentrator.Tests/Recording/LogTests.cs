using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

/// <summary>A log directory of a test's own, a clock it turns, and short words for reading and writing.</summary>
public abstract class LogTests : IDisposable
{
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private protected TemporaryDirectory Root { get; } = new();

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private protected EventRecorder Events { get; } = new();

    private protected LogOptions Options { get; } = new();

    private protected string Logs => Root["log"];

    public void Dispose()
    {
        Root.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static PortRecording Recording() => new(64 * 1024, 1024 * 1024);

    private protected static PortId Id(int number, string? label = null)
    {
        Assert.True(PortId.TryCreate($"564d00000000000000000000{number:x8}", label, out var id));
        return id;
    }

    private protected static Task FlushAsync(LogStore store) => store.FlushAsync(CancellationToken.None).WaitAsync(Limit);

    private protected static Task<byte[]> ReadAsync(PortLog log, LogRange range) => ReadAsync(log.OpenRead(range));

    private protected static async Task<string> TextAsync(PortLog log, LogRange range) => Encoding.ASCII.GetString(await ReadAsync(log, range));

    private protected static async Task<string> TextAsync(LogStore store, PortId id, LogRange range) =>
        Encoding.ASCII.GetString(await ReadAsync(store, id, range));

    private protected static Task<byte[]> ReadAsync(LogStore store, PortId id, LogRange range) => ReadAsync(store.OpenRead(id, range));

    private protected static async Task<byte[]> ReadAsync(LogStream stream)
    {
        await using (stream)
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all).WaitAsync(Limit);
            return all.ToArray();
        }
    }

    private protected static byte[] Read(TinyDisk disk, PortId id) => File.ReadAllBytes(Path.Combine(disk.Path, id.ToString()));

    private protected static int HandlesInto(string directory) =>
        Directory.GetFiles("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget?.StartsWith(directory, StringComparison.Ordinal) == true);

    private protected byte[] Read(PortId id) => Read(id.ToString());

    private protected byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Logs, name));

    private protected LogStore Open() => new(Options, Root.Path, Time, Events);

    // Advances to the longest back-off, then lets the writer finish what the timer began.
    private protected async Task RetryAsync(LogStore store, bool until = true)
    {
        using var limit = new CancellationTokenSource(Limit);
        do
        {
            Time.Advance(LogWriter.LastRetry);
            await FlushAsync(store);
            limit.Token.ThrowIfCancellationRequested();
        }
        while (until && store.Degraded);
    }
}
