using System.Text;

namespace Portside.Files;

/// <summary>Reads files that somebody named and that are to end: no device, no named pipe, and not more than is sensible.</summary>
internal static class RegularFile
{
    /// <summary>What a password, certificates or a list of machines may take, in bytes.</summary>
    public const int Longest = 4 * 1024 * 1024;

    /// <summary>Text of a file in UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">Bytes that it may have.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It cannot be read, is something else than a file, or is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadAllText(string path, int longest = Longest)
    {
        Check(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new MemoryStream();
        var block = new byte[16 * 1024];
        while (stream.Read(block) is var count and > 0)
        {
            if (bytes.Length + count > longest)
                throw new IOException($"it has more than {longest} bytes");
            bytes.Write(block, 0, count);
        }

        bytes.Position = 0;
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Refuses what is no file: opening a named pipe would wait for somebody, and a device need not end.</summary>
    /// <param name="path">The file; nothing is said where there is none.</param>
    /// <exception cref="IOException">It is something else.</exception>
    public static void Check(string path)
    {
        // A pipe that a shell has opened already, as for <(command), is read to its end like a file.
        if (FileStatus.Of(path) is { IsRegular: false } status && !(status.IsPipe && IsOpen(path)))
            throw new IOException("it is not a regular file");
    }

    private static bool IsOpen(string path) =>
        path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal) || path == "/dev/stdin";
}
