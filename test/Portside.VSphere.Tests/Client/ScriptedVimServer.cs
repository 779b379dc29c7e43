using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Tests.Client;

/// <summary>A server of the vSphere API that says what a test tells it to, over real sockets.</summary>
internal sealed class ScriptedVimServer : IAsyncDisposable
{
    private const string Versions = """
        <namespaces version="1.0"><namespace><name>urn:vim25</name><version>99.1</version>
        <priorVersions><version>8.0.3.0</version><version>6.5</version></priorVersions></namespace></namespaces>
        """;

    private const string Content = """
        <returnval><rootFolder type="Folder">group-d1</rootFolder><propertyCollector type="PropertyCollector">propertyCollector</propertyCollector>
        <viewManager type="ViewManager">ViewManager</viewManager><about><name>A newer one</name><fullName>A newer one 99</fullName><vendor>V</vendor>
        <version>99</version><build>1</build><osType>x</osType><productLineId>vpx</productLineId><apiType>VirtualCenter</apiType><apiVersion>99.1</apiVersion>
        <newAbout>x</newAbout></about><sessionManager type="SessionManager">SessionManager</sessionManager><hologramManager type="HologramManager">h</hologramManager></returnval>
        """;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, Func<SoapRequest, Reply>> _methods = new();
    private readonly ConcurrentDictionary<string, bool> _sessions = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _logins;

    public ScriptedVimServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _methods["RetrieveServiceContent"] = _ => new Reply(Content);
        _methods["Logout"] = _ => new Reply("");
        _methods["CurrentTime"] = _ => new Reply("<returnval>2024-01-02T03:04:05Z</returnval>");
        _methods["CreateContainerView"] = _ => new Reply("""<returnval type="ContainerView">view-1</returnval>""");
        _methods["DestroyView"] = _ => new Reply("");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/sdk");

    /// <summary>Methods called, in order; <c>GET</c> is the list of versions.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What the last call of a method said in <c>SOAPAction</c> and <c>Cookie</c>.</summary>
    public ConcurrentDictionary<string, string> Headers { get; } = new();

    /// <summary>Logins so far.</summary>
    public int Logins => Volatile.Read(ref _logins);

    /// <summary>The password that is right.</summary>
    public string Password { get; set; } = "secret";

    /// <summary>Whether it has a list of versions.</summary>
    public bool HasVersions { get; init; } = true;

    /// <summary>Ends the list of versions in its middle until this is done; null for a whole list.</summary>
    public Task? VersionsStall { get; init; }

    /// <summary>Done when an answer was ended in its middle.</summary>
    public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers a method from now on.</summary>
    public void On(string method, Func<SoapRequest, Reply> answer) => _methods[method] = answer;

    /// <summary>How a method is answered now.</summary>
    public Func<SoapRequest, Reply> Answer(string method) => _methods[method];

    /// <summary>Forgets all sessions, as after half an hour.</summary>
    public void Expire() => _sessions.Clear();

    public static Reply Fault(string type, string text, string fields = "") => new(
        $"""<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{text}</faultstring><detail><{type}Fault xmlns="urn:vim25" xsi:type="{type}">{fields}</{type}Fault></detail></soapenv:Fault>""",
        500);

    public async ValueTask DisposeAsync()
    {
        // Stopped before it is done accepting, the listener throws what nobody else throws.
        await _ending.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var closing = client;
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true) }, _ending.Token);
                stream = tls;
            }

            await using var _ = stream;
            while (await ReadAsync(stream) is var (line, headers, body))
                await AnswerAsync(stream, line, headers, body);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private async Task<(string Line, Dictionary<string, string> Headers, byte[] Body)?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _ending.Token) == 0)
                return null;
            head.Append((char)one[0]);

            // The beginning of TLS is that of no request.
            if (head[0] == 0x16)
            {
                await SendAsync(stream, 400, "text/plain", "", "");
                return null;
            }
        }

        var lines = head.ToString().TrimEnd().Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _ending.Token);
        return (lines[0], headers, body);
    }

    private async Task AnswerAsync(Stream stream, string line, Dictionary<string, string> headers, byte[] body)
    {
        if (line.StartsWith("GET", StringComparison.Ordinal))
        {
            Calls.Enqueue("GET");
            if (VersionsStall is not null)
            {
                await SendAsync(stream, 200, "text/xml", "", Versions[..40], 5000);
                Stalled.TrySetResult();
                await VersionsStall.WaitAsync(_ending.Token);
                return;
            }

            await SendAsync(stream, HasVersions ? 200 : 404, "text/xml", "", Versions);
            return;
        }

        var request = await SoapRequest.ReadAsync(new MemoryStream(body));
        Calls.Enqueue(request.Method);
        Headers[request.Method] = $"{headers.GetValueOrDefault("SOAPAction")} {headers.GetValueOrDefault("Cookie")}".Trim();
        var cookie = "";
        Reply reply;
        if (request.Method == "Login" && !_methods.ContainsKey("Login"))
        {
            if (request.Required("password", VimKinds.String) == Password)
            {
                var key = $"vmware_soap_session=\"s{Interlocked.Increment(ref _logins)}\"";
                _sessions[key] = true;
                cookie = $"Set-Cookie: {key}; Path=/; HttpOnly; Secure\r\n";
                reply = new Reply("<returnval><key>k</key></returnval>");
            }
            else
            {
                reply = Fault("InvalidLogin", "Cannot complete login due to an incorrect user name or password.");
            }
        }
        else if (request.Method is not ("RetrieveServiceContent" or "Login") && !_sessions.ContainsKey(headers.GetValueOrDefault("Cookie") ?? ""))
        {
            reply = Fault("NotAuthenticated", "The session is not authenticated.", """<object type="Folder">group-d1</object><privilegeId>System.View</privilegeId>""");
        }
        else
        {
            reply = _methods.TryGetValue(request.Method, out var answer) ? answer(request) : Fault("MethodNotFound", $"no {request.Method}");
        }

        if (reply.Stall is { } stall)
        {
            await SendAsync(stream, reply.Status, "text/xml", cookie, "<soapenv:Env", 5000);
            await stall.WaitAsync(_ending.Token);
            return;
        }

        var inner = reply.Status == 200 ? $"""<{request.Method}Response xmlns="urn:vim25">{reply.Body}</{request.Method}Response>""" : reply.Body;
        await SendAsync(stream, reply.Status, reply.ContentType, cookie, reply.ContentType == "text/xml" ? Envelope(inner) : reply.Body);
    }

    private static string Envelope(string body) => $"""
        <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>
        """;

    private async Task SendAsync(Stream stream, int status, string contentType, string extra, string body, int? claimedLength = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = $"HTTP/1.1 {status} Status\r\nContent-Type: {contentType}; charset=utf-8\r\n{extra}Content-Length: {claimedLength ?? bytes.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _ending.Token);
        await stream.WriteAsync(bytes, _ending.Token);
        await stream.FlushAsync(_ending.Token);
    }

    /// <summary>An answer.</summary>
    /// <param name="Body">What is in the method's element, or a fault.</param>
    /// <param name="Status">HTTP's status.</param>
    /// <param name="ContentType">HTTP's content type.</param>
    internal sealed record Reply(string Body, int Status = 200, string ContentType = "text/xml")
    {
        /// <summary>Ends the answer in its middle until this is done; null for a whole answer.</summary>
        public Task? Stall { get; init; }
    }
}
