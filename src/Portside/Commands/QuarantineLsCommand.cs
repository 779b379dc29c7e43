using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside quarantine ls</c>: who is held, where from, as whom, and why.</summary>
internal sealed class QuarantineLsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public QuarantineLsCommand(GlobalOptions global)
        : base("ls", "List the connections that are held: where they come from, as whom, and what is wrong.") =>
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            using var api = global.Connect(arguments);
            var held = await api.GetQuarantinedAsync(cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, held, ApiJson.Default.IReadOnlyListQuarantinedDescription);
            else if (held.Count > 0)
                Drawing.Write(caller, new PortTables(caller.Clock.GetUtcNow()).Quarantined(held));
            else
                caller.Error.WriteLine("nobody is quarantined");
            return ExitCode.Done;
        });
}
