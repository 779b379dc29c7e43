using System.Buffers;
using Portside.Telnet.ComPort;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Ports;

/// <summary>What a proxy's bytes mean to the machine, in the order they came.</summary>
internal interface IMachineEvents : IComPortObserver
{
    /// <summary>COM-PORT-OPTION is on: what there is to say of the line is to be said now.</summary>
    void OnComPort(ComPortClient line, IBufferWriter<byte> output);

    /// <summary>Serial input for the guest.</summary>
    void OnInput(ReadOnlySpan<byte> data);

    /// <summary>The line's break signal.</summary>
    void OnBreak();

    /// <summary>The proxy serves the port from here on.</summary>
    void OnServed();

    /// <summary>GOAHEAD, NOTNOW or PEER-OK.</summary>
    void OnMigrationAnswer(VspCode code, ReadOnlySpan<byte> payload);

    /// <summary>The proxy did not understand a suboption.</summary>
    void OnNotUnderstood(VspCode code);
}
