namespace Portside.Host.Ports;

/// <summary>When a port that lost its proxy tries again.</summary>
/// <remarks>
/// What ESXi does after a loss is not documented beyond its detection by keepalive; this policy is our own. A connect
/// action and a power cycle always try at once.
/// </remarks>
public sealed record ReconnectPolicy
{
    /// <summary>Never again by itself.</summary>
    public static ReconnectPolicy None { get; } = new() { IsEnabled = false };

    /// <summary>Whether there is another try at all; default true.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Wait before the first retry; default 1 s.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait; default 30 s.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>By how much each wait is longer than the one before; default 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>
    /// Part of each wait left to chance, 0 to 1; default 0.5: thousands of ports lose a restarting proxy at once and must
    /// not come back at once.
    /// </summary>
    public double Jitter { get; init; } = 0.5;

    /// <summary>Whether a refusal (<see cref="VirtualSerialPortState.Refused"/>) is tried again too; default false.</summary>
    public bool RetryRefused { get; init; }

    /// <summary>How long to wait.</summary>
    /// <param name="attempt">0 after a connection that served, then one more after each failure.</param>
    /// <param name="chance">0 to 1, from the port's own source of chance.</param>
    /// <returns>From (1 − <see cref="Jitter"/>) of the full wait up to the full wait; null for never.</returns>
    public TimeSpan? Delay(int attempt, double chance)
    {
        if (!IsEnabled)
            return null;
        var full = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(Factor, attempt));
        return TimeSpan.FromSeconds(full * (1 - (Jitter * chance)));
    }
}
