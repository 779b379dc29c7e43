using System.CommandLine;
using Portside.Output;
using Portside.SerialPorts;
using Portside.VSphere.Client;
using Portside.VSphere.Schema;
using Portside.VSphere.SerialPorts;

namespace Portside.Commands;

/// <summary><c>portside port apply -f FILE</c>: makes all machines as a file says, and goes on where a run before was stopped.</summary>
internal sealed class PortApplyCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public PortApplyCommand(GlobalOptions global)
        : base("apply", "Give machines the ports that a file says; a run that was stopped is gone on with by the next.")
    {
        var file = FileOption();
        var journalFile = new Option<string?>("--journal") { Description = "Where the run is written down until it has done all; default FILE.journal.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "As 'port plan'." };
        var exit = new ChangeExitOption("a port was changed (with --dry-run: would be)");
        var run = new PortRunArguments();
        var vsphere = new VSphereArguments(global);
        Add(file);
        Add(dryRun);
        Add(exit);
        Add(journalFile);
        run.AddTo(this);
        vsphere.AddTo(this);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            var wanted = PortFile.Load(arguments.GetValue(file)!, caller);
            var options = await vsphere.ReadAsync(arguments, cancellation);
            using var target = await wanted.ConnectAsync(caller, cancellation);
            await using var session = await VSphereSession.ConnectAsync(options, caller.Clock, cancellation: cancellation);
            if (arguments.GetValue(dryRun))
            {
                var all = await PortTargets.ReadAsync(session, vsphere.Datacenter(arguments), caller, cancellation);
                return PortReport.Write(global, arguments, PortRun.Plan(await wanted.WishesAsync(all, session, target, cancellation)), isPlan: true, exit);
            }

            using var journal = Open(arguments.GetValue(journalFile) ?? wanted.Path + ".journal", wanted, caller);
            var again = $"portside port apply -f {ShellWord.Of(wanted.Path)}{(arguments.GetValue(journalFile) is { } named ? $" --journal {ShellWord.Of(named)}" : "")}";
            HashSet<string> before;
            IReadOnlyList<(InventoryMachine Machine, IReadOnlyList<PortWish> Wishes)> wishes;
            try
            {
                before = await ResumeAsync(journal, session, caller, cancellation);
                var inventory = await PortTargets.ReadAsync(session, vsphere.Datacenter(arguments), caller, cancellation);
                wishes = await wanted.WishesAsync(inventory, session, target, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw new CommandFailure(ExitCode.Interrupted, "stopped before this run changed anything", again);
            }

            var results = await new PortRun
            {
                Session = session,
                Caller = caller,
                Target = target,
                Parallel = run.Parallel(arguments),
                Wave = run.Wave(arguments),
                Within = run.Within(arguments),
                Journal = journal,
            }.ApplyAsync(wishes, cancellation);

            // What the run before has done is part of the report of the whole.
            results = [.. results.Select(result => result.Outcome == "unchanged" && before.Contains(result.Moid) ? result with { Outcome = "changed before" } : result)];
            if (!cancellation.IsCancellationRequested && !journal.IsUnderWay && !results.Any(result => result.Outcome is "not begun"))
                journal.Complete();
            var code = PortReport.Write(global, arguments, results, isPlan: false, exit);
            return cancellation.IsCancellationRequested ? throw new CommandFailure(ExitCode.Interrupted, Stopped(results, journal.UnderWay), again) : code;
        });
    }

    /// <summary>What a run that was stopped has done, what it has not, and what becomes of that.</summary>
    /// <param name="results">What became of each machine.</param>
    /// <param name="underWay">Changes that were begun, and of which nobody knows how they ended.</param>
    /// <returns>One sentence.</returns>
    internal static string Stopped(IReadOnlyList<MachineResult> results, int underWay)
    {
        var done = results.Count(result => result.Outcome is "changed" or "changed before" or "unverified");
        var left = results.Count(result => result.Outcome == "not begun");
        var failed = results.Count(result => result.IsFailure) - underWay - left - results.Count(result => result.Outcome == "unverified");
        return $"stopped: {Machines(done)} changed"
            + (failed > 0 ? $", {Machines(failed)} tried in vain" : "")
            + (underWay > 0 ? $", {Machines(underWay)} begun and not waited for" : "")
            + $", {(left == 0 ? "none is left" : $"{Machines(left)} not begun")}; the same command goes on from there";

        static string Machines(int count) => count == 1 ? "1 machine was" : $"{count} machines were";
    }

    /// <summary>The file that says what is wanted.</summary>
    /// <returns>The option.</returns>
    public static Option<string> FileOption() => new("--file", "-f")
    {
        Description = "YAML file: which machines are to have which ports.",
        HelpName = "FILE",
        Required = true,
    };

    private static ApplyJournal Open(string path, PortFile wanted, Caller caller)
    {
        try
        {
            return ApplyJournal.Open(path, wanted.Path, wanted.Hash, caller.Clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(
                ExitCode.Failed, $"the journal {path} cannot be written: {e.Message.TrimEnd('.')}", "name another place by --journal FILE");
        }
    }

    // Changes that were begun and not seen to end are waited for: the machine is looked at afterwards, as every other.
    private static async Task<HashSet<string>> ResumeAsync(ApplyJournal journal, VSphereSession session, Caller caller, CancellationToken cancellation)
    {
        var done = journal.Before.Where(entry => entry.Event == "done").Select(entry => entry.Moid).ToHashSet(StringComparer.Ordinal);
        if (journal.Before.Count > 0)
            caller.Error.WriteLine(SafeText.Of($"going on with the run of {journal.Before[0].At:yyyy-MM-dd HH:mm:ss} UTC, which changed {done.Count} {(done.Count == 1 ? "machine" : "machines")}"));
        var ended = await Task.WhenAll(journal.Before
            .GroupBy(entry => entry.Moid, StringComparer.Ordinal)
            .Select(group => group.Last())
            .Where(entry => entry.Event == "task")
            .Select(async begun => await IsDoneAsync(begun) ? begun.Moid : null));
        done.UnionWith(ended.OfType<string>());
        return done;

        async Task<bool> IsDoneAsync(JournalEntry begun)
        {
            try
            {
                await session.WaitForTaskAsync(new ManagedObjectReference("Task", begun.Detail ?? ""), null, cancellation);
                return true;
            }
            catch (Exception e) when (e is VSphereFaultException or VSphereTransportException { IsTimeout: true })
            {
                // It failed, has been forgotten, or does not end: what the machine is like now says all.
                return false;
            }
        }
    }
}
