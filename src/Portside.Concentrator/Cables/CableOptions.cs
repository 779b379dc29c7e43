namespace Portside.Concentrator.Cables;

/// <summary>What makes a cable worse than it is, for tests.</summary>
/// <param name="Delay">Added to each byte's way; default none, 10 s at most.</param>
/// <param name="Loss">Share of bytes that vanish, 0 to 1; default 0.</param>
/// <param name="Baud">Bits per second, ten for each byte; 0, the default, for as fast as it goes.</param>
public sealed record CableOptions(TimeSpan Delay = default, double Loss = 0, int Baud = 0)
{
    /// <summary>The longest delay.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    /// <summary>The highest speed a cable is held to.</summary>
    public const int MaxBaud = 100_000_000;

    /// <summary>A good cable.</summary>
    public static CableOptions None { get; } = new();
}
