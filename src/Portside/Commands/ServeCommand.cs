using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting.Systemd;
using Portside.Api.Contracts;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Configuration;
using Portside.Output;
using Portside.Serve;

namespace Portside.Commands;

/// <summary><c>portside serve</c>: the concentrator.</summary>
internal sealed class ServeCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly ConfigurationArguments _layers;
    private readonly Lock _reloading = new();

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ServeCommand(GlobalOptions global)
        : base("serve", "Run the concentrator until SIGTERM or ^C; SIGHUP reads the configuration, certificates and log files anew.")
    {
        _global = global;
        _layers = new ConfigurationArguments(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        if (caller.OwnsProcess)
            InlineCompletions.Use();
        var loaded = ConfigurationLoader.Load(_layers.Sources(caller, arguments));
        if (!loaded.IsValid)
        {
            ConfigCheckCommand.Complain(caller, loaded);
            caller.Error.WriteLine("  next: mend the configuration; portside config check tells whether it is right");
            return ExitCode.Usage;
        }

        // Before anything is opened: what runs out of descriptors later ends in the middle of its work, without words.
        if (DescriptorBudget.OfProcess().Shortage is { } shortage)
            throw new CommandFailure(ExitCode.Failed, shortage);

        var format = _global.Format(arguments);
        var diagnostics = loaded.Options.Diagnostics;
        if (format == OutputFormat.Json && loaded.Origins["diagnostics.format"].Kind == OriginKind.Default)
            diagnostics.Format = EventFormat.Json;

        // systemd names the journal's stream; a terminal may have inherited the variable.
        var isJournal = caller.Environment.ContainsKey("JOURNAL_STREAM") && !caller.ErrorIsTerminal;
        using var events = new EventLog(caller.Error, diagnostics, isJournal, caller.Clock);
        var systemd = new SystemdNotifier();
        try
        {
            await using (var service = await PortsideService.StartAsync(loaded.Options, events, VersionCommand.Current, caller.Clock, cancellation))
            {
                using var reload = OnReload(() => Reload(caller, arguments, service, systemd));
                Announce(caller, format, service, loaded);
                systemd.Notify(ServiceState.Ready);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
                systemd.Notify(ServiceState.Stopping);
            }

            return ExitCode.Done;
        }
        catch (Exception e) when (e is StateDirectoryException or CertificateException or ListenException)
        {
            throw new CommandFailure(ExitCode.Failed, e.Message.TrimEnd('.'));
        }
    }

    private static void Announce(Caller caller, OutputFormat format, PortsideService service, LoadedConfiguration loaded)
    {
        var server = service.Describe();
        if (format == OutputFormat.Table)
            caller.Out.Write(StartScreen.Of(server, loaded));
        else
            ResultText.Write(caller, format, server, ApiJson.Default.ServerDescription, isIndented: false);
    }

    private void Reload(Caller caller, ParseResult arguments, PortsideService service, SystemdNotifier systemd)
    {
        // One at a time; and whatever goes wrong, a request to reload never ends the program.
        lock (_reloading)
        {
            try
            {
                systemd.Notify(new ServiceState("RELOADING=1"));
                service.Reload(ConfigurationLoader.Load(_layers.Sources(caller, arguments)));
                systemd.Notify(ServiceState.Ready);
            }
            catch (Exception error)
            {
                service.LogReloadFailed(error);
            }
        }
    }

    private static PosixSignalRegistration? OnReload(Action reload) => OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            reload();
        });
}
