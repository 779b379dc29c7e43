using Portside.SerialPorts;

namespace Portside.Tests.SerialPorts;

/// <summary>A journal is written only where there is one already, or nothing, and knows which changes have not ended.</summary>
public sealed class JournalFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Theory]
    [InlineData("precious\n")]
    [InlineData("precious")]
    [InlineData("\n{}\n")]
    [InlineData("{}\n")]
    [InlineData("[]\n")]
    public void A_file_that_is_no_journal_stays_as_it_is(string text)
    {
        var path = _directory.Write("x.journal", text);
        Assert.Equal("it is there, and is no journal", Assert.Throws<IOException>(() => ApplyJournal.Open(path, "x.yaml", "AB", TimeProvider.System)).Message);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void A_link_is_no_place_for_a_journal()
    {
        var path = Path.Combine(_directory.Path, "x.journal");
        File.CreateSymbolicLink(path, Path.Combine(_directory.Path, "elsewhere"));
        Assert.Equal("it is a link", Assert.Throws<IOException>(() => ApplyJournal.Open(path, "x.yaml", "AB", TimeProvider.System)).Message);
        Assert.False(File.Exists(Path.Combine(_directory.Path, "elsewhere")));
    }

    [Fact]
    public void A_journal_knows_the_changes_that_have_not_ended()
    {
        var path = Path.Combine(_directory.Path, "x.journal");
        using (var first = ApplyJournal.Open(path, "x.yaml", "AB", TimeProvider.System))
        {
            Assert.False(first.IsUnderWay);
            first.Write("task", "vm-1", "/DC0/vm/a", "task-1");
            first.Write("task", "vm-2", "/DC0/vm/b", "task-2");
            first.Write("done", "vm-1", "/DC0/vm/a");
            Assert.True(first.IsUnderWay);
            first.Write("failed", "vm-2", "/DC0/vm/b", "no");
            Assert.False(first.IsUnderWay);
        }

        File.AppendAllText(path, "{\"at\":\"20");
        using var second = ApplyJournal.Open(path, "x.yaml", "AB", TimeProvider.System);
        Assert.Equal(["plan", "task", "task", "done", "failed"], second.Before.Select(entry => entry.Event));
    }

    public void Dispose() => _directory.Dispose();
}
