using System.CommandLine;
using System.Globalization;
using Portside.Hosting;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside host fault ls</c>: what is to go wrong, and how often it did.</summary>
internal sealed class HostFaultLsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    /// <param name="login">Which host, and who asks.</param>
    public HostFaultLsCommand(GlobalOptions global, HostLoginOptions login)
        : base("ls", "List what is to go wrong, and how often it did.") =>
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            await login.RunAsync(
                arguments,
                async host =>
                {
                    var faults = await host.GetFaultsAsync(cancellation);
                    if (global.Format(arguments) is var format and not OutputFormat.Table)
                    {
                        ResultText.Write(caller, format, faults, HostJson.Default.IReadOnlyListFaultDescription);
                        return;
                    }

                    if (faults.Count == 0)
                    {
                        caller.Error.WriteLine("nothing is to go wrong");
                        return;
                    }

                    var table = Drawing.Columns("ID", "KIND", "MACHINE", "METHOD", "TIMES", "WENT WRONG", "SET BY");
                    foreach (var fault in faults)
                    {
                        table.AddRow(
                            Drawing.Cell(fault.Id),
                            Drawing.Cell(fault.Kind),
                            Drawing.Cell(fault.Machine ?? "*"),
                            Drawing.Cell(fault.Method ?? "*"),
                            Drawing.Cell(Times(fault)),
                            Drawing.Cell((fault.Used ?? 0).ToString(CultureInfo.InvariantCulture)),
                            Drawing.Cell(fault.Option is null ? "fault add" : "the machine's extraConfig"));
                    }

                    Drawing.Write(caller, table);
                },
                cancellation);
            return ExitCode.Done;
        });

    /// <summary>How often, for people.</summary>
    public static string Times(FaultDescription fault) => fault.Count switch
    {
        0 or null => "until it is removed",
        1 => "once",
        { } count => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };
}
