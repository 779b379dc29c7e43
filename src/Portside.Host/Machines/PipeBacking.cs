namespace Portside.Host.Machines;

/// <summary>A named pipe (<c>VirtualSerialPortPipeBackingInfo</c>): here a socket in the file system.</summary>
/// <param name="PipeName">Its path.</param>
/// <param name="Endpoint"><c>server</c> makes it and waits there, <c>client</c> connects to it.</param>
/// <param name="NoRxLoss">Whether output waits while the other end reads none. It always does.</param>
public sealed record PipeBacking(string PipeName, string Endpoint, bool NoRxLoss = false) : SerialBacking
{
    internal override string Title => PipeName;

    internal override bool CanMove => false;

    internal override BackingProblem? Check()
    {
        if (string.IsNullOrEmpty(PipeName))
            return Missing("pipeName");
        return Endpoint is "client" or "server" ? null : new("endpoint", $"'{Endpoint}' is not an end of a pipe: client and server are.");
    }
}
