using Portside.Host.Ports;

namespace Portside.Host.Bridges;

/// <summary>A bridge at one moment.</summary>
public sealed record BridgeSnapshot
{
    /// <summary>What the line is, for people; the one that is open, if one is.</summary>
    public required string Line { get; init; }

    /// <summary>Where the line stands.</summary>
    public required BridgeLineState LineState { get; init; }

    /// <summary>Why the line ended or could not be opened last; null before that.</summary>
    public string? LineReason { get; init; }

    /// <summary>When the line is tried again; null when it is not due to be.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>The virtual serial port.</summary>
    public required VirtualSerialPortSnapshot Port { get; init; }

    /// <summary>Bytes of output that wait for the concentrator.</summary>
    public int HeldBytes { get; init; }

    /// <summary>Bytes of output that were pushed out by newer ones while the concentrator could not be reached.</summary>
    public long LostBytes { get; init; }

    /// <summary>How many lines were opened.</summary>
    public int Lines { get; init; }

    /// <summary>The last program's exit code; null when none has ended.</summary>
    public int? ExitCode { get; init; }
}
