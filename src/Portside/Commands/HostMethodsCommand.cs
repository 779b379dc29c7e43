using System.CommandLine;
using Portside.Hosting;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside host methods</c>: what of the vSphere API there is.</summary>
internal sealed class HostMethodsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public HostMethodsCommand(GlobalOptions global)
        : base("methods", "List the methods of the vSphere API that the host has.")
    {
        var markdown = new Option<bool>("--markdown") { Description = "As the page of the documentation." };
        Add(markdown);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            if (arguments.GetValue(markdown))
            {
                caller.Out.Write(MethodTable.AsPage());
                return;
            }

            var methods = MethodTable.All();
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, methods, HostJson.Default.IReadOnlyListMethodDescription);
                return;
            }

            var table = Drawing.Columns("TYPE", "METHOD", "PRIVILEGE");
            foreach (var method in methods)
                table.AddRow(Drawing.Cell(method.Type), Drawing.Cell(method.Method), Drawing.Cell(method.Privilege));
            Drawing.Write(caller, table);
        });
    }
}
