using System.Net;
using Portside.Api.Contracts;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Telnet.ComPort;

namespace Portside.Api.Server;

/// <summary>Turns what the concentrator knows into what the API says.</summary>
internal static class Describe
{
    public static PortDescription Port(Port port, IPAddress? telnetAddress, ServerFacts facts, bool measuresLog = false)
    {
        var now = port.Snapshot();
        var place = facts.PlaceOf(now.Id.Uuid);
        return new PortDescription
        {
            Id = now.Id.ToString(),
            Uuid = now.Id.DisplayUuid,
            Label = now.Id.Label,
            Name = now.Name,
            InventoryPath = place?.Path,
            PowerState = place?.PowerState,
            Host = place?.Host,
            State = State(now.State),
            Direction = now.Direction,
            ServiceUri = now.ServiceUri,
            Line = Line(now),
            Source = now.Source,
            Tls = now.Tls,
            ConnectedSince = now.ConnectedSince,
            BytesFromMachine = now.BytesFromMachine,
            BytesToMachine = now.BytesToMachine,
            LastByteAt = now.LastByteAt,
            TelnetPort = now.TelnetPort,
            TelnetAddress = now.TelnetPort is { } number && telnetAddress is not null
                ? new IPEndPoint(telnetAddress, number).ToString()
                : null,
            Clients = now.Clients.Count,
            Users = [.. now.Clients.Select(c => c.Name)],
            Migrations = now.Migrations,
            Remotes = [.. now.Remotes.Select(Remote)],
            LogFile = port.Log?.FilePath,
            LogBytes = measuresLog ? port.Log?.MeasureBytes() : null,
            Notes = now.Notes,
        };
    }

    public static CableDescription Cable(CableStatus cable, PortRegistry ports)
    {
        var definition = cable.Definition;
        return new()
        {
            Name = definition.Name,
            A = definition.A,
            AName = Name(definition.A),
            B = definition.B,
            BName = Name(definition.B),
            By = definition.ByMachines ? "machines" : "operator",
            Joined = cable.IsJoined,
            Detail = cable.Detail,
            DelayMilliseconds = definition.Options.Delay.TotalMilliseconds,
            Loss = definition.Options.Loss,
            Baud = definition.Options.Baud == 0 ? null : definition.Options.Baud,
            BytesToB = cable.BytesToB,
            BytesToA = cable.BytesToA,
            Missed = cable.Missed,
        };

        string? Name(string? end) => end is null ? null : ports.Find(end)?.Name;
    }

    public static ClientDescription Client(Client client, Port port) => new()
    {
        Id = client.Id,
        Port = port.Id.ToString(),
        Name = client.Name,
        Address = client.Address,
        Via = client.Via,
        Mode = client.Mode.ToWord(),
        Since = client.Since,
        MissedBytes = client.MissedBytes,
        Columns = client.Columns == 0 ? null : client.Columns,
        Rows = client.Rows == 0 ? null : client.Rows,
    };

    public static OtherClient Other(Client client) => new(client.Name, client.Mode.ToWord(), client.Since);

    public static RejectedDescription Rejected(Rejection rejection) => new()
    {
        At = rejection.At,
        Source = rejection.Source,
        Reason = rejection.Reason,
        Detail = rejection.Detail,
        Direction = rejection.Direction,
        ServiceUri = rejection.ServiceUri,
        Count = rejection.Count,
    };

    public static QuarantinedDescription Quarantined(QuarantinedLink link) => new()
    {
        Id = link.Id,
        Since = link.Since,
        State = link.IsFinal ? "quarantined" : "waiting",
        Source = link.Source,
        Uuid = link.Port.DisplayUuid,
        Port = link.Port.ToString(),
        Name = link.Name,
        Reason = link.Reason,
        Detail = link.Detail,
        Direction = link.Direction,
        ServiceUri = link.ServiceUri,
        BytesDropped = link.BytesDropped,
    };

    public static ServerDescription Server(ConcentratorServer server, ServerFacts facts)
    {
        var certificate = server.Certificates?.Current;
        var console = server.Options.Console;
        return new ServerDescription
        {
            Version = facts.Version,
            StartedAt = server.StartedAt,
            VmAddresses = [.. server.VmEndPoints.Select(e => e.ToString())],
            ProxyUris = facts.ProxyUris(server),
            ThumbprintSha1 = certificate?.Sha1Thumbprint,
            ThumbprintSha256 = certificate?.Sha256Thumbprint,
            CertificateExpires = certificate?.Expires,
            HttpAddress = facts.HttpAddress(),
            ConsoleTelnet = console.TelnetAddress is { } address
                ? $"{new IPEndPoint(address, console.FirstTelnetPort)}-{console.LastTelnetPort}"
                : null,
            StateDirectory = server.Options.StateDirectory,
            LogDirectory = server.Logs?.Directory,
            StateFreeBytes = Free(server.Options.StateDirectory),
            LogFreeBytes = Free(server.Logs?.Directory),
            VSphere = facts.VSphere(),
            Guard = (server.Quarantine.Guard?.Mode ?? GuardMode.Off).ToString().ToLowerInvariant(),
            Quarantined = server.Quarantine.Count,
            MaxLinks = server.Options.Vm.MaxLinks,
            MaxSockets = DescriptorBudget.OfProcess().Most is var most and < long.MaxValue ? most : null,
            Time = server.Time.GetUtcNow(),
            Links = server.LinkCount,
            Ports = server.Ports.Count,
            Clients = server.Clients().Count,
            LogDegraded = server.Logs?.Degraded ?? false,
        };
    }

    private static long? Free(string? directory)
    {
        try
        {
            return directory is null ? null : new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static RemoteDescription Remote(RemoteStatus remote) => new()
    {
        Uri = remote.Uri,
        State = remote.State switch
        {
            RemoteState.Dialling => "dialling",
            RemoteState.Waiting => "waiting",
            RemoteState.Connected => "connected",
            RemoteState.Listening => "listening",
            _ => "idle",
        },
        Address = remote.Address,
        Detail = remote.Detail,
        Since = remote.Since,
        Connections = remote.Connections,
    };

    private static LineDescription? Line(PortSnapshot now) => now.Line == default ? null : new()
    {
        Baud = now.Line.BaudRate == 0 ? null : now.Line.BaudRate,
        DataBits = now.Line.DataSize == 0 ? null : now.Line.DataSize,
        Parity = now.Line.Parity == ComPortParity.Query ? null : now.Line.Parity.ToString().ToLowerInvariant(),
        StopBits = now.Line.StopSize switch
        {
            ComPortStopSize.One => 1,
            ComPortStopSize.OneAndHalf => 1.5,
            ComPortStopSize.Two => 2,
            _ => null,
        },
        Flow = now.Line.Flow switch
        {
            ComPortControl.FlowNone => "none",
            ComPortControl.FlowXonXoff => "xon-xoff",
            ComPortControl.FlowHardware => "rts-cts",
            _ => null,
        },
        By = now.IsLineTold ? "machine" : "client",
    };

    private static string State(PortState state) => state switch
    {
        PortState.Connected => "connected",
        PortState.Migrating => "migrating",
        _ => "disconnected",
    };
}
