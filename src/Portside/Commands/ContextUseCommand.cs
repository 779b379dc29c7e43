using System.CommandLine;
using Portside.Contexts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside context use NAME</c>: takes a context from now on.</summary>
internal sealed class ContextUseCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextUseCommand(GlobalOptions global)
        : base("use", "Use this context by default.")
    {
        var name = ContextCommand.Named<string?>(global, "The context.", ArgumentArity.ZeroOrOne);
        var none = new Option<bool>("--none") { Description = "Use none by default." };
        Add(name);
        Add(none);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var wanted = arguments.GetValue(name);
            if (wanted is null != arguments.GetValue(none))
                throw new CommandFailure(ExitCode.Usage, "which context? name one, or say --none", "portside context ls");
            var file = ContextFile.Load(caller.Environment);
            if (wanted is not null)
                file.Find(wanted);
            if (file.Current != wanted)
            {
                file.Current = wanted;
                file.Save();
            }

            caller.Error.WriteLine(SafeText.Of(wanted is null ? "no context is taken now" : $"{wanted} is the context now"));
            foreach (var variable in (string[])["PORTSIDE_CONTEXT", "PORTSIDE_SERVER", "GOVC_URL"])
            {
                if (caller.Environment.GetValueOrDefault(variable) is { Length: > 0 })
                    caller.Error.WriteLine($"portside: warning: {variable} is set, and comes before it");
            }

            return ExitCode.Done;
        });
    }
}
