using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside break PORT</c>: sends a break.</summary>
internal sealed class BreakCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public BreakCommand(GlobalOptions global)
        : base("break", "Send a break to a machine.")
    {
        var selector = new PortArgument(global);
        Add(selector);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            await api.BreakAsync(arguments.GetValue(selector)!, global.Caller.UserName, cancellation);
            return ExitCode.Done;
        });
    }
}
