using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside ls</c>: all ports, and who was turned away.</summary>
internal sealed class LsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public LsCommand(GlobalOptions global)
        : base("ls", "List the ports, and below them the attempts that were turned away, with the reason.")
    {
        var rejected = new Option<bool>("--rejected") { Description = "Only the attempts that were turned away." };
        var wide = new Option<bool>("--wide", "-w") { Description = "Where machines are in vSphere instead: inventory path, power state, host." };
        Add(rejected);
        Add(wide);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            var format = global.Format(arguments);
            using var api = global.Connect(arguments);
            if (arguments.GetValue(rejected))
            {
                var attempts = await api.GetRejectedAsync(cancellation);
                if (format != OutputFormat.Table)
                    ResultText.Write(caller, format, attempts, ApiJson.Default.IReadOnlyListRejectedDescription);
                else if (attempts.Count > 0)
                    Drawing.Write(caller, new PortTables(caller.Clock.GetUtcNow()).Rejected(attempts));
                else
                    caller.Error.WriteLine("nobody was turned away");
            }
            else if (format != OutputFormat.Table)
            {
                ResultText.Write(caller, format, await api.GetPortsAsync(cancellation), ApiJson.Default.IReadOnlyListPortDescription);
            }
            else if (arguments.GetValue(wide))
            {
                Drawing.Write(caller, PortTables.Places(await api.GetPortsAsync(cancellation)));
            }
            else
            {
                var overview = await PortOverview.GetAsync(api, cancellation);
                Drawing.Write(caller, overview.Draw(caller.Clock.GetUtcNow(), Drawing.WidthOf(caller)));
            }

            return ExitCode.Done;
        });
    }
}
