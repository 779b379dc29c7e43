using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Remotes;

/// <summary>What service URIs have the concentrator do, for all ports: the one place that dials and listens for machines.</summary>
internal sealed partial class RemoteSystems : IAsyncDisposable
{
    /// <summary>Remote systems one port serves at once, when they come to it.</summary>
    private const int MaxRemotesPerPort = 16;

    /// <summary>Where a cloud keeps its secrets, among other things no serial line ends at.</summary>
    private static readonly DialRule[] LinkLocal = [DialRule.Parse("169.254.0.0/16"), DialRule.Parse("[fe80::]/10")];

    private static readonly byte[] Signature = "Portside"u8.ToArray();

    private readonly ConcurrentDictionary<Port, Remote> _remotes = new();
    private readonly ConcurrentDictionary<Task, byte> _ending = new();
    private readonly RemoteContext _context;
    private readonly RemoteOptions _options;
    private readonly ListenPolicy _listenPolicy;
    private readonly TimeProvider _time;
    private readonly Func<IEnumerable<IPEndPoint>> _ownListeners;

    public RemoteSystems(
        RemoteOptions options,
        Func<IEnumerable<IPEndPoint>> ownListeners,
        Func<System.Net.Security.SslStreamCertificateContext?> certificate,
        ConcentratorMetrics metrics,
        TimeProvider time,
        ILogger log,
        DescriptorBudget? descriptors = null)
    {
        _options = options;
        _time = time;
        _ownListeners = () => [.. ownListeners(), .. EndPoints];
        _listenPolicy = new ListenPolicy
        {
            FirstPort = options.FirstListenPort,
            LastPort = options.LastListenPort,
            Addresses = [.. options.ListenAddresses],
        };
        var listeners = new LineListeners(new LineListenerOptions
        {
            Policy = _listenPolicy,
            Certificate = certificate,
            HandshakeTimeout = options.ConnectTimeout,
            Signature = Signature,
            Time = time,
        });
        _context = new RemoteContext(
            options,
            () => Dialer(new DialPolicy { Allow = [.. _options.Dial], Deny = [.. _options.Deny], OwnListeners = _ownListeners }),
            listeners, descriptors ?? new DescriptorBudget(null), metrics, time, log);
    }

    /// <summary>The cables that service URIs may name.</summary>
    public CableBook? Cables { get; set; }

    /// <summary>Where it listens for machines.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _context.Listeners.EndPoints;

    /// <summary>The remote of a port; null when its service URI asks for none.</summary>
    public Remote? Of(Port port) => _remotes.GetValueOrDefault(port);

    /// <summary>Begins what a machine's service URI asks for, unless that is under way already.</summary>
    /// <param name="port">The machine's port, claimed but without a byte yet.</param>
    /// <param name="by">The link that asks; one that has lost the port meanwhile has nothing to ask for.</param>
    /// <param name="uri">What it asks for; null for clients that attach.</param>
    /// <param name="isClient">Whether the machine is to be the one that dials.</param>
    /// <returns>Why it is not done; null when it is.</returns>
    public RemoteRefusal? Begin(Port port, Link by, SerialUri? uri, bool isClient)
    {
        // Links may follow one another faster than one of them gets here.
        lock (port.RemotesLock)
            return port.IsHeldBy(by) ? Begin(port, uri, isClient) : null;
    }

    private RemoteRefusal? Begin(Port port, SerialUri? uri, bool isClient)
    {
        if (_remotes.TryGetValue(port, out var known))
        {
            if (uri is not null && known.Uri.Equals(uri) && known is DialledRemote == isClient)
            {
                known.PortChanged();
                return null;
            }

            End(port);
        }

        if (uri is CableUri cable)
            return Cables!.Plug(port, cable.Name);
        Cables?.Unplug(port);
        if (uri is not NetworkUri network)
            return null;
        Remote remote;
        if (isClient)
        {
            remote = new DialledRemote(port, network, _context.Dialer, _context);
        }
        else
        {
            try
            {
                remote = new ListeningRemote(port, _context.Listeners.Open(network, port.Title, MaxRemotesPerPort), network, _context);
            }
            catch (LineListenException error)
            {
                return new(error.IsForbidden ? "listen-not-allowed" : "address-taken", $"{error.Message} {Hint(error)}".TrimEnd());
            }
        }

        _remotes[port] = remote;
        port.Add(remote);
        remote.PortChanged();
        return null;
    }

    /// <summary>What keeps a port and a line outside joined, as an operator ordered: remote.dial does not restrict it.</summary>
    public Remote ToLine(Port port, LineUri uri) => new DialledRemote(
        port, uri, () => Dialer(DialPolicy.Everything with { Deny = [.. _options.Deny, .. LinkLocal], OwnListeners = _ownListeners }), _context);

    /// <summary>
    /// Whether a cable may lead to a line. Whoever can call the API may lack the rights this process has, so sockets and
    /// terminals of this machine are for those that the configuration names.
    /// </summary>
    /// <returns>Why not, in words; null when it may.</returns>
    public string? RefuseLine(LineUri uri)
    {
        var path = uri switch { UnixUri unix => unix.Path, DeviceUri device => device.Path, _ => null };
        if (path is null || (Path.GetFullPath(path) == path && _options.LocalLines.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false))))
            return null;
        return $"{uri} is a line of the concentrator's own machine; add its path to remote.localLines to let cables lead there.";
    }

    /// <summary>What can be said of a wish without asking anybody.</summary>
    /// <returns>Why it is not served; null when it may be.</returns>
    public RemoteRefusal? Refuse(SerialUri? uri, bool isClient)
    {
        if (uri is not NetworkUri network)
            return null;
        if (isClient)
        {
            return _options.Dial.Count > 0 ? null : new(
                "dial-not-allowed",
                $"Service URI \"{uri.ToShortString()}\" with direction client asks to be dialled, and nothing may be: add it to remote.dial, or set the service URI to \"vSPC.py\".");
        }

        return _listenPolicy.Refuse(network.Port) is not { } refusal ? null : new(
            "listen-not-allowed",
            $"Service URI \"{uri.ToShortString()}\" with direction server asks to be listened for, but {refusal}: set remote.listenPorts, add the URI to vm.serviceNames, or set it to \"vSPC.py\".");
    }

    /// <summary>Looks, before a machine is told that it is served, whether what it wants dialled may be.</summary>
    /// <returns>Why not; null when it may, or when only an attempt can tell.</returns>
    public async ValueTask<RemoteRefusal?> CheckAsync(NetworkUri uri)
    {
        try
        {
            await _context.Dialer().CheckAsync(uri, CancellationToken.None);
            return null;
        }
        catch (DialException error) when (error.Failure is DialFailure.Refused or DialFailure.NotDialable)
        {
            return new("dial-not-allowed", $"{error.Message} What may be dialled for machines is listed in remote.dial.");
        }
        catch (DialException)
        {
            // A name that does not resolve just now may do so later.
            return null;
        }
    }

    /// <summary>Ends what is done for a port.</summary>
    public void End(Port port)
    {
        if (_remotes.TryRemove(port, out var remote))
            Drop(remote);
    }

    /// <summary>Ends a remote that is nobody's any more; the concentrator's end waits for that.</summary>
    public void Drop(Remote remote)
    {
        remote.Port.Remove(remote);
        var ending = remote.DisposeAsync().AsTask();
        _ending[ending] = 0;
        _ = ending.ContinueWith(task => _ending.TryRemove(task, out _), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _remotes.Keys)
            End(port);
        await Task.WhenAll(_ending.Keys);
    }

    private static string Hint(LineListenException error) =>
        error.IsForbidden ? "Where may be listened for machines is set by remote.listenPorts and remote.listenAddresses." : "";

    private LineDialer Dialer(DialPolicy policy) => new(new LineDialerOptions
    {
        Policy = policy,
        Resolve = _options.Resolve,
        ConnectTimeout = _options.ConnectTimeout,
        Signature = Signature,
        Time = _time,
    });
}
