namespace Portside.Load.Floor;

/// <summary>Where the floor listens; one line of JSON, the first it writes.</summary>
/// <param name="Handshakes">Connections that get the canned handshake.</param>
/// <param name="Machines">Relay, machine's side: 8 bytes of pair number first.</param>
/// <param name="Clients">Relay, client's side: 8 bytes of pair number first.</param>
internal sealed record FloorAddresses(string Handshakes, string Machines, string Clients);
