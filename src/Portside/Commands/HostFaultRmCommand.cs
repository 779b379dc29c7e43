using System.CommandLine;
using System.Globalization;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside host fault rm ID</c>: lets nothing go wrong any more.</summary>
internal sealed class HostFaultRmCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    /// <param name="login">Which host, and who asks.</param>
    public HostFaultRmCommand(GlobalOptions global, HostLoginOptions login)
        : base("rm", "Remove faults, also those that machines' extraConfig sets; --all removes every one. What waits because of them goes on.")
    {
        var ids = new Argument<string[]>("ID") { Description = "What 'portside host fault ls' calls it.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every one." };
        Add(ids);
        Add(all);
        SetAction(async (arguments, cancellation) =>
        {
            var names = arguments.GetValue(ids) ?? [];
            if (arguments.GetValue(all) == names.Length > 0)
                throw new CommandFailure(ExitCode.Usage, "which faults? name some, or say --all", "portside host fault ls");
            await login.RunAsync(
                arguments,
                async host =>
                {
                    foreach (var id in names)
                    {
                        await host.RemoveFaultAsync(id, cancellation);
                        global.Caller.Error.WriteLine($"{SafeText.Of(id)} is removed");
                    }

                    if (names.Length > 0)
                        return;
                    var count = (await host.GetFaultsAsync(cancellation)).Count;
                    await host.RemoveFaultAsync(null, cancellation);
                    global.Caller.Error.WriteLine(count switch
                    {
                        0 => "there was no fault to remove",
                        1 => "1 fault is removed",
                        _ => string.Create(CultureInfo.InvariantCulture, $"{count} faults are removed"),
                    });
                },
                cancellation);
            return ExitCode.Done;
        });
    }
}
