using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Api.Remote;
using Portside.Concentrator.Hosting;
using Portside.Configuration;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Serve;

namespace Portside.Tests.Serve;

/// <summary>A whole service on free ports of the loopback address, with its state in a directory of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _directory;
    private readonly EventLog _eventLog;

    private RunningService(TempDirectory directory, StringWriter events, EventLog eventLog, PortsideService service)
    {
        (_directory, Events, _eventLog, Service) = (directory, events, eventLog, service);
        Address = new Uri(service.Describe().HttpAddress + "/");
    }

    /// <summary>The API's base address.</summary>
    public Uri Address { get; }

    /// <summary>The service.</summary>
    public PortsideService Service { get; }

    /// <summary>The concentrator in it.</summary>
    public ConcentratorServer Concentrator => Service.Concentrator;

    /// <summary>What it logged; complete once it has stopped.</summary>
    public StringWriter Events { get; }

    public static PortsideOptions Options(string state)
    {
        var options = new PortsideOptions(state);
        options.Http.Listen = new IPEndPoint(IPAddress.Loopback, 0);
        options.Concentrator.Vm.Listen = [new IPEndPoint(IPAddress.Loopback, 0)];
        options.Concentrator.Console.TelnetAddress = null;
        options.Concentrator.Console.SilenceAfter = TimeSpan.FromHours(1);
        options.Diagnostics.Level = LogLevel.Debug;
        return options;
    }

    public static async Task<RunningService> StartAsync(Action<PortsideOptions>? configure = null)
    {
        var directory = new TempDirectory();
        var options = Options(Path.Combine(directory.Path, "state"));
        configure?.Invoke(options);
        var events = new StringWriter { NewLine = "\n" };
        var eventLog = new EventLog(TextWriter.Synchronized(events), options.Diagnostics, isJournal: false, TimeProvider.System);
        var service = await PortsideService.StartAsync(options, eventLog, "1.2.3", TimeProvider.System, CancellationToken.None);
        return new RunningService(directory, events, eventLog, service);
    }

    /// <summary>A machine that is connected, with an echo behind its port.</summary>
    public async Task<VirtualMachine> ConnectMachineAsync(string name, Guid uuid, string serviceUri = "vSPC.py")
    {
        var vm = Concentrator.VmEndPoints[0];
        var machine = new VirtualMachine(
            new VirtualMachineOptions
            {
                Name = name,
                ConnectWait = Limit,
                VcUuid = uuid,
                Ports = [new VirtualSerialPortOptions { ProxyUri = ProxyUri.Parse($"telnet://127.0.0.1:{vm.Port}"), ServiceUri = serviceUri }],
            },
            _ => new EchoGuest());
        await machine.PowerOnAsync(TestContext.Current.CancellationToken);

        // The machine knows when it is connected; when its name has arrived here, nobody is told.
        using var patience = new CancellationTokenSource(Limit);
        while (Concentrator.Ports.Select(name) is not [{ Name: not null }])
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        return machine;
    }

    /// <summary>A client of the API.</summary>
    public ApiClient Connect() => new(Address, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _eventLog.Dispose();
        _directory.Dispose();
    }
}
