using System.CommandLine;

namespace Portside.Commands;

/// <summary>Machines that a verb is about.</summary>
internal sealed class MachineArgument : Argument<string[]>
{
    /// <summary>A MACHINE argument that may be given again.</summary>
    /// <param name="isOptional">Whether none is all.</param>
    public MachineArgument(bool isOptional = false)
        : base("MACHINE")
    {
        Description = "A machine's name, name with * and ?, inventory path (/DC0/vm/prod/web-1), folder (/DC0/vm/prod/ or folder:prod), tag:NAME, UUID, moid:vm-12, or - for one on each line of the input.";
        Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore;
    }

    /// <summary>The selectors, those of the input included.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="caller">Whose input it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The selectors.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync(ParseResult arguments, Caller caller, CancellationToken cancellation)
    {
        var given = arguments.GetValue(this) ?? [];
        if (!given.Contains("-"))
            return given;
        var all = given.Where(text => text != "-").ToList();
        using var reader = new StreamReader(caller.Input, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Trim() is { Length: > 0 } text && text[0] != '#')
                all.Add(text);
        }

        return all.Count > 0 ? all : throw new CommandFailure(ExitCode.Usage, "the input names no machine");
    }
}
