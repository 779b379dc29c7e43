namespace Portside.Bridging;

/// <summary>Where a bridge stands, as a program reads it: one JSON object a line.</summary>
/// <param name="At">When.</param>
/// <param name="Name">The machine's name.</param>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Label">What tells its ports apart; null for a machine with one.</param>
/// <param name="Line">What the line is.</param>
/// <param name="LineState">opening, waiting, open, lost or ended.</param>
/// <param name="LineReason">Why the line ended last; null before that.</param>
/// <param name="PortState">untried, connecting, negotiating, connected, lost, refused or closed.</param>
/// <param name="PortReason">Why the last connection to the concentrator ended; null before that.</param>
/// <param name="Tls">The TLS version; null for plaintext.</param>
/// <param name="HeldBytes">Bytes of output that wait for the concentrator.</param>
/// <param name="LostBytes">Bytes of output lost while the concentrator could not be reached.</param>
internal sealed record BridgeEvent(
    DateTimeOffset At,
    string Name,
    string Uuid,
    string? Label,
    string Line,
    string LineState,
    string? LineReason,
    string PortState,
    string? PortReason,
    string? Tls,
    int HeldBytes,
    long LostBytes);
