namespace Portside.Lines;

/// <summary>Who made a telnet connection: it decides who offers what.</summary>
public enum TelnetRole
{
    /// <summary>This end dialled: telnet's user; RFC 2217's client.</summary>
    Dialler,

    /// <summary>This end accepted: telnet's server, which echoes as far as the guest does; RFC 2217's access server.</summary>
    Acceptor,
}
