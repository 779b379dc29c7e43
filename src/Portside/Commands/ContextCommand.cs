using System.CommandLine;
using System.CommandLine.Completions;

namespace Portside.Commands;

/// <summary><c>portside context</c>: concentrators and their vSpheres under names.</summary>
internal sealed class ContextCommand : Command
{
    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextCommand(GlobalOptions global)
        : base("context", "Keep a concentrator and its vSphere under a name, and choose between them: in ~/.config/portside/config.yaml.")
    {
        Add(new ContextLsCommand(global));
        Add(new ContextShowCommand(global));
        Add(new ContextUseCommand(global));
        Add(new ContextSetCommand(global));
        Add(new ContextRmCommand(global));
    }

    /// <summary>An argument that completes the names of the contexts there are.</summary>
    /// <typeparam name="T">One name, or several.</typeparam>
    /// <param name="global">Whose.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="arity">How many.</param>
    internal static Argument<T> Named<T>(GlobalOptions global, string description, ArgumentArity arity)
    {
        var name = new Argument<T>("NAME") { Description = description, HelpName = "NAME", Arity = arity };
        name.CompletionSources.Add(_ => GlobalOptions.ContextNames(global.Caller).Select(one => new CompletionItem(one)));
        return name;
    }
}
