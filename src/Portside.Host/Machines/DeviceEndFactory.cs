using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Host.Sources;
using Portside.Lines.Dialling;
using Portside.Lines.Terminals;
using Portside.Lines.Tls;
using Portside.Lines.Uris;

namespace Portside.Host.Machines;

/// <summary>Makes what backings name, as far as a host has it.</summary>
internal sealed partial class DeviceEndFactory(VirtualMachine machine, MachineHost host, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<DeviceEndFactory>();

    /// <summary>Makes what a backing names.</summary>
    /// <param name="backing">The backing.</param>
    /// <param name="index">The port's index on its machine.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    /// <param name="problem">Why it cannot be.</param>
    public DeviceEnd? Create(SerialBacking backing, int index, Random? chance, out BackingProblem? problem)
    {
        problem = SerialDevice.Check(backing);
        if (problem is not null)
            return null;
        if (backing is NetworkBacking network)
            return Create(network, index, chance);
        problem = FindSource(backing, out var source);
        if (problem is not null)
            return null;
        var options = new LinePortOptions { Title = backing.Title, VmName = machine.Name, Reconnect = host.Reconnect };
        var port = new LinePort(options, source!, machine.Time, loggers.CreateLogger<LinePort>(), chance);
        return new LineEnd(machine, port, backing.CanMove);
    }

    /// <summary>Where the lines of something of the host come from.</summary>
    private BackingProblem? FindSource(SerialBacking backing, out Func<LineSource>? source)
    {
        source = null;
        switch (backing)
        {
            case FileBacking file:
                if (host.ResolveFile?.Invoke(file.FileName) is not { } path)
                    return new("fileName", $"'{file.FileName}' is in no datastore of this host.");
                source = () => new FileSource(file.FileName, path, host.MaxFileBytes, () => LogFull(_logger, machine.Name, file.FileName, host.MaxFileBytes));
                return null;
            case PipeBacking pipe:
                if (!host.AllowLocalEnds)
                    return new("pipeName", "This host connects no machine to pipes.");
                if (!LineUri.TryParse($"unix:{pipe.PipeName}", out var uri, out var error))
                    return new("pipeName", error);
                var dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything, ConnectTimeout = host.ConnectTimeout, Time = machine.Time });
                source = pipe.Endpoint == "server"
                    ? () => new UnixListeningSource(((UnixUri)uri).Path)
                    : () => new DialledSource(uri, dialer);
                return null;
            case DeviceBacking device:
                if (!host.AllowLocalEnds)
                    return new("deviceName", "This host connects no machine to its serial devices.");
                if (!OperatingSystem.IsLinux())
                    return new("deviceName", "Serial devices are opened on Linux only.");
                source = DeviceSource(device.DeviceName);
                return null;
            default:
                return new("backing", $"{backing.Title} cannot be opened here.");
        }
    }

    [SupportedOSPlatform("linux")]
    private Func<LineSource> DeviceSource(string path) => () => new TerminalSource(path, () => TtyLine.Open(path, default, machine.Time));

    private DeviceEnd Create(NetworkBacking network, int index, Random? chance)
    {
        NetworkBacking.TryReadDirection(network.Direction, out var direction);
        if (network.ProxyUri is { } proxy)
        {
            var options = new VirtualSerialPortOptions
            {
                ProxyUri = ProxyUri.Parse(proxy),
                ServiceUri = network.ServiceUri,
                Direction = direction,
                Reconnect = host.Reconnect,
                ConnectTimeout = host.ConnectTimeout,
                TlsProtocols = host.TlsProtocols,
                TrustedRoots = host.TrustedRoots,
                Connector = host.Connector,
            };
            return new ProxyEnd(options, machine, index, loggers, chance);
        }

        var direct = new DirectSerialPort(
            new DirectSerialPortOptions
            {
                ServiceUri = NetworkUri.Parse(network.ServiceUri),
                Direction = direction,
                Reconnect = host.Reconnect,
                ConnectTimeout = host.ConnectTimeout,
                Certificate = host.Certificate,
                Tls = new TlsSettings { Protocols = host.TlsProtocols, TrustedRoots = host.TrustedRoots, Time = machine.Time },
                Listeners = host.Listeners,
            },
            machine.Time,
            loggers.CreateLogger<DirectSerialPort>(),
            chance);
        return new LineEnd(machine, direct);
    }
}
