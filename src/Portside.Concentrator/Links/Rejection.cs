namespace Portside.Concentrator.Links;

/// <summary>An attempt on the VM side that was refused.</summary>
/// <param name="At">When it last happened, UTC.</param>
/// <param name="Source">Address it came from.</param>
/// <param name="Reason">One word: <c>service-uri</c>, <c>direction</c>, <c>not-a-machine</c>, <c>tls-required</c> and so on.</param>
/// <param name="Detail">The reason in words, safe to show, with what to change.</param>
/// <param name="Direction"><c>server</c>, <c>client</c> or null.</param>
/// <param name="ServiceUri">What the machine asked for, safe to show; null when it came not so far.</param>
/// <param name="Count">How often the same happened.</param>
public sealed record Rejection(
    DateTimeOffset At, string Source, string Reason, string Detail, string? Direction, string? ServiceUri, long Count);
