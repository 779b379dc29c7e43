using Portside.Concentrator.Recording;

namespace Portside.Api.Server;

/// <summary>Finds where the last lines of a log begin.</summary>
internal static class LogLines
{
    private const int FirstLook = 64 * 1024;

    // Somebody who wants more lines than this holds wants the log.
    private const int LastLook = 4 * 1024 * 1024;

    /// <summary>The bytes that the last <paramref name="lines"/> lines take.</summary>
    /// <param name="open">Opens a part of the log.</param>
    /// <param name="lines">How many; what stands behind the last line end counts as one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Bytes from the end.</returns>
    public static async Task<long> CountBackAsync(Func<LogRange, Stream> open, int lines, CancellationToken cancellation)
    {
        if (lines == 0)
            return 0;
        for (var look = FirstLook; ; look *= 4)
        {
            await using var log = open(new LogRange { Tail = look });
            using var part = new MemoryStream();
            await log.CopyToAsync(part, cancellation);
            var bytes = part.GetBuffer().AsSpan(0, (int)part.Length);
            var start = Start(bytes, lines);
            if (start > 0 || part.Length < look || look >= LastLook)
                return part.Length - start;
        }
    }

    private static int Start(ReadOnlySpan<byte> bytes, int lines)
    {
        // The line end at the very end closes the last line; it does not begin another.
        var end = bytes.Length > 0 && bytes[^1] == '\n' ? bytes.Length - 1 : bytes.Length;
        for (var i = 0; i < lines; i++)
        {
            var at = bytes[..end].LastIndexOf((byte)'\n');
            if (at < 0)
                return 0;
            if (i == lines - 1)
                return at + 1;
            end = at;
        }

        return 0;
    }
}
