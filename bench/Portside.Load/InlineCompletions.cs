namespace Portside.Load;

/// <summary>The runtime's switch that completes sockets on the thread that polls them.</summary>
internal static class InlineCompletions
{
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
}
