using Portside.Concentrator.Remotes;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <summary>A port as it was at one moment.</summary>
public sealed record PortSnapshot
{
    /// <summary>Who the port is.</summary>
    public required PortId Id { get; init; }

    /// <summary>The machine's display name, safe to show; null until it told one.</summary>
    public required string? Name { get; init; }

    /// <summary>How it stands.</summary>
    public required PortState State { get; init; }

    /// <summary><c>server</c> or <c>client</c> as the machine said; null before.</summary>
    public required string? Direction { get; init; }

    /// <summary>The machine's service URI, safe to show; null before.</summary>
    public required string? ServiceUri { get; init; }

    /// <summary>Address and port the machine's host connects from; null without a link.</summary>
    public required string? Source { get; init; }

    /// <summary>TLS version of the link; null when plain or without a link.</summary>
    public required string? Tls { get; init; }

    /// <summary>When the present link took the port, UTC.</summary>
    public required DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>Serial bytes the machine sent since the concentrator started.</summary>
    public required long BytesFromMachine { get; init; }

    /// <summary>Serial bytes handed to the machine's link since the concentrator started.</summary>
    public required long BytesToMachine { get; init; }

    /// <summary>Bytes typed while no machine was there to take them.</summary>
    public required long BytesDiscarded { get; init; }

    /// <summary>When the machine last sent something, UTC; null if never.</summary>
    public required DateTimeOffset? LastByteAt { get; init; }

    /// <summary>The port's own telnet port; null when it has none.</summary>
    public required int? TelnetPort { get; init; }

    /// <summary>Who is attached, in order of arrival.</summary>
    public required IReadOnlyList<Clients.Client> Clients { get; init; }

    /// <summary>Migrations completed since the concentrator started.</summary>
    public required int Migrations { get; init; }

    /// <summary>Speed and framing as the machine told, else as clients set them; unknown parts were neither.</summary>
    public LineSettings Line { get; init; }

    /// <summary>Whether <see cref="Line"/> is the machine's own word.</summary>
    public bool IsLineTold { get; init; }

    /// <summary>What an administrator should know of this port.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Remote systems its service URI or a cable names, and how it stands with each.</summary>
    public required IReadOnlyList<RemoteStatus> Remotes { get; init; }
}
