using System.CommandLine;
using Portside.Configuration.Syntax;

namespace Portside.Commands;

/// <summary>How changes are carried out: how many at a time, in which waves, and how long each is watched.</summary>
internal sealed class PortRunArguments
{
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(15);

    private readonly Option<int?> _parallel = ValueOption.Of("--parallel", new WholeNumberSyntax(1, 64), "Machines at a time; 8.", "COUNT");
    private readonly Option<int?> _wave = ValueOption.Of("--wave", new WholeNumberSyntax(1, 100_000), "Machines in one wave; each wave is verified before the next begins, and a failure ends the run.", "COUNT");
    private readonly Option<TimeSpan?> _wait = ValueOption.Of("--wait", new DurationSyntax(TimeSpan.Zero, TimeSpan.FromHours(1)), "How long a port may take to connect; 15s. 0s does not look.", "TIME");

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Add(_parallel);
        command.Add(_wave);
        command.Add(_wait);
    }

    /// <summary>Machines at a time.</summary>
    public int Parallel(ParseResult arguments) => arguments.GetValue(_parallel) ?? 8;

    /// <summary>Machines in a wave; 0 for one wave.</summary>
    public int Wave(ParseResult arguments) => arguments.GetValue(_wave) ?? 0;

    /// <summary>How long a port may take to connect.</summary>
    public TimeSpan Within(ParseResult arguments) => arguments.GetValue(_wait) ?? UsualWait;
}
