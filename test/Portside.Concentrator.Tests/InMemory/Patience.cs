namespace Portside.Concentrator.Tests.InMemory;

/// <summary>Bounds of waits that should not take long at all.</summary>
internal static class Patience
{
    /// <summary>How long a test waits for anything before it fails; only a hang takes so long.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(120);
}
