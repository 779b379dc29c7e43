using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside who [PORT]</c>: who is attached, and how.</summary>
internal sealed class WhoCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public WhoCommand(GlobalOptions global)
        : base("who", "Show who is attached, to one port or to any.")
    {
        var selector = new PortArgument(global, isOptional: true);
        Add(selector);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            using var api = global.Connect(arguments);
            var clients = await api.GetClientsAsync(arguments.GetValue(selector), cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, clients, ApiJson.Default.IReadOnlyListClientDescription);
            else if (clients.Count == 0)
                caller.Error.WriteLine("nobody is attached");
            else
                Drawing.Write(caller, new PortTables(caller.Clock.GetUtcNow()).Clients(clients, await api.GetPortsAsync(cancellation)));
            return ExitCode.Done;
        });
    }
}
