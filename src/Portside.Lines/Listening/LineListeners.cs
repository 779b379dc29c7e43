using System.Net;
using System.Net.Sockets;
using Portside.Lines.Uris;

namespace Portside.Lines.Listening;

/// <summary>All addresses lines are listened for at, and who holds each.</summary>
/// <param name="options">How lines are listened for.</param>
public sealed class LineListeners(LineListenerOptions options)
{
    /// <summary>Connections the kernel may queue at one address.</summary>
    private const int Backlog = 64;

    private readonly Lock _sync = new();
    private readonly Dictionary<IPEndPoint, LineListener> _held = [];

    /// <summary>Every address that is listened on now.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints
    {
        get
        {
            lock (_sync)
                return [.. _held.Keys];
        }
    }

    /// <summary>Listens where a URI of direction server says.</summary>
    /// <param name="uri">
    /// Scheme, parameters and address. No host stands for every address that may be taken, <c>localhost</c> for both
    /// loopback addresses; port 0 lets the system choose.
    /// </param>
    /// <param name="holder">Who asks, for people: the second to ask for the same address is told this.</param>
    /// <param name="maxRemotes">How many remote systems may be connected at once; one more is turned away at the door.</param>
    /// <returns>The listener; disposing it gives the address back.</returns>
    /// <exception cref="LineListenException">The address is taken, forbidden, or not this machine's.</exception>
    public LineListener Open(NetworkUri uri, string holder, int maxRemotes = 1)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRemotes);
        if (options.Policy.Refuse(uri.Port) is { } portRefusal)
            throw new LineListenException($"{uri.ToShortString()}: {portRefusal}.", isForbidden: true);
        if (uri.RequiresTls && options.Certificate?.Invoke() is null)
            throw new LineListenException($"{uri.ToShortString()} wants TLS, and there is no certificate to show.", isForbidden: true);

        var listener = new LineListener(uri, holder, maxRemotes, options, Remove);
        lock (_sync)
        {
            var sockets = new List<Socket>();
            try
            {
                var port = uri.Port;
                foreach (var address in Addresses(uri))
                {
                    if (options.Policy.Refuse(address) is { } refusal)
                        throw new LineListenException($"{uri.ToShortString()}: {refusal}.", isForbidden: true);
                    var endPoint = new IPEndPoint(address, port);
                    if (port != 0 && Find(endPoint) is { } other)
                        throw new LineListenException($"{endPoint} is held by {other.Holder}.", other.Holder);
                    if (Bind(endPoint, optional: sockets.Count > 0 && uri.Host.Length == 0) is not { } socket)
                        continue;
                    sockets.Add(socket);
                    port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                }
            }
            catch
            {
                sockets.ForEach(socket => socket.Dispose());
                throw;
            }

            foreach (var socket in sockets)
                _held[(IPEndPoint)socket.LocalEndPoint!] = listener;
            listener.Start(sockets);
        }

        return listener;
    }

    private List<IPAddress> Addresses(NetworkUri uri)
    {
        IEnumerable<IPAddress> all;
        if (uri.Host.Length == 0)
            all = options.Policy.Addresses.Count > 0 ? options.Policy.Addresses : [IPAddress.Any, IPAddress.IPv6Any];
        else if (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            all = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        else if (IPAddress.TryParse(uri.Host, out var literal))
            all = [literal.IsIPv4MappedToIPv6 ? literal.MapToIPv4() : literal];
        else
            throw new LineListenException($"{uri.ToShortString()} cannot be listened on: {Quoted.From(uri.Host)} is not an address; leave it out for every one.");
        var wanted = all.Where(address => uri.Family == AddressFamily.Unspecified || address.AddressFamily == uri.Family)
            .Where(address => address.AddressFamily != AddressFamily.InterNetworkV6 || Socket.OSSupportsIPv6).ToList();
        return wanted.Count > 0
            ? wanted
            : throw new LineListenException($"{uri.ToShortString()} cannot be listened on: none of its addresses is of this family.");
    }

    /// <summary>Opens a listening socket; an IPv6 one takes IPv6 only, so that both families can be named.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="optional">Whether a machine without this family will do: its twin is open already.</param>
    private static Socket? Bind(IPEndPoint endPoint, bool optional)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            if (optional && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
                return null;
            throw new LineListenException(ListenFailure.Describe(endPoint, error), inner: error);
        }
    }

    private LineListener? Find(IPEndPoint wanted)
    {
        foreach (var (held, listener) in _held)
        {
            if (held.Port == wanted.Port
                && held.AddressFamily == wanted.AddressFamily
                && (held.Address.Equals(wanted.Address) || IsAny(held.Address) || IsAny(wanted.Address)))
                return listener;
        }

        return null;

        static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
    }

    private void Remove(LineListener listener)
    {
        lock (_sync)
        {
            foreach (var endPoint in _held.Where(pair => pair.Value == listener).Select(pair => pair.Key).ToList())
                _held.Remove(endPoint);
        }
    }
}
