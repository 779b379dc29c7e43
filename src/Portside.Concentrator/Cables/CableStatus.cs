namespace Portside.Concentrator.Cables;

/// <summary>A cable as it is now.</summary>
/// <param name="Definition">What is plugged in where.</param>
/// <param name="IsJoined">Whether bytes can pass: both ends are plugged in, and there.</param>
/// <param name="Detail">Why not; null when they can.</param>
/// <param name="BytesToB">Bytes that passed from A to B since the concentrator started.</param>
/// <param name="BytesToA">Bytes that passed from B to A since then.</param>
/// <param name="Missed">Bytes lost since then, as an end was not there, took them too slowly, or by <see cref="CableOptions.Loss"/>.</param>
public sealed record CableStatus(
    CableDefinition Definition, bool IsJoined, string? Detail, long BytesToB, long BytesToA, long Missed);
