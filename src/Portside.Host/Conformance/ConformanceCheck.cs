namespace Portside.Host.Conformance;

/// <summary>One thing that a virtual machine can see a concentrator do right or wrong.</summary>
public sealed class ConformanceCheck
{
    internal ConformanceCheck(string id, string title, string clause, Func<CheckBench, Task<string>> run, bool needsConsole = false)
    {
        (Id, Title, Clause, Run, NeedsConsole) = (id, title, clause, run, needsConsole);
    }

    /// <summary>Names it, such as <c>vmotion-late-complete</c>.</summary>
    public string Id { get; }

    /// <summary>What is wanted, as a sentence.</summary>
    public string Title { get; }

    /// <summary>Where that is asked for: a chapter of VMware's guide and its rule in our words, or an RFC.</summary>
    public string Clause { get; }

    /// <summary>Whether it cannot be tried without a way to the port's console.</summary>
    public bool NeedsConsole { get; }

    /// <summary>Tries it, and says what was seen.</summary>
    /// <exception cref="CheckFailedException">It is not as wanted.</exception>
    /// <exception cref="CheckNotApplicableException">It cannot be tried here.</exception>
    internal Func<CheckBench, Task<string>> Run { get; }
}
