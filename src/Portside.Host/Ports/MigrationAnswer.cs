using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Ports;

/// <summary>What came to a BEGIN or PEER.</summary>
/// <param name="Code">GOAHEAD, NOTNOW, PEER-OK; UNKNOWN-SUBOPTION-RCVD-2 when the proxy knows no such message; null when the connection ended.</param>
/// <param name="Key">GOAHEAD's sequence and secret.</param>
internal readonly record struct MigrationAnswer(VspCode? Code, ReadOnlyMemory<byte> Key);
