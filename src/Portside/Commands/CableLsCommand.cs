using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside cable ls</c>: all cables.</summary>
internal sealed class CableLsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public CableLsCommand(GlobalOptions global)
        : base("ls", "List the cables: what each joins, whether bytes can pass, and how many did.") =>
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            using var api = global.Connect(arguments);
            var cables = await api.GetCablesAsync(cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, cables, ApiJson.Default.IReadOnlyListCableDescription);
            else if (cables.Count > 0)
                Drawing.Write(caller, CableTable.Of(cables));
            else
                caller.Error.WriteLine("no cable is plugged in");
            return ExitCode.Done;
        });
}
