namespace Portside.EndToEnd.Tests.Processes;

/// <summary>A program nobody here wrote. A missing one fails its test: what is skipped looks like success.</summary>
internal static class Tool
{
    /// <summary>Where a program is.</summary>
    /// <param name="name">Its name on the search path.</param>
    /// <param name="package">The Debian package that has it.</param>
    public static string Path(string name, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin").Append("/sbin")
            .Select(directory => System.IO.Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
        if (found is null)
            Assert.Fail($"'{name}' is not installed. ./test.sh installs it; by hand, as root: apt-get install {package}");
        return found;
    }
}
