using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Xml.Linq;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Client;

/// <summary>Takes calls to a server and brings the answers: connections, certificate, cookie, time-outs, counts.</summary>
internal sealed class SoapTransport : IDisposable
{
    private const string SessionCookie = "vmware_soap_session=";

    private static readonly TimeSpan TryWithin = TimeSpan.FromSeconds(5);

    private readonly VSphereOptions _options;
    private readonly TimeProvider _clock;
    private readonly CertificateCheck _check;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private volatile string? _cookie;
    private volatile bool _isUnderstood;

    public SoapTransport(VSphereOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _check = new CertificateCheck(options.Url, options.Trust, options.WhenNotTrusted);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Url.IsLoopback,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = options.ConnectWithin,
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            MaxConnectionsPerServer = 64,
            ConnectCallback = ConnectAsync,
            SslOptions = _check.Options(),
        })
        {
            // Each request has its own time-out, by the clock that was given.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Version that calls claim to speak.</summary>
    public string Version { get; set; } = VimVersions.Oldest;

    /// <summary>Requests sent so far, by method; <c>GET</c> is the list of versions.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Forgets the session.</summary>
    public void ForgetCookie() => _cookie = null;

    /// <summary>Asks which versions the server knows.</summary>
    /// <returns>The newest that both know; null if the server has no such list.</returns>
    public async Task<string?> NegotiateAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.Url.AbsoluteUri.TrimEnd('/') + "/vimServiceVersions.xml"));
        return await SendAsync("GET", request, _options.AnswerWithin, async (response, patience) =>
        {
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            await using var body = await response.Content.ReadAsStreamAsync(patience).ConfigureAwait(false);
            await using var ending = new CancellableStream(body, patience);
            try
            {
                return VimVersions.Newest(await SoapDocument.LoadAsync(ending, SoapLimits.Server, patience).ConfigureAwait(false));
            }
            catch (SoapException)
            {
                return null;
            }
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a call once.</summary>
    /// <returns>The elements returned.</returns>
    /// <exception cref="VSphereFaultException">The answer is a fault.</exception>
    /// <exception cref="VSphereTransportException">There is no answer.</exception>
    public async Task<IReadOnlyList<XElement>> CallAsync(
        string method,
        ManagedObjectReference target,
        IEnumerable<KeyValuePair<string, VimValue?>> arguments,
        TimeSpan answerWithin,
        CancellationToken cancellation,
        SoapHandOut? handOut = null)
    {
        using var body = new MemoryStream();
        SoapEnvelope.WriteRequest(body, method, target, arguments);
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
        request.Headers.TryAddWithoutValidation("SOAPAction", $"\"urn:vim25/{Version}\"");
        if (_cookie is { } cookie)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        try
        {
            return await SendAsync(method, request, answerWithin, (response, patience) => ReadAsync(response, handOut, patience), cancellation).ConfigureAwait(false);
        }
        catch (VimFaultException e)
        {
            throw VSphereFaultException.Of($"{method} of {target}", e.Fault, e.Message, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        // What an earlier connection was refused for says nothing about this one.
        _check.Forget();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new PooledStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IReadOnlyList<XElement>> ReadAsync(HttpResponseMessage response, SoapHandOut? handOut, CancellationToken patience)
    {
        var isXml = response.Content.Headers.ContentType?.MediaType?.Contains("xml", StringComparison.OrdinalIgnoreCase) == true;
        if (!isXml || response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.InternalServerError))
            throw await MistakenAsync(null, isLate: false, patience).ConfigureAwait(false) ?? NotSoap(response);
        _isUnderstood = true;
        KeepCookie(response);
        await using var body = await response.Content.ReadAsStreamAsync(patience).ConfigureAwait(false);
        await using var ending = new CancellableStream(body, patience);
        return await SoapEnvelope.ReadResponseAsync(ending, handOut is null ? SoapLimits.Client : SoapLimits.Listing, handOut, patience).ConfigureAwait(false);
    }

    private VSphereTransportException NotSoap(HttpResponseMessage response) => new(
        $"{_options.Url} answers {(int)response.StatusCode} {ServerText.Of(response.ReasonPhrase)} where a vSphere API is expected",
        response.StatusCode switch
        {
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway => "try again in some minutes: its services are starting, or down",
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                when response.Headers.Location is { } elsewhere => $"it is elsewhere: {ServerText.Of(elsewhere.ToString())}",
            _ => $"check the address: https://{_options.Url.Authority}/sdk is usual",
        });

    private void KeepCookie(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var cookies))
            return;
        foreach (var cookie in cookies)
        {
            // As it was given, quotes included: some servers compare the text.
            if (cookie.StartsWith(SessionCookie, StringComparison.Ordinal))
                _cookie = cookie.Split(';')[0].Trim();
        }
    }

    private async Task<T> SendAsync<T>(
        string method,
        HttpRequestMessage request,
        TimeSpan answerWithin,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellation)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        _counts.AddOrUpdate(method, 1, static (_, count) => count + 1);
        using var limit = new CancellationTokenSource(answerWithin, _clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return await read(response, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (VSphereException or VimFaultException))
        {
            cancellation.ThrowIfCancellationRequested();
            var isLate = limit.IsCancellationRequested;
            throw await MistakenAsync(e, isLate, cancellation).ConfigureAwait(false) ?? Explain(e, method, answerWithin, isLate);
        }
    }

    /// <summary>Says that the address has the wrong one of http and https, where the port speaks the other.</summary>
    /// <param name="cause">What went wrong; null where there is an answer, which is no vSphere's: some say so in plain words.</param>
    /// <param name="isLate">Whether it was waited for in vain, as for one that takes the beginning of TLS for that of a request.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where that is not it. A server that has answered well before is not asked.</returns>
    private async Task<VSphereTransportException?> MistakenAsync(Exception? cause, bool isLate, CancellationToken cancellation)
    {
        var isTls = _options.Url.Scheme == "https";
        var mayBe = cause is null || isLate
            ? isTls == isLate
            : cause is HttpRequestException { HttpRequestError: not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError) };
        if (_isUnderstood || !mayBe || (isTls && _check.Refusal is not null))
            return null;
        using var limit = new CancellationTokenSource(TryWithin, _clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        if (!await OtherScheme.IsSpokenAsync(_options.Url, patience.Token).ConfigureAwait(false))
            return null;
        var other = new UriBuilder(_options.Url) { Scheme = isTls ? "http" : "https", Port = _options.Url.Port }.Uri;
        return isTls
            ? new VSphereTransportException(
                $"{_options.Url.Authority} speaks http without TLS, and the address says https",
                _options.Url.IsLoopback ? $"write it as {other}" : "name the port of its https, 443 as a rule: a password does not go over http", cause)
            : new VSphereTransportException($"{_options.Url.Authority} speaks TLS, and the address says http", $"write it as {other}", cause);
    }

    private VSphereTransportException Explain(Exception e, string method, TimeSpan answerWithin, bool isLate) => e switch
    {
        _ when isLate => new VSphereTransportException(
            $"{_options.Url.Authority} did not answer {method} within {answerWithin.TotalSeconds:0} seconds", "see whether the server is overloaded, and try again", e)
        { IsTimeout = true },
        OperationCanceledException => new VSphereTransportException(
            $"no connection to {_options.Url.Authority} within {_options.ConnectWithin.TotalSeconds:0} seconds", Reach, e)
        { IsTimeout = true },
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } when _check.Refusal is { } refusal =>
            new VSphereCertificateException(refusal.Message, refusal.Next, e) { PresentedSha256 = refusal.PresentedSha256 },
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new VSphereTransportException(
            $"no TLS with {_options.Url.Authority}: {Innermost(e)}", "see whether the port is the one of the API: 443 is usual", e),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new VSphereTransportException(
            $"the name {_options.Url.Host} is not known here", "check the name, and this machine's DNS", e),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new VSphereTransportException(
            $"no connection to {_options.Url.Authority}: {Innermost(e)}", Reach, e),
        SoapException => new VSphereTransportException($"{_options.Url.Authority} answered {method} with something else than vSphere's SOAP: {ServerText.Of(e.Message).TrimEnd('.')}", null, e),
        _ => new VSphereTransportException($"the connection to {_options.Url.Authority} broke during {method}: {Innermost(e)}", "try again", e) { IsInterrupted = true },
    };

    private const string Reach = "check the address, and that a firewall lets this machine through";

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message.TrimEnd('.');
    }
}
