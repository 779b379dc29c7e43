using Microsoft.Extensions.Time.Testing;
using Portside.Commands;
using Portside.SerialPorts;

namespace Portside.Tests.SerialPorts;

/// <summary>What is written down of a run belongs to one run at a time, and to the same file.</summary>
public sealed class ApplyJournalTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Journal => Path.Combine(_directory.Path, "ports.yaml.journal");

    [Fact]
    public void A_journal_that_another_run_works_with_is_not_opened()
    {
        using (Open())
        {
            var failure = Assert.Throws<CommandFailure>(() => Open());
            Assert.Equal($"another 'port apply' is at work with {Journal}", failure.Message);
            Assert.Equal(ExitCode.Failed, failure.ExitCode);
        }

        using var next = Open();
        Assert.Single(next.Before, entry => entry.Event == "plan");
    }

    [Fact]
    public void A_run_that_has_done_all_leaves_nothing_behind()
    {
        using (var journal = Open())
            journal.Complete();
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_lock_that_a_killed_run_left_behind_hinders_nobody()
    {
        _directory.Write("ports.yaml.journal.lock", "");
        using var journal = Open();
        Assert.Empty(journal.Before);
    }

    [Fact]
    public void A_journal_is_read_while_a_run_works_with_it()
    {
        using var journal = Open();
        journal.Write("done", "vm-1", "/DC0/vm/web");
        Assert.Contains("\"done\"", File.ReadAllText(Journal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_content_of_the_file_began_is_forgotten()
    {
        using (var journal = Open())
            journal.Write("done", "vm-1", "/DC0/vm/web");
        using (var same = Open())
            Assert.Contains(same.Before, entry => entry is { Event: "done", Moid: "vm-1" });
        using var other = Open("another");
        Assert.Empty(other.Before);
    }

    public void Dispose() => _directory.Dispose();

    private ApplyJournal Open(string hash = "hash") => ApplyJournal.Open(Journal, "ports.yaml", hash, new FakeTimeProvider());
}
