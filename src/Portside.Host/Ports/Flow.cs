namespace Portside.Host.Ports;

/// <summary>What follows a token.</summary>
internal enum Flow
{
    /// <summary>All input is used up; more is needed.</summary>
    NeedInput,

    /// <summary>One token was taken; go on.</summary>
    Continue,

    /// <summary>TLS starts here: what follows in the input is no telnet.</summary>
    StartTls,

    /// <summary>The connection is of no use; see <see cref="MachineProtocol.End"/>.</summary>
    End,
}
