using System.Net;

namespace Portside.Concentrator.Guarding;

/// <summary>What a link says it is, and where it comes from.</summary>
/// <param name="Uuid">The machine it claims to be, 32 lower-case hex digits.</param>
/// <param name="Source">The address it comes from; null where there is none.</param>
public readonly record struct LinkClaim(string Uuid, IPAddress? Source);
