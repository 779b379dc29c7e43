using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <summary>What is known of a port across restarts.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Number">Its console telnet port; null when it has none in the range served.</param>
/// <param name="Name">What its machine called itself last; null when it never did.</param>
/// <param name="LastSeen">When its machine or a client was last there, in UTC, to the millisecond.</param>
/// <param name="Line">Speed and framing as its machine told them last; unknown parts it never did.</param>
internal sealed record RememberedPort(PortId Id, int? Number, string? Name, DateTimeOffset LastSeen, LineSettings Line = default);
