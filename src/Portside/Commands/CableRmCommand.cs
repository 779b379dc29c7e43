using System.CommandLine;
using System.Net;
using Portside.Api.Remote;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside cable rm NAME</c>: pulls cables out.</summary>
internal sealed class CableRmCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public CableRmCommand(GlobalOptions global)
        : base("rm", "Pull cables out and forget them; their ports go on.")
    {
        var names = new Argument<string[]>("NAME") { Description = "What 'portside cable ls' calls it.", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(context => PortArgument.Complete(
            global, context, async (api, patience) => (await api.GetCablesAsync(patience)).Select(cable => cable.Name)));
        Add(names);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            foreach (var name in arguments.GetValue(names) ?? [])
            {
                try
                {
                    await api.RemoveCableAsync(name, cancellation);
                }
                catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
                {
                    throw new CommandFailure(ExitCode.NotFound, e.Message, "portside cable ls");
                }

                global.Caller.Error.WriteLine($"{SafeText.Of(name)} is pulled out");
            }

            return ExitCode.Done;
        });
    }
}
