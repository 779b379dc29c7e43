using System.CommandLine;
using Portside.Contexts;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside context ls</c>: all contexts.</summary>
internal sealed class ContextLsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextLsCommand(GlobalOptions global)
        : base("ls", "List the contexts; * marks the one in use.")
    {
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var file = ContextFile.Load(caller.Environment);
            var chosen = global.ContextName(arguments) ?? file.Current;
            var all = file.Contexts.Select(context => ContextDescription.Of(context, context.Name == chosen)).ToList();
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, all, CommandJson.Default.IReadOnlyListContextDescription);
                return ExitCode.Done;
            }

            if (all.Count == 0)
            {
                caller.Error.WriteLine("there are no contexts");
                caller.Error.WriteLine("  next: portside context set NAME --server URL --vcenter URL --user NAME");
                return ExitCode.Done;
            }

            var table = Drawing.Columns("", "NAME", "SERVER", "VCENTER", "USER", "PASSWORD");
            foreach (var one in all)
            {
                table.AddRow(
                    Drawing.Cell(one.IsCurrent ? "*" : ""),
                    Drawing.Cell(one.Name),
                    Drawing.Cell(one.Server ?? "-"),
                    Drawing.Cell(one.Url ?? "-"),
                    Drawing.Cell(one.User ?? "-"),
                    Drawing.Cell(one.Password ?? (one.Url is null ? "-" : "asked for")));
            }

            Drawing.Write(caller, table);
            return ExitCode.Done;
        });
    }
}
