namespace Portside.Host.Guests;

/// <summary>What a <see cref="ShellGuest"/> looks like.</summary>
public sealed record ShellOptions
{
    /// <summary>Host name in its prompts; default <c>quay</c>.</summary>
    public string HostName { get; init; } = "quay";

    /// <summary>The password every user has; default <c>portside</c>.</summary>
    public string Password { get; init; } = "portside";

    /// <summary>How long booting takes; default 2 s, zero for at once.</summary>
    public TimeSpan BootTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What its boot log makes up: the same seed, the same log; default 1.</summary>
    public int Seed { get; init; } = 1;
}
