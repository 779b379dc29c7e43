using System.CommandLine;
using Portside.Configuration;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside config keys</c>: everything that can be configured.</summary>
internal sealed class ConfigKeysCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ConfigKeysCommand(GlobalOptions global)
        : base("keys", "List everything that can be configured, with its default and meaning.")
    {
        var markdown = new Option<bool>("--markdown") { Description = "As the page of the documentation." };
        Add(markdown);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            if (arguments.GetValue(markdown))
            {
                caller.Out.Write(ConfigurationText.AsPage());
                return;
            }

            var keys = ConfigurationText.AllKeys();
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, keys, CommandJson.Default.IReadOnlyListConfigKeyDescription);
                return;
            }

            var table = Drawing.Columns("KEY", "DEFAULT", "MEANING");
            foreach (var key in keys)
                table.AddRow(Drawing.Cell(key.Key), Drawing.Cell(key.Default ?? "-"), Drawing.Cell(key.Meaning));
            Drawing.Write(caller, table);
        });
    }
}
