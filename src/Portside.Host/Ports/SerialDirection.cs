namespace Portside.Host.Ports;

/// <summary>What a virtual machine asks of its proxy: the direction byte of DO-PROXY.</summary>
public enum SerialDirection : byte
{
    /// <summary><c>S</c>: others reach the machine; the proxy listens, or lets its clients in.</summary>
    Server = (byte)'S',

    /// <summary><c>C</c>: the machine reaches out; the proxy dials the service URI.</summary>
    Client = (byte)'C',
}
