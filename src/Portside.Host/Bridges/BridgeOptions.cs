using Portside.Host.Ports;

namespace Portside.Host.Bridges;

/// <summary>What is configured for a bridge.</summary>
public sealed record BridgeOptions
{
    /// <summary>The virtual serial port: the concentrator, and who the machine is.</summary>
    public required VirtualSerialPortOptions Port { get; init; }

    /// <summary>Output kept while the concentrator cannot be reached, in bytes; default 262,144, a boot log and more.</summary>
    public int HoldBytes { get; init; } = 262_144;

    /// <summary>What follows the line's end; default always.</summary>
    public RestartPolicy Restart { get; init; }

    /// <summary>When a line that ended or cannot be opened is tried again; default after 0.5 s, then up to 10 s.</summary>
    public ReconnectPolicy Reopen { get; init; } = new() { First = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(10) };

    /// <summary>How long a line must last for the next try to come soon again; default 10 s.</summary>
    public TimeSpan SettledAfter { get; init; } = TimeSpan.FromSeconds(10);
}
