using System.CommandLine;
using Portside.Contexts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside context set NAME</c>: makes a context, or changes what is given of one.</summary>
internal sealed class ContextSetCommand : Command
{
    private readonly List<(ContextKey Key, Option<string?> Option)> _options = [];

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextSetCommand(GlobalOptions global)
        : base("set", "Make a context, or change what is given of one that is there. No password is kept: a file that holds it, or a command that prints it, is.")
    {
        var name = ContextCommand.Named<string>(global, "The context.", ArgumentArity.ExactlyOne);
        var unset = new Option<string[]>("--unset") { Description = "Take a value away: " + string.Join(", ", ContextKey.All.Select(key => key.Path)) + ". May be repeated.", HelpName = "KEY", Arity = ArgumentArity.OneOrMore };
        unset.CompletionSources.Add([.. ContextKey.All.Select(key => key.Path)]);
        var use = new Option<bool>("--use") { Description = "Take it from now on, as 'context use' does; the first one is taken anyhow." };
        Add(name);
        Keep("vsphere.url", "--vcenter", "The vCenter or ESXi; without user and password.", "URL");
        Keep("vsphere.user", "--user", "Who logs in there.", "NAME");
        Keep("vsphere.passwordFile", "--password-file", "File with the password; only you should be able to read it.", "FILE");
        Keep("vsphere.passwordCommand", "--password-command", "Command of the shell whose first line of output is the password, such as 'pass show vcenter/lab'.", "COMMAND");
        Keep("vsphere.thumbprint", "--thumbprint", "Trust only this certificate of the vSphere, by its SHA-256 or SHA-1.", "HASH");
        Keep("vsphere.caFile", "--ca-file", "PEM file with the authorities that are believed, instead of the system's.", "FILE");
        Keep("vsphere.datacenter", "--datacenter", "Only machines of this datacenter.", "NAME");
        Add(unset);
        Add(use);
        SetAction(arguments => Run(global, arguments, arguments.GetValue(name)!, arguments.GetValue(unset) ?? [], arguments.GetValue(use)));
    }

    private void Keep(string path, string option, string description, string valueName)
    {
        var made = new Option<string?>(option) { Description = description, HelpName = valueName };
        _options.Add((ContextKey.All.Single(key => key.Path == path), made));
        Add(made);
    }

    private int Run(GlobalOptions global, ParseResult arguments, string name, string[] unset, bool use)
    {
        var caller = global.Caller;
        if (ContextKey.ReadName(name) is { } complaint)
            throw new CommandFailure(ExitCode.Usage, complaint);
        var file = ContextFile.Load(caller.Environment);
        var was = file.Contexts.FirstOrDefault(one => one.Name == name);
        var context = was ?? new Context(name);
        foreach (var path in unset)
        {
            var key = ContextKey.All.FirstOrDefault(key => key.Path == path)
                ?? throw new CommandFailure(ExitCode.Usage, $"--unset: '{path}' is not one of {string.Join(", ", ContextKey.All.Select(key => key.Path))}");
            context = key.With(context, null);
        }

        List<(ContextKey Key, string Option, string Value)> given =
        [
            .. _options.Select(one => (one.Key, one.Option.Name, arguments.GetValue(one.Option)!)).Where(one => one.Item3 is not null),
            .. global.GivenServer(arguments) is { } server ? [(ContextKey.All[0], "--server", server)] : Array.Empty<(ContextKey, string, string)>(),
        ];
        foreach (var (key, option, text) in given)
        {
            // A shell's directory is known now and not later.
            var value = key.Path.EndsWith("File", StringComparison.Ordinal) ? Path.GetFullPath(text) : text;
            if (key.Read(value) is { } wrong)
                throw new CommandFailure(ExitCode.Usage, $"{option}: {wrong}");

            // Two ways to tell one thing: the one that is given is meant.
            context = key.With(
                key.Path switch
                {
                    "vsphere.passwordFile" when given.All(one => one.Key.Path != "vsphere.passwordCommand") => context with { PasswordCommand = null },
                    "vsphere.passwordCommand" when given.All(one => one.Key.Path != "vsphere.passwordFile") => context with { PasswordFile = null },
                    "vsphere.thumbprint" when given.All(one => one.Key.Path != "vsphere.caFile") => context with { CaFile = null },
                    "vsphere.caFile" when given.All(one => one.Key.Path != "vsphere.thumbprint") => context with { Thumbprint = null },
                    _ => context,
                },
                value);
        }

        if (context.Complaint is { } whole)
            throw new CommandFailure(ExitCode.Usage, $"{name}: {whole}");
        if (context == new Context(name))
            throw new CommandFailure(ExitCode.Usage, $"nothing is given that {name} is to hold", "portside context set --help");
        var isTaken = file.Contexts.Count == 0 || use;
        if (context != was || (isTaken && file.Current != name))
        {
            file.Put(context);
            if (isTaken)
                file.Current = name;
            file.Save();
        }

        caller.Error.WriteLine(SafeText.Of($"{name}: {(was is null ? "made" : context == was ? "unchanged" : "changed")}, in {file.Path}"));
        if (file.Current != name)
            caller.Error.WriteLine($"  next: portside context use {name}");
        return ExitCode.Done;
    }
}
