namespace Portside.Concentrator.Remotes;

/// <summary>Why a service URI is not served.</summary>
/// <param name="Reason">One word for metrics: <c>dial-not-allowed</c>, <c>listen-not-allowed</c>, <c>address-taken</c>, <c>cable-full</c>.</param>
/// <param name="Detail">The reason in words, with what to change.</param>
internal sealed record RemoteRefusal(string Reason, string Detail);
