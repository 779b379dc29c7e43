using System.Net;
using Portside.Lines.Dialling;

namespace Portside.Concentrator.Remotes;

/// <summary>What service URIs may have the concentrator do: dial for a machine, listen for a machine.</summary>
public sealed class RemoteOptions
{
    /// <summary>What may be dialled for machines with direction client; empty, the default, for nothing.</summary>
    public IList<DialRule> Dial { get; set; } = [];

    /// <summary>What may not be dialled, whatever <see cref="Dial"/> says.</summary>
    public IList<DialRule> Deny { get; set; } = [];

    /// <summary>First port that may be listened on for machines with direction server.</summary>
    public int FirstListenPort { get; set; } = 1;

    /// <summary>Last such port; 0, the default, for none.</summary>
    public int LastListenPort { get; set; }

    /// <summary>The only addresses that may be listened on; empty, the default, for all. A URI without a host gets all of them.</summary>
    public IList<IPAddress> ListenAddresses { get; set; } = [];

    /// <summary>Finds a name's addresses; null, the default, for the system's resolver.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; set; }

    /// <summary>
    /// Sockets and terminal devices of this machine that cables may lead to, as paths with * and ? as in file names; empty,
    /// the default, for none.
    /// </summary>
    public IList<string> LocalLines { get; set; } = [];

    /// <summary>How long reaching a remote system may take, TLS and telnet options included; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first new attempt after a failure or loss; it doubles with each; default 1 s.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait; default 1 min.</summary>
    public TimeSpan LastRetry { get; set; } = TimeSpan.FromMinutes(1);
}
