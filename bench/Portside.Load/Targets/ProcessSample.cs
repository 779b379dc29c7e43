using System.Globalization;

namespace Portside.Load.Targets;

/// <summary>What a process holds and has used, from /proc.</summary>
/// <param name="RssBytes">Resident memory.</param>
/// <param name="Descriptors">Open file descriptors.</param>
/// <param name="Cpu">Processor time used since it started, user and system.</param>
internal readonly record struct ProcessSample(long RssBytes, int Descriptors, TimeSpan Cpu)
{
    /// <summary>The kernel's USER_HZ, which is 100 on every Linux that .NET runs on.</summary>
    private const int TicksPerSecond = 100;

    /// <exception cref="IOException">There is no such process any more.</exception>
    public static ProcessSample Of(int processId)
    {
        var rss = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = long.Parse(rss.AsSpan("VmRSS:".Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);

        // The second field is the program's name in parentheses and may hold spaces; count from its end.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);

        return new ProcessSample(
            kibibytes * 1024,
            Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count(),
            TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
    }
}
