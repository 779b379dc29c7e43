using System.CommandLine;
using Portside.Contexts;

namespace Portside.Commands;

/// <summary><c>portside context rm NAME…</c>: forgets contexts.</summary>
internal sealed class ContextRmCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextRmCommand(GlobalOptions global)
        : base("rm", "Forget contexts; concentrators and vSpheres are not touched, and files with passwords stay.")
    {
        var names = ContextCommand.Named<string[]>(global, "The contexts.", ArgumentArity.OneOrMore);
        Add(names);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var file = ContextFile.Load(caller.Environment);
            var former = file.Current;
            var gone = (arguments.GetValue(names) ?? []).Distinct().Select(file.Find).ToList();
            gone.ForEach(file.Remove);
            file.Save();
            foreach (var context in gone)
                caller.Error.WriteLine($"{context.Name} is removed{(context.Name == former ? "; no context is taken now" : "")}");
            return ExitCode.Done;
        });
    }
}
