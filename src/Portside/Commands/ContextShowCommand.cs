using System.CommandLine;
using Portside.Contexts;
using Portside.Output;
using Portside.VSphere.Client;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside context show [NAME]</c>: what holds for other verbs, and who says it.</summary>
internal sealed class ContextShowCommand : Command
{
    private readonly LoginOptions _login = new("--vcenter", "As for verbs that talk to vSphere.") { Datacenter = new("--datacenter") { Description = "As for verbs that talk to vSphere.", HelpName = "NAME" } };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ContextShowCommand(GlobalOptions global)
        : base("show", "Show which concentrator and which vSphere other verbs take, and whether an option, a variable or a context says so.")
    {
        var name = ContextCommand.Named<string?>(global, "A context, as if --context named it; without one, what holds now.", ArgumentArity.ZeroOrOne);
        Add(name);
        _login.AddTo(this);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var named = arguments.GetValue(name) is { } one ? new ChosenContext(ContextFile.Load(caller.Environment).Find(one), IsNamed: true) : global.Context(arguments);
            var rows = Rows(named, global.Server(arguments, named), global.Login(arguments, _login, named));
            if (global.Format(arguments) is var format and not OutputFormat.Table)
            {
                ResultText.Write(caller, format, rows, CommandJson.Default.IReadOnlyListContextValueDescription);
                return ExitCode.Done;
            }

            var table = Drawing.Columns("KEY", "VALUE", "FROM");
            foreach (var row in rows)
                table.AddRow(Drawing.Cell(row.Key), Drawing.Cell(row.Value ?? "-"), Drawing.Cell(row.From ?? "-"));
            Drawing.Write(caller, table);
            return ExitCode.Done;
        });
    }

    private static List<ContextValueDescription> Rows(ChosenContext? context, Said server, VSphereLogin login)
    {
        List<ContextValueDescription> rows =
        [
            new("context", context?.Context.Name, null),
            Row("server", server),
            Row("vsphere.url", Bare(login.Url)),
        ];
        if (login.Url is null)
            return rows;
        rows.Add(Row("vsphere.user", login.User));
        rows.Add(new("vsphere.password", login.Password?.What ?? "asked for", login.Password?.From));
        rows.Add(new("vsphere.trust", login.Trust?.What ?? "the system's authorities", login.Trust?.From));
        rows.Add(Row("vsphere.datacenter", login.Datacenter));
        return rows;
    }

    // A variable may hold a password as well.
    private static Said? Bare(Said? url) =>
        url is not null && VSphereAddress.TryParse(url.Value, out var address, out _) && address.Password is not null ? url with { Value = address.Url.ToString() } : url;

    private static ContextValueDescription Row(string key, Said? said) => new(key, said?.Value, said is null or { IsDefault: true } ? null : said.From);
}
