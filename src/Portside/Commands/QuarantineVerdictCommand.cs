using System.CommandLine;
using System.Net;
using Portside.Api.Remote;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside quarantine admit</c> and <c>drop</c>: what becomes of connections that are held.</summary>
internal sealed class QuarantineVerdictCommand : Command
{
    /// <summary>A verb.</summary>
    /// <param name="global">What every verb understands.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="done">What is said of each connection.</param>
    /// <param name="act">What is done with each: by its id and the caller's name.</param>
    public QuarantineVerdictCommand(
        GlobalOptions global, string name, string description, string done, Func<ApiClient, string, string, CancellationToken, Task> act)
        : base(name, description)
    {
        var ids = new Argument<string[]>("ID") { Description = "What 'portside quarantine ls' calls it, such as q3.", Arity = ArgumentArity.OneOrMore };
        ids.CompletionSources.Add(context => PortArgument.Complete(
            global, context, async (api, patience) => (await api.GetQuarantinedAsync(patience)).Select(held => held.Id)));
        Add(ids);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            foreach (var id in arguments.GetValue(ids) ?? [])
            {
                try
                {
                    await act(api, id, global.Caller.UserName, cancellation);
                }
                catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
                {
                    throw new CommandFailure(ExitCode.NotFound, e.Message, "portside quarantine ls");
                }

                global.Caller.Error.WriteLine($"{SafeText.Of(id)} {done}");
            }

            return ExitCode.Done;
        });
    }
}
