using System.Runtime.InteropServices;

namespace Portside.Files;

/// <summary>What <c>statx</c> says of a file that the runtime does not: whose it is, and of what kind.</summary>
/// <param name="Kind">The file type bits of its mode.</param>
/// <param name="Permissions">Its permission bits, with sticky, set-group and set-user.</param>
/// <param name="Owner">Number of its owner.</param>
internal readonly partial record struct FileStatus(int Kind, UnixFileMode Permissions, uint Owner)
{
    private const int KindBits = 0xF000;
    private const int Regular = 0x8000;
    private const int Pipe = 0x1000;
    private const int Here = -100;
    private const uint BasicFacts = 0x7FF;
    private const int Room = 256;

    /// <summary>Whether it is a file as editors write them.</summary>
    public bool IsRegular => Kind == Regular;

    /// <summary>Whether it is a pipe, with a name or without.</summary>
    public bool IsPipe => Kind == Pipe;

    /// <summary>Number of the person this process acts for; null where the system has none.</summary>
    public static uint? Self => OperatingSystem.IsWindows() ? null : EffectiveUser();

    /// <summary>Asks the system, following links.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null where there is no such file, and where the system is not Linux or its C library is too old to be asked.</returns>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> facts = stackalloc byte[Room];
        try
        {
            if (Ask(Here, path, 0, BasicFacts, facts) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        // The same places on all processors, unlike those of stat.
        var mode = MemoryMarshal.Read<ushort>(facts[28..]);
        return new FileStatus(mode & KindBits, (UnixFileMode)(mode & ~KindBits), MemoryMarshal.Read<uint>(facts[20..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Ask(int directory, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
