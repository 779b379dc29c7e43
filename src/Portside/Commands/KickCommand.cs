using System.CommandLine;
using Portside.Api.Remote;

namespace Portside.Commands;

/// <summary><c>portside kick CLIENT</c>: detaches somebody, who is told by whom.</summary>
internal sealed class KickCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public KickCommand(GlobalOptions global)
        : base("kick", "Detach a client; it is told by whom.")
    {
        var clients = new Argument<string[]>("CLIENT") { Description = "What 'portside who' calls it, such as c12.", Arity = ArgumentArity.OneOrMore };
        var by = new Option<string?>("--by") { Description = "The name the other is told; else PORTSIDE_USER, else your login.", HelpName = "NAME" };
        clients.CompletionSources.Add(context => PortArgument.Complete(
            global, context, async (api, patience) => (await api.GetClientsAsync(null, patience)).Select(c => c.Id)));
        Add(clients);
        Add(by);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            var name = arguments.GetValue(by) ?? global.Caller.UserName;
            foreach (var client in arguments.GetValue(clients) ?? [])
            {
                try
                {
                    await api.KickAsync(client, name, cancellation);
                }
                catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
                {
                    throw new CommandFailure(ExitCode.NotFound, e.Message, "portside who");
                }

                global.Caller.Error.WriteLine($"{Output.SafeText.Of(client)} is detached");
            }

            return ExitCode.Done;
        });
    }
}
