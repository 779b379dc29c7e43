using System.Diagnostics;

namespace Portside.Testing;

/// <summary>A real file system of a few kilobytes, to be filled; needs root, and unmounts itself.</summary>
public sealed class TinyDisk : IDisposable
{
    private TinyDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Bytes that still fit.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Mounts one.</summary>
    /// <param name="path">A directory to be made and mounted on.</param>
    /// <param name="size">Its size as mount(8) takes it, such as <c>64k</c>.</param>
    /// <returns>The disk.</returns>
    public static TinyDisk Mount(string path, string size)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", $"size={size},mode=0700", "portside-test", path);
        return new TinyDisk(path);
    }

    /// <inheritdoc/>
    public void Dispose() => Run("umount", "--lazy", Path);

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed, as it does without root: {error}");
    }
}
