using System.Runtime.InteropServices;

namespace Portside.Host.Storage;

/// <summary>Tells files from what only has a name like one: opening a named pipe would wait for somebody, and a device need not end.</summary>
internal static partial class RegularFile
{
    private const int KindBits = 0xF000;
    private const int Regular = 0x8000;
    private const int Here = -100;
    private const uint WantsKind = 1;
    private const int Room = 256;

    /// <summary>Refuses what is there and is no file. Links are followed.</summary>
    /// <param name="path">The file; nothing is said where there is none, and where the system is not Linux.</param>
    /// <exception cref="IOException">It is something else.</exception>
    public static void Check(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Span<byte> facts = stackalloc byte[Room];
        try
        {
            // The kind is at the same place on all processors, unlike that of stat.
            if (Ask(Here, path, 0, WantsKind, facts) == 0 && (MemoryMarshal.Read<ushort>(facts[28..]) & KindBits) != Regular)
                throw new IOException("It is not a regular file.");
        }
        catch (EntryPointNotFoundException)
        {
            // A C library too old to be asked.
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Ask(int directory, string path, int flags, uint mask, Span<byte> facts);
}
