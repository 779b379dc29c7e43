namespace Portside.Host.Ports;

/// <summary>What a port over lines is told, whatever its lines come from.</summary>
internal sealed record LinePortOptions
{
    /// <summary>What is configured as its other end, for people.</summary>
    public required string Title { get; init; }

    /// <summary>The machine's display name; null when it has none.</summary>
    public string? VmName { get; init; }

    /// <summary>What follows a loss, or a failure.</summary>
    public ReconnectPolicy Reconnect { get; init; } = new();

    /// <summary>Bytes towards the guest held for it before the line is read no further; default 65,536.</summary>
    public int InputBufferBytes { get; init; } = 65_536;

    /// <summary>Whether output waits while there is no line, instead of being thrown away; default false.</summary>
    public bool HoldOutputWhenUnconnected { get; init; }
}
