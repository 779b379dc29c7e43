using Portside.Output;

namespace Portside.Files;

/// <summary>Whether nobody else can have written a file that names commands to be run.</summary>
internal static class FileTrust
{
    private const int MostLinks = 40;
    private const UnixFileMode Foreign = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Looks at a file, at the links that lead to it, and at the directory of each.</summary>
    /// <param name="path">The file or a link to it.</param>
    /// <returns>What is wrong, and what mends it; null where nothing is, or where the system does not say.</returns>
    public static (string What, string Next)? Complaint(string path)
    {
        if (FileStatus.Self is not { } self)
            return null;
        foreach (var place in Places(path))
        {
            if (FileStatus.Of(place) is { } status && Complaint(place, status, self) is { } complaint)
                return complaint;
        }

        return null;
    }

    /// <summary>Judges one place.</summary>
    /// <param name="path">What it is called.</param>
    /// <param name="status">What the system says of it.</param>
    /// <param name="self">Who is to rely on it.</param>
    /// <returns>As above.</returns>
    public static (string What, string Next)? Complaint(string path, FileStatus status, uint self)
    {
        if (status.Owner != self && status.Owner != 0)
            return ($"{path} belongs to user {status.Owner}, and it decides on commands that are run as user {self}", $"chown {self} {ShellWord.Of(path)}, when you trust what it holds");

        // In a sticky directory nobody moves or removes what is another's.
        var isOpen = (status.Permissions & Foreign) != 0 && (status.IsRegular || (status.Permissions & UnixFileMode.StickyBit) == 0);
        return isOpen ? ($"{path} may be written by others, and it decides on commands that are run", $"chmod go-w {ShellWord.Of(path)}") : null;
    }

    private static IEnumerable<string> Places(string path)
    {
        string? next = Path.GetFullPath(path);
        for (var links = 0; next is { } here && links < MostLinks; links++)
        {
            yield return here;
            yield return Path.GetDirectoryName(here) ?? here;
            next = new FileInfo(here) is { LinkTarget: { } target } ? Path.GetFullPath(target, Path.GetDirectoryName(here)!) : null;
        }
    }
}
