using System.Diagnostics;
using System.Runtime.Versioning;
using Portside.Commands;
using Portside.Files;
using Portside.Tests.Commands;

namespace Portside.Tests.Files;

/// <summary>Which files are read: those that end, and those that nobody else wrote where they name commands.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;

    private readonly TempDirectory _directory = new();

    [Theory]
    [InlineData(Regular, Own, 7, 7, null)]
    [InlineData(Regular, Own, 0, 7, null)]
    [InlineData(Regular, Own, 65534, 0, "belongs to user 65534")]
    [InlineData(Regular, Own, 8, 7, "belongs to user 8")]
    [InlineData(Regular, Own | UnixFileMode.GroupWrite, 7, 7, "may be written by others")]
    [InlineData(Regular, Own | UnixFileMode.OtherWrite | UnixFileMode.StickyBit, 7, 7, "may be written by others")]
    [InlineData(Folder, Own | UnixFileMode.OtherWrite, 0, 7, "may be written by others")]
    [InlineData(Folder, Own | UnixFileMode.OtherWrite | UnixFileMode.StickyBit, 0, 7, null)]
    public void A_file_that_names_commands_and_its_directory_are_ones_own_or_roots(int kind, UnixFileMode mode, uint owner, uint self, string? complaint)
    {
        var found = FileTrust.Complaint("/x/config.yaml", new FileStatus(kind, mode, owner), self);
        if (complaint is null)
            Assert.Null(found);
        else
            Assert.Contains(complaint, found!.Value.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_directory_of_what_a_link_leads_to_is_looked_at_as_well()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        var elsewhere = Directory.CreateDirectory(Path.Combine(_directory.Path, "elsewhere")).FullName;
        var file = Path.Combine(elsewhere, "config.yaml");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, Own);
        var link = Path.Combine(_directory.Path, "config.yaml");
        File.CreateSymbolicLink(link, "elsewhere/config.yaml");
        Assert.Null(FileTrust.Complaint(link));

        File.SetUnixFileMode(elsewhere, File.GetUnixFileMode(elsewhere) | UnixFileMode.OtherWrite);
        Assert.StartsWith($"{elsewhere} may be written by others", FileTrust.Complaint(link)?.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_or_does_not_end_is_not_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        var pipe = Path.Combine(_directory.Path, "pipe");
        using (var made = Process.Start("mkfifo", pipe))
            made.WaitForExit();
        foreach (var path in new[] { pipe, "/dev/zero", _directory.Path })
            Assert.Equal("it is not a regular file", Assert.Throws<IOException>(() => RegularFile.ReadAllText(path)).Message);

        var file = _directory.Write("password", "é\n");
        Assert.Equal("é\n", RegularFile.ReadAllText(file));
        Assert.Equal("it has more than 2 bytes", Assert.Throws<IOException>(() => RegularFile.ReadAllText(file, 2)).Message);
    }

    [Fact]
    public async Task A_password_that_does_not_end_is_refused_in_words()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync(null, "port", "ls", "--vcenter", "127.0.0.1:1", "--user", "u", "--password-file", "/dev/zero"));
        Assert.Equal("portside: --password-file: /dev/zero cannot be read: it is not a regular file\n", run.Error);
    }

    public void Dispose() => _directory.Dispose();
}
