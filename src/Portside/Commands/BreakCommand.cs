using System.CommandLine;
using Portside.Configuration.Syntax;

namespace Portside.Commands;

/// <summary><c>portside break PORT</c>: sends a break.</summary>
internal sealed class BreakCommand : Command
{
    private static readonly TimeSpan DefaultLength = TimeSpan.FromMilliseconds(250);

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public BreakCommand(GlobalOptions global)
        : base("break", "Send a break to a machine.")
    {
        var selector = new PortArgument(global);
        var length = ValueOption.Of(
            "--length", new DurationSyntax(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)), "How long; 250ms.", "TIME");
        Add(selector);
        Add(length);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            await api.BreakAsync(arguments.GetValue(selector)!, arguments.GetValue(length) ?? DefaultLength, global.Caller.UserName, cancellation);
            return ExitCode.Done;
        });
    }
}
