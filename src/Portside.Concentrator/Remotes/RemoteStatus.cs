namespace Portside.Concentrator.Remotes;

/// <summary>What people are shown of a port's remote system.</summary>
/// <param name="Uri">The service URI, without secrets of its fragment.</param>
/// <param name="State">How it stands.</param>
/// <param name="Address">Where it is connected to, or listened at; null when neither.</param>
/// <param name="Detail">What the last attempt failed of, in words; null when nothing did.</param>
/// <param name="Since">When this state began, UTC.</param>
/// <param name="Connections">Connections so far.</param>
public sealed record RemoteStatus(
    string Uri, RemoteState State, string? Address, string? Detail, DateTimeOffset Since, int Connections);
