using System.CommandLine;
using Portside.Api.Contracts;

namespace Portside.Commands;

/// <summary><c>portside break PORT</c>: sends a break.</summary>
internal sealed class BreakCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public BreakCommand(GlobalOptions global)
        : base("break", "Send a break to a machine, in its place among what was typed before.")
    {
        var selector = new PortArgument(global);
        var sysRq = new Option<string?>("--sysrq")
        {
            Description = "A key to follow it: Linux takes h for help, b to reboot, and more, where kernel.sysrq allows.",
            HelpName = "KEY",
        };
        Add(selector);
        Add(sysRq);
        Validators.Add(result =>
        {
            if (!SysRqKey.TryParse(result.GetValue(sysRq), out _))
                result.AddError($"--sysrq: {SysRqKey.Rule}");
        });
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            await api.BreakAsync(arguments.GetValue(selector)!, global.Caller.UserName, arguments.GetValue(sysRq), cancellation);
            global.Caller.Error.WriteLine(arguments.GetValue(sysRq) is { } key ? $"break and {Output.SafeText.Of(key)} sent" : "break sent");
            return ExitCode.Done;
        });
    }
}
