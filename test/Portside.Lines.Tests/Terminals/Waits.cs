namespace Portside.Lines.Tests.Terminals;

/// <summary>How long anything may take before it counts as hanging.</summary>
internal static class Waits
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Reads until so many bytes have come.</summary>
    public static async Task<byte[]> ReadAsync(Line line, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        var bytes = new byte[count];
        for (var length = 0; length < count;)
        {
            var read = await line.ReadAsync(bytes.AsMemory(length), limit.Token);
            if (read == 0)
                Assert.Fail($"{line.Title} ended after {length} of {count} bytes.");
            length += read;
        }

        return bytes;
    }

    /// <summary>Reads until the line ends.</summary>
    public static async Task<byte[]> ReadToEndAsync(Line line)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        while (await line.ReadAsync(buffer, limit.Token) is var read and > 0)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }
}
