using System.Net;
using System.Net.Sockets;

namespace Portside.Seeding;

/// <summary>What a seed falls on: what of this computer and of the command it depends on.</summary>
internal sealed record SeedGround
{
    /// <summary>Whether it is a vCenter; else a host by itself, without folders and tags.</summary>
    public bool IsVCenter { get; init; } = true;

    /// <summary>The hosts there are if the seed names none; null for any.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Whether guests may be programs of this computer.</summary>
    public bool AllowPrograms { get; init; }

    /// <summary>Whether ports may have this computer's sockets and serial devices at their ends.</summary>
    public bool AllowLocalEnds { get; init; }

    /// <summary>Where the datastore's files are; null for one that is made empty.</summary>
    public string? Datastore { get; init; }

    /// <summary>Whether this computer has an address.</summary>
    public Func<IPAddress, bool> HasAddress { get; init; } = CanBind;

    private static bool CanBind(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
