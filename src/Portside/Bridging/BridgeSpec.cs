using System.Net;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Host.Sources;
using Portside.Lines.Uris;

namespace Portside.Bridging;

/// <summary>One bridge as somebody described it; two that are equal do the same.</summary>
internal sealed record BridgeSpec
{
    /// <summary>Silence after which TCP asks whether the concentrator lives: no host keeps a bridge from noticing soon.</summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(60);

    /// <summary>The concentrator.</summary>
    public required ProxyUri To { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its UUID; null for one made of name and host.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>What tells the ports of one machine apart; null for a machine with one.</summary>
    public string? Label { get; init; }

    /// <summary>The service URI, without the label.</summary>
    public string ServiceUri { get; init; } = "vSPC.py";

    /// <summary>Who connects to whom at the concentrator's other side.</summary>
    public SerialDirection Direction { get; init; } = SerialDirection.Server;

    /// <summary>The line, as <see cref="LineSources"/> reads it; for a command how it looks.</summary>
    public required string Line { get; init; }

    /// <summary>The command behind <c>--</c>, each word between NULs; null for a line.</summary>
    public string? Command { get; init; }

    /// <summary>Output kept while the concentrator cannot be reached.</summary>
    public int HoldBytes { get; init; } = 256 * 1024;

    /// <summary>What follows the line's end.</summary>
    public RestartPolicy Restart { get; init; }

    /// <summary>The UUID in force.</summary>
    public Guid Identity => Uuid ?? BridgeIdentity.Derive(Dns.GetHostName(), Name);

    /// <summary>What the concentrator is told.</summary>
    public string FullServiceUri => Label is null
        ? ServiceUri
        : $"{ServiceUri}{(ServiceUri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}port={Uri.EscapeDataString(Label)}";

    /// <summary>What looks wrong with the service URI; null when nothing does. The concentrator has the last word: it may know the text as a name.</summary>
    public string? Doubt => SerialUri.TryParse(FullServiceUri, out _, out var error) ? null : error;

    /// <summary>Makes it.</summary>
    public Bridge Build(LineSources sources, TimeProvider time, ILoggerFactory loggers)
    {
        LineSource source;
        if (Command is { } command)
            source = sources.OfCommand(command.Split('\0'));
        else if (LineSources.TryParse(Line, out var make, out var error))
            source = make(sources);
        else
            throw new FormatException(error);
        var port = new VirtualSerialPortOptions
        {
            ProxyUri = To,
            VmName = Name,
            VcUuid = Identity,
            BiosUuid = Identity,
            ServiceUri = FullServiceUri,
            Direction = Direction,
            KeepIdle = KeepIdle,

            // A concentrator that does not serve the port today may be configured to tomorrow.
            Reconnect = new ReconnectPolicy { RetryRefused = true },
        };
        return new Bridge(new BridgeOptions { Port = port, HoldBytes = HoldBytes, Restart = Restart }, source, time, loggers);
    }
}
