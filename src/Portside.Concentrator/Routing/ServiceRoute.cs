using Portside.Lines.Uris;

namespace Portside.Concentrator.Routing;

/// <summary>What a machine's DO-PROXY comes to.</summary>
/// <param name="Accepted">Whether the port is served.</param>
/// <param name="Label">The label that tells ports of one machine apart, in the machine's words; null without one.</param>
/// <param name="Note">Something its administrator should know; null when all is as it should be.</param>
/// <param name="Reason">Why it is not served: <c>direction</c> or <c>service-uri</c>; null when it is.</param>
/// <param name="Detail">The reason in words, with what to change; null when served.</param>
/// <param name="Remote">What is to be dialled or listened for, or the cable to plug in; null where clients attach.</param>
public sealed record ServiceRoute(
    bool Accepted, string? Label, string? Note, string? Reason, string? Detail, SerialUri? Remote = null);
