using System.Net;
using System.Net.Sockets;
using Portside.Lines.Listening;

namespace Portside.Concentrator.Links;

/// <summary>An address cannot be listened on.</summary>
/// <param name="address">The address.</param>
/// <param name="error">What the system said.</param>
public sealed class ListenException(IPEndPoint address, SocketException error)
    : IOException(ListenFailure.Describe(address, error), error)
{
    /// <summary>The address.</summary>
    public IPEndPoint Address { get; } = address;

    /// <summary>Whether the number is the trouble: another program has it, or it is not for this user.</summary>
    internal bool IsTaken => InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied };
}
