using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Portside.Lines.Terminals;
using Portside.Lines.Tls;
using Portside.Lines.Uris;

namespace Portside.Lines.Dialling;

/// <summary>Opens lines: to network addresses, to sockets in the file system, at terminal devices; as far as its policy lets it.</summary>
/// <remarks>
/// A name is resolved once; every address is checked, and the socket is connected to an address that was checked, never
/// to the name again.
/// </remarks>
/// <param name="options">How lines are dialled.</param>
public sealed class LineDialer(LineDialerOptions options)
{
    /// <summary>Addresses of one name that are looked at; a name with more is a mistake or an attack.</summary>
    private const int MaxAddresses = 16;

    /// <summary>Opens a line.</summary>
    /// <param name="uri">Any kind; a <see cref="NetworkUri"/> needs a host and a port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The line, TLS up and the peer verified where the URI asks for it.</returns>
    /// <exception cref="DialException">It cannot be opened.</exception>
    public async Task<Line> DialAsync(LineUri uri, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return uri switch
            {
                NetworkUri network => await DialAsync(network, either.Token).ConfigureAwait(false),
                UnixUri unix => await DialAsync(unix, either.Token).ConfigureAwait(false),
                DeviceUri device => Open(device),
                _ => throw new DialException(DialFailure.NotDialable, $"{uri} is not a line that can be opened."),
            };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new DialException(DialFailure.Unreachable, $"No answer from {uri.ToShortString()} within {options.ConnectTimeout.TotalSeconds:0.#} s.");
        }
        catch (PeerVerificationException e)
        {
            throw new DialException(DialFailure.NotVerified, e.Message, e);
        }
        catch (AuthenticationException e)
        {
            throw new DialException(DialFailure.TlsFailed, $"No TLS with {uri.ToShortString()}: {e.GetBaseException().Message}", e);
        }
        catch (Exception e) when (e is not (DialException or OperationCanceledException) && LineSocket.IsFailure(e))
        {
            throw new DialException(DialFailure.TlsFailed, $"The TLS handshake with {uri.ToShortString()} broke off: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>Looks whether a line could be opened as far as rules and names go, without connecting.</summary>
    /// <param name="uri">What would be dialled.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A task.</returns>
    /// <exception cref="DialException">It may not be dialled, names nothing that can be, or has no address just now.</exception>
    public async Task CheckAsync(NetworkUri uri, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uri);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            _ = await AllowedAsync(uri, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DialException(DialFailure.Unresolved, $"No address for {Quoted.From(uri.Host)} within {options.ConnectTimeout.TotalSeconds:0.#} s.");
        }
    }

    private TtyLine Open(DeviceUri uri)
    {
        if (options.Policy.RefuseLocal(uri.Path) is { } refusal)
            throw new DialException(DialFailure.Refused, $"{refusal}.");
        if (!OperatingSystem.IsLinux())
            throw new DialException(DialFailure.NotDialable, $"{uri} cannot be opened: terminal devices are opened on Linux only.");
        try
        {
            return TtyLine.Open(uri, options.Time);
        }
        catch (IOException e)
        {
            throw new DialException(DialFailure.Unreachable, e.Message, e);
        }
    }

    private async Task<Line> DialAsync(UnixUri uri, CancellationToken cancellation)
    {
        if (options.Policy.RefuseLocal(uri.Path) is { } refusal)
            throw new DialException(DialFailure.Refused, $"{refusal}.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(uri.Path), cancellation).ConfigureAwait(false);
            return new StreamLine(uri.ToString(), new NetworkStream(socket, ownsSocket: true), socket, null);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new DialException(DialFailure.Unreachable, $"{uri} cannot be reached: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Line> DialAsync(NetworkUri uri, CancellationToken cancellation)
    {
        if (uri.Host.Length == 0)
            throw new DialException(DialFailure.NotDialable, $"{uri.ToShortString()} names no host to dial; write it as {Shown(uri, "console.example")}");
        if (uri.Port == 0)
            throw new DialException(DialFailure.NotDialable, $"{uri.ToShortString()} names no port to dial: a number from 1 to 65535 is.");

        var socket = await ConnectAsync(uri, await AllowedAsync(uri, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (uri.StartsWithTls)
                stream = await StartTlsAsync(stream, uri, cancellation).ConfigureAwait(false);
            if (!uri.IsTelnet)
                return new StreamLine(uri.ToShortString(), stream, socket, null);
            return await TelnetLine.OpenAsync(stream, socket, Telnet(uri), null, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string Shown(NetworkUri uri, string host) => uri.ToShortString().Replace("://:", $"://{host}:", StringComparison.Ordinal);

    private TelnetLineOptions Telnet(NetworkUri uri) => new()
    {
        Title = uri.ToShortString(),
        Role = TelnetRole.Dialler,
        ComPort = uri.IsComPort || options.ComPort,
        Signature = options.Signature,
        StartTls = uri.StartsWithTls ? null : (stream, cancellation) => StartTlsAsync(stream, uri, cancellation),
        RequiresTls = uri.RequiresTls,
        HandshakeTimeout = options.ConnectTimeout / 2, // So that who connects and then says nothing is told from who does not answer.
        NegotiationWait = options.NegotiationWait,
        Time = options.Time,
    };

    private Task<SslStream> StartTlsAsync(Stream stream, NetworkUri uri, CancellationToken cancellation) =>
        TlsDialer.AuthenticateAsync(
            stream, new TlsPeer(uri.Host, uri.Parameters), options.Tls.Protocols, options.Tls.TrustedRoots, options.Tls.Time, cancellation);

    /// <summary>The addresses of the URI's host that may be dialled.</summary>
    private async Task<List<IPAddress>> AllowedAsync(NetworkUri uri, CancellationToken cancellation)
    {
        IPAddress[] addresses;
        if (IPAddress.TryParse(uri.Host, out var literal))
        {
            addresses = [literal];
        }
        else
        {
            if (options.Policy.RefuseName(uri.Host, uri.Port) is { } nameRefusal)
                throw new DialException(DialFailure.Refused, $"{uri.ToShortString()} may not be dialled: {nameRefusal}.");
            try
            {
                var resolve = options.Resolve ?? NameResolver.OfSystem.ResolveAsync;
                addresses = await resolve(uri.Host, cancellation).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                throw new DialException(DialFailure.Unresolved, $"Host {Quoted.From(uri.Host)} has no address: {e.Message}", e);
            }
        }

        var plain = addresses.Take(MaxAddresses).Select(DialPolicy.Plain)
            .Where(address => uri.Family is AddressFamily.Unspecified || address.AddressFamily == uri.Family)
            .Distinct().ToList();
        if (plain.Count == 0)
        {
            var family = uri.Family switch { AddressFamily.InterNetwork => "IPv4 ", AddressFamily.InterNetworkV6 => "IPv6 ", _ => "" };
            throw new DialException(DialFailure.Unresolved, $"Host {Quoted.From(uri.Host)} has no {family}address.");
        }

        var refusals = new List<string>();
        var allowed = new List<IPAddress>();
        foreach (var address in plain)
        {
            if (options.Policy.Refuse(uri.Host, address, uri.Port) is { } refusal)
                refusals.Add(refusal);
            else
                allowed.Add(address);
        }

        return allowed.Count > 0
            ? allowed
            : throw new DialException(DialFailure.Refused, $"{uri.ToShortString()} may not be dialled: {string.Join("; ", refusals)}.");
    }

    private static async Task<Socket> ConnectAsync(NetworkUri uri, List<IPAddress> addresses, CancellationToken cancellation)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, uri.Port), cancellation).ConfigureAwait(false);
                LineSocket.Prepare(socket);
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new DialException(DialFailure.Unreachable, $"{uri.ToShortString()} cannot be reached: {last!.Message}", last);
    }
}
