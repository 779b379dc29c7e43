using System.CommandLine;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Demo;
using Portside.Output;
using Portside.Serve;

namespace Portside.Commands;

/// <summary><c>portside demo</c>: the whole system at work, without a vSphere.</summary>
internal sealed class DemoCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public DemoCommand(GlobalOptions global)
        : base("demo", "Show the whole system at work in one process: a vSphere with machines, a concentrator, a person, a program, and vMotions.")
    {
        var duration = ValueOption.Of("--for", DurationSyntax.Any, "How long; without it until ^C.", "TIME");
        var every = ValueOption.Of("--every", new DurationSyntax(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(24)), "Time between two vMotions; default 3s.", "TIME");
        Add(duration);
        Add(every);
        SetAction((arguments, cancellation) => RunAsync(
            global.Caller,
            global.Format(arguments),
            arguments.GetValue(duration),
            arguments.GetValue(every) ?? TimeSpan.FromSeconds(3),
            cancellation));
    }

    private static async Task<int> RunAsync(
        Caller caller, OutputFormat format, TimeSpan? duration, TimeSpan every, CancellationToken cancellation)
    {
        if (caller.OwnsProcess)
            InlineCompletions.Use();

        // The demonstration tells its own story; of the concentrator's events only what went wrong adds to it.
        using var events = new EventLog(caller.Error, new DiagnosticsOptions { Level = LogLevel.Error }, isJournal: false, caller.Clock);
        var story = format == OutputFormat.Table ? caller.Out : caller.Error;
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(events).SetMinimumLevel(LogLevel.Trace).AddFilter(events.Wants));
        await using var demo = new Demonstration(every, story.WriteLine);
        await demo.StartAsync(events, loggers, VersionCommand.Current, cancellation);
        if (format == OutputFormat.Table)
            Introduce(caller, demo, duration, every);
        var result = await demo.RunAsync(duration, cancellation);
        if (format == OutputFormat.Table)
            Conclude(caller, result);
        else
            ResultText.Write(caller, format, result, DemoJson.Default.DemoResult);
        return result is { Lost: 0, Duplicated: 0 } ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Introduce(Caller caller, Demonstration demo, TimeSpan? duration, TimeSpan every)
    {
        var server = demo.Service.Describe();
        var telnet = demo.Service.Concentrator.Ports.All.First(p => p.Name == Demonstration.PersonsMachine).TelnetPort;
        var at = server.HttpAddress == "http://127.0.0.1:13371" ? "" : $" --server {server.HttpAddress}";
        var (person, program) = (Demonstration.PersonsMachine, Demonstration.ProgramsMachine);
        string top = $"{person}: boots, then a login ", bottom = $"{program}: streams numbers ", middle = $"─▶ concentrator {server.VmAddresses[0]} ──";
        var width = Math.Max(top.Length, bottom.Length) + 2;
        caller.Out.WriteLine(
            $"""

              {top.PadRight(width, '─')}┐{new string(' ', middle.Length)}┌◀── you, connecting in
              {bottom.PadRight(width, '─')}┴{middle}┴──▶ a program, dialled
              Log in with any name; the password is "portside".

              Attach to {person} from another terminal:
                portside attach {person}{at}
                {(telnet is null ? "(there is no free port for telnet)" : $"telnet 127.0.0.1 {telnet}")}
              {program}'s port has direction client and service URI tcp://{demo.ProgramsAddress}: the concentrator dials the program there.
              See all of it:
                portside ls{at}
              Both were made through the vSphere API at {demo.Host.Url}. Make one like them with govc:
                export GOVC_URL={demo.Host.Url} GOVC_INSECURE=1 GOVC_USERNAME={DemoHost.User} GOVC_PASSWORD={demo.Host.Password}
                govc vm.create -on=false -g otherLinux64Guest mole
                govc device.serial.add -vm mole
                govc device.serial.connect -vm mole -device serialport-9000 -vspc-proxy telnet://{server.VmAddresses[0]} portside
                govc vm.power -on mole
              or move one with pyVmomi:
                import ssl; from pyVim.connect import SmartConnect
                content = SmartConnect(host="127.0.0.1", port={demo.Host.Url.Port}, user="{DemoHost.User}", pwd="{demo.Host.Password}",
                                       sslContext=ssl._create_unverified_context()).content
                vm = content.searchIndex.FindByInventoryPath("DC0/vm/{person}"); print(vm.runtime.host.name)
                vm.MigrateVM_Task(host=[h for h in vm.resourcePool.owner.host if h != vm.runtime.host][0], priority="defaultPriority")
              There is a vMotion every {every.TotalSeconds:0.#} s{(duration is null ? "; ^C ends the demonstration" : "")}.

            """);
    }

    private static void Conclude(Caller caller, DemoResult result) => caller.Out.WriteLine(
        $"""

          {result.Ports} ports, {result.Migrations} vMotions in {result.Seconds:0.#} s; {result.BytesFromMachines:N0} bytes from machines, {result.BytesToMachines:N0} to them.
          {result.Lost} lost, {result.Duplicated} doubled.
        """);
}
