using System.Buffers;
using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside export conserver|conman</c>: entries for a console manager in front of Portside.</summary>
internal sealed class ExportCommand : Command
{
    /// <summary>What a shell or a manager's configuration takes for more than itself.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\r\n\"'\\;{}#$&|<>()`*?");

    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public ExportCommand(GlobalOptions global)
        : base("export", "Print the ports as configuration of a console manager.")
    {
        Add(Manager(global, "conserver", "Entries for conserver.cf; append them, or #include the file.", ConsoleManagers.Conserver));
        Add(Manager(global, "conman", "Entries for conman.conf.", ConsoleManagers.Conman));
    }

    private static Command Manager(
        GlobalOptions global, string name, string description, Func<IReadOnlyList<PortDescription>, string, string> write)
    {
        var program = new Option<string?>("--program")
        {
            Description = "The portside the manager is to run; this one.",
            HelpName = "PATH",
        };
        var command = new Command(name, description) { program };
        global.HasOneForm(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            var ports = await api.GetPortsAsync(cancellation);
            var path = arguments.GetValue(program) ?? ThisProgram();
            if ($"{path}{api.Server.AbsoluteUri}".AsSpan().ContainsAny(Special))
                throw new CommandFailure(ExitCode.Usage, $"a console manager would misread '{SafeText.Of(path)} --server {api.Server.AbsoluteUri}'", "--program PATH without blanks and quotes");
            global.Caller.Out.Write(write(ports, $"{path} --server {api.Server.AbsoluteUri}"));
            if (ports.Count == 0)
                global.Caller.Error.WriteLine("no virtual machine seen yet");
            return ExitCode.Done;
        });
        return command;
    }

    private static string ThisProgram() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "portside" ? path : "/usr/bin/portside";
}
