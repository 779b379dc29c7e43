namespace Portside.Concentrator.Clients;

/// <summary>The outcome of attaching a client to a port.</summary>
/// <param name="Granted">Whether it is attached, in its <see cref="Client.Mode"/>.</param>
/// <param name="Holder">Who is in the way when refused by a lock.</param>
/// <param name="Refusal">Why not, in words that name the holder and since when; null when granted.</param>
/// <param name="Others">Those attached before it.</param>
public sealed record AttachResult(bool Granted, Client? Holder, string? Refusal, IReadOnlyList<Client> Others);
