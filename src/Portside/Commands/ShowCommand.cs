using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside show PORT</c>: everything about one port and who is on it.</summary>
internal sealed class ShowCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ShowCommand(GlobalOptions global)
        : base("show", "Show everything about one port, and who is on it.")
    {
        var selector = new PortArgument(global);
        Add(selector);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            using var api = global.Connect(arguments);
            var port = await api.GetPortAsync(arguments.GetValue(selector)!, cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, port, ApiJson.Default.PortDescription);
                return ExitCode.Done;
            }

            var tables = new PortTables(caller.Clock.GetUtcNow());
            Drawing.Write(caller, tables.Port(port));
            if (port.Clients > 0)
            {
                caller.Out.WriteLine();
                Drawing.Write(caller, tables.Clients(await api.GetClientsAsync(port.Id, cancellation), [port]));
            }

            return ExitCode.Done;
        });
    }
}
