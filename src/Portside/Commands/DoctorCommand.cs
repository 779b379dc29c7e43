using System.CommandLine;
using Portside.Api.Remote;
using Portside.Doctor;
using Portside.Output;
using Portside.VSphere.Client;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside doctor [MACHINE]</c>: names the first broken link between a guest and its console, and the command that repairs it.</summary>
internal sealed class DoctorCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly VSphereArguments _vsphere;
    private readonly Argument<string?> _machine = new("MACHINE")
    {
        Description = "A machine's name, inventory path (/DC0/vm/prod/web-1) or UUID; without one the concentrator itself is looked at.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _port = new("--port") { Description = "Which port: its key (9000), its number in vSphere (1), or its label; all of them.", HelpName = "PORT" };
    private readonly Option<bool> _probe = new("--probe") { Description = "Send Enter to the guest and wait for an answer; otherwise nothing is typed." };
    private readonly Option<bool> _without = new("--no-vcenter") { Description = "Leave vSphere out and look at what the concentrator knows; MACHINE is a port there." };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public DoctorCommand(GlobalOptions global)
        : base("doctor", "Say why a console is silent: walk from vSphere to the guest, name the first break, and the command that repairs it.")
    {
        _global = global;
        _vsphere = new VSphereArguments(global);
        Add(_machine);
        foreach (var option in (Option[])[_port, _probe, _without])
            Add(option);
        _vsphere.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        using var api = _global.Connect(arguments);
        var reports = arguments.GetValue(_machine) is { } machine
            ? await OfMachineAsync(arguments, machine, api, cancellation)
            : await OfConcentratorAsync(arguments, api, cancellation);
        Write(arguments, reports);
        return reports.FirstOrDefault(report => report.IsBroken) switch
        {
            null => ExitCode.Done,
            { Check: "machine" } => ExitCode.NotFound,
            _ => ExitCode.Failed,
        };
    }

    private async Task<IReadOnlyList<CheckReport>> OfMachineAsync(ParseResult arguments, string selector, ApiClient api, CancellationToken cancellation)
    {
        var clock = _global.Caller.Clock;
        var options = arguments.GetValue(_without) ? null : await _vsphere.ReadAsync(arguments, cancellation);
        var machine = new MachineCase
        {
            Selector = selector,
            Connect = options is null ? null : patience => VSphereSession.ConnectAsync(options, clock, cancellation: patience),
            Datacenter = _vsphere.Datacenter(arguments),
            Which = arguments.GetValue(_port),
            MayProbe = arguments.GetValue(_probe),
            Concentrator = api,
            IsServerNamed = !_global.MeantServer(arguments).IsDefault,
            Patience = _global.Caller.Patience,
            Clock = clock,
        };
        try
        {
            machine.Server = await api.GetServerAsync(cancellation);
        }
        catch (ApiException e)
        {
            machine.ServerSilence = e.Message;
        }

        try
        {
            return await Examination.WalkAsync(MachineChain.Of(machine), cancellation);
        }
        finally
        {
            if (machine.Session is { } session)
                await session.DisposeAsync();
        }
    }

    // Its parts have nothing to do with each other: all are looked at, once it answers.
    private async Task<IReadOnlyList<CheckReport>> OfConcentratorAsync(ParseResult arguments, ApiClient api, CancellationToken cancellation)
    {
        var clock = _global.Caller.Clock;
        var options = arguments.GetValue(_without) || !_vsphere.IsGiven(arguments) ? null : await _vsphere.ReadAsync(arguments, cancellation);
        var concentrator = new ConcentratorCase
        {
            Api = api,
            Patience = _global.Caller.Patience,
            Clock = clock,
            Connect = options is null ? null : patience => VSphereSession.ConnectAsync(options, clock, cancellation: patience),
        };
        var first = await Examination.LookAtAllAsync([new Doctor.Checks.ApiCheck(concentrator)], cancellation);
        return first[0].IsBroken ? first : [.. first, .. await Examination.LookAtAllAsync(concentrator.Checks(), cancellation)];
    }

    private void Write(ParseResult arguments, IReadOnlyList<CheckReport> reports)
    {
        var caller = _global.Caller;
        if (_global.Format(arguments) is var format and not OutputFormat.Table)
        {
            ResultText.Write(caller, format, reports, DoctorJson.Default.IReadOnlyListCheckReport);
            return;
        }

        var table = Drawing.Columns("CHECK", "STATE", "EVIDENCE");
        // What lies behind a break was not looked at, and is not worth a line.
        foreach (var report in reports.Where(report => !report.IsBehindBreak))
        {
            table.AddRow(Drawing.Cell(report.Check), Drawing.Cell(report.State, report.State switch
            {
                "ok" => Color.Green,
                "broken" => Color.Red,
                _ => Color.Yellow,
            }), Drawing.Cell(report.Evidence.Replace('\n', ' ')));
        }

        Drawing.Write(caller, table);
        foreach (var report in reports.Where(report => report is { IsBroken: true, Repair: not null }))
        {
            caller.Out.WriteLine();
            caller.Out.WriteLine($"{report.Check} is broken. To repair it:");
            caller.Out.WriteLine($"  {SafeText.Of(report.Repair)}");
        }
    }
}
