using Portside.Concentrator.Hosting;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Hosting;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_missing_directory_is_made_for_its_owner_alone_and_nothing_is_left_in_it()
    {
        StateDirectory.Prepare(_directory["a/b"]);
        Assert.Equal(StateDirectory.OwnerDirectory, File.GetUnixFileMode(_directory["a/b"]));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["a/b"]));
    }

    [Fact]
    public void The_mode_of_a_directory_that_exists_is_the_operators_choice()
    {
        var mode = StateDirectory.OwnerDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(_directory.Path, mode);
        StateDirectory.Prepare(_directory.Path);
        Assert.Equal(mode, File.GetUnixFileMode(_directory.Path));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public void What_cannot_be_a_directory_is_an_error_that_says_what_to_do(string path)
    {
        File.WriteAllText(_directory["file"], "");
        var e = Assert.Throws<StateDirectoryException>(() => StateDirectory.Prepare(_directory[path]));
        Assert.Contains(_directory[path], e.Message, StringComparison.Ordinal);
        Assert.Contains("--state", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public async Task Where_no_log_can_be_kept_the_concentrator_refuses_to_start(string path)
    {
        File.WriteAllText(_directory["file"], "");
        var e = Assert.Throws<StateDirectoryException>(() => new LiveConcentrator(o => (o.Log.Directory, o.Log.Enabled) = (_directory[path], true)));
        Assert.Contains($"The log directory {_directory[path]} cannot be written", e.Message, StringComparison.Ordinal);
        Assert.Contains("--log-directory", e.Message, StringComparison.Ordinal);
        await using var without = new LiveConcentrator(o => (o.Log.Directory, o.Log.Enabled) = (_directory[path], false));
    }
}
