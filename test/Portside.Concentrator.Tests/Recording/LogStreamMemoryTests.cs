using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

/// <summary>What reading a log takes, measured by what the whole process allocates.</summary>
[Collection("alone")]
public sealed class LogStreamMemoryTests
{
    [Fact]
    public async Task A_long_log_is_read_in_constant_memory()
    {
        const int bytes = 32 * 1024 * 1024;
        using var directory = new TemporaryDirectory();
        Assert.True(PortId.TryCreate("564d0000-0000-0000-0000-000000000001", null, out var id));
        Directory.CreateDirectory(directory["log"]);
        using (var file = new FileStream(directory[$"log/{id}"], FileMode.Create))
            file.SetLength(bytes);
        await using var store = new LogStore(new LogOptions(), directory.Path, new FakeTimeProvider(), new EventRecorder());
        await using var stream = store.OpenRead(id, new LogRange());
        var buffer = new byte[64 * 1024];
        Assert.NotEqual(0, await stream.ReadAsync(buffer));
        var before = GC.GetTotalAllocatedBytes();
        long total = 0;
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
            total += count;
        Assert.InRange(total, bytes - buffer.Length, bytes);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, bytes / 2);
    }
}
