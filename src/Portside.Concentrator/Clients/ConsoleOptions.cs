using System.Net;

namespace Portside.Concentrator.Clients;

/// <summary>How the concentrator meets people and programs.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Address on which every port gets a telnet port of its own; null turns console telnet off. Default loopback.</summary>
    public IPAddress? TelnetAddress { get; set; } = IPAddress.Loopback;

    /// <summary>First console telnet port; default 50,000, the range vSPC.py taught its users.</summary>
    public int FirstTelnetPort { get; set; } = 50_000;

    /// <summary>Last console telnet port, inclusive; default 65,535.</summary>
    public int LastTelnetPort { get; set; } = 65_535;

    /// <summary>How long a port without link and clients is remembered, with its telnet port; default 24 h.</summary>
    public TimeSpan ExpireAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Recent output shown on attach, in bytes; default 64 KiB, about a boot's last screens.</summary>
    public int ReplayBytes { get; set; } = 64 * 1024;

    /// <summary>How far a client or the log may fall behind before it misses bytes, in bytes; default 1 MiB.</summary>
    public int LagBytes { get; set; } = 1024 * 1024;

    /// <summary>The byte that opens the menu; default 0x1D (^]).</summary>
    public byte Escape { get; set; } = 0x1D;

    /// <summary>Whether Enter ~ . leaves, as ssh users expect; default on.</summary>
    public bool TildeEscape { get; set; } = true;

    /// <summary>Mode of a telnet client; default <see cref="ClientMode.ReadWrite"/>.</summary>
    public ClientMode DefaultMode { get; set; }

    /// <summary>Silence after attach before the client is told why the screen may be empty; default 3 s.</summary>
    public TimeSpan SilenceAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time a telnet client has to answer options before it is taken for a program; default 500 ms.</summary>
    public TimeSpan OptionAnswerWithin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Clients on one port; default 64.</summary>
    public int MaxClientsPerPort { get; set; } = 64;

    /// <summary>Clients in all; default 10,000.</summary>
    public int MaxClients { get; set; } = 10_000;
}
