using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Api;

/// <summary>A server on a free port, with an object whose methods do what tests need, and a client that trusts its certificate alone.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string User = "administrator@vsphere.local";
    public const string Password = "right ü &<>";
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // To make a key takes longer than most tests.
    private static readonly HostCertificate Certificate = HostCertificate.LoadOrMake(null, [], TimeProvider.System);

    private TestServer(VimServer server, ManagedObjects objects)
    {
        (Server, Objects) = (server, objects);
        Client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            MaxConnectionsPerServer = 64,
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => IsOurs(shown),
            },
        })
        {
            BaseAddress = server.Urls[0],
            Timeout = Limit,
        };
    }

    public VimServer Server { get; }

    public ManagedObjects Objects { get; }

    public HttpClient Client { get; }

    public Uri Sdk => new(Server.Urls[0], "/sdk");

    public static async Task<TestServer> StartAsync(
        Func<VimServerOptions, VimServerOptions>? change = null, TimeProvider? time = null)
    {
        var options = new VimServerOptions
        {
            Https = [new IPEndPoint(IPAddress.Loopback, 0)],
            Certificate = Certificate,
            Users = [new HostUser(User, Password), new HostUser("reader", "r", ReadOnly: true)],
        };
        var objects = new ManagedObjects();
        objects.Add(new Probe());
        var content = new ServiceContent
        {
            RootFolder = new("Folder", "group-d1"),
            PropertyCollector = new("PropertyCollector", "propertyCollector"),
            About = new AboutInfo { ApiType = "VirtualCenter", ApiVersion = "8.0.3.0" },
        };
        var server = await VimServer.StartAsync(
            change?.Invoke(options) ?? options, objects, content, null, time ?? TimeProvider.System, NullLoggerFactory.Instance);
        return new TestServer(server, objects);
    }

    public static string Envelope(string body) =>
        $"""<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>{body}</Body></Envelope>""";

    public static string Call(string method, string type, string id, string arguments = "") =>
        Envelope($"""<{method} xmlns="urn:vim25"><_this type="{type}">{id}</_this>{arguments}</{method}>""");

    public static string Login(string user = User, string password = Password) => Call(
        "Login",
        "SessionManager",
        "SessionManager",
        new XElement("userName", user) + new XElement("password", password).ToString());

    /// <summary>Posts a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cookie">The <c>Cookie</c> header; null for none.</param>
    public Task<Answer> PostAsync(string message, string? cookie = null) =>
        PostAsync(new StringContent(message, Encoding.UTF8, "text/xml"), cookie);

    public async Task<Answer> PostAsync(HttpContent content, string? cookie = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Sdk) { Content = content };
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        headers?.Invoke(request.Headers);
        using var response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Logs in.</summary>
    /// <returns>The cookie as name and value.</returns>
    public async Task<string> LoginAsync(string user = User, string password = Password)
    {
        var answer = await PostAsync(Login(user, password));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.SetCookie!.Split(';')[0];
    }

    /// <summary>A connection for what no client would send.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Sdk.Port);
        var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => IsOurs(shown));
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }

    private static bool IsOurs(X509Certificate? shown) =>
        shown?.GetCertHashString(HashAlgorithmName.SHA256) == Certificate.Leaf.GetCertHashString(HashAlgorithmName.SHA256);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>An object whose methods do what tests need.</summary>
    internal sealed class Probe() : ManagedObject(new ManagedObjectReference("Probe", "probe-1"))
    {
        public static readonly ManagedType Schema = new ManagedType<Probe>("Probe")
            .Method("Fail", Privileges.View, static MethodResult (_, _) => throw new InvalidDataException("a secret of the server"))
            .Method("Change", Privileges.PowerOn, static (_, _) => MethodResult.Nothing)
            .Method("Number", Privileges.View, static (_, call) => new MethodResult(new VimValue(VimKinds.Int, false, call.Request.Required("value", VimKinds.Int))))
            .Method("Many", Privileges.View, static (_, call) => Texts(Enumerable.Repeat(new string('x', 1000), call.Request.Required("count", VimKinds.Int))))
            .Method("Endless", Privileges.View, static (_, _) => Texts(Break(500)))
            .Method("EarlyFault", Privileges.View, static (_, _) => Texts(Break(1)))
            .Method("Wait", Privileges.View, static async ValueTask<MethodResult> (_, call) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
                return MethodResult.Nothing;
            });

        public override ManagedType Type => Schema;

        private static MethodResult Texts(IEnumerable<string> texts) => new(new VimValue(VimKinds.String, true, texts));

        private static IEnumerable<string> Break(int after)
        {
            for (var i = 0; i < after; i++)
                yield return new string('y', 1000);
            throw new InvalidDataException("in the middle");
        }
    }

    /// <summary>An answer, read.</summary>
    internal sealed record Answer(HttpStatusCode Status, string? ContentType, string? SetCookie, byte[] Bytes, IReadOnlyCollection<string> Encoding)
    {
        private XElement Body => XDocument.Parse(Text).Root!.Elements().Single(e => e.Name.LocalName == "Body").Elements().Single();

        public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

        /// <summary>Name of the fault's type, by its element and its <c>xsi:type</c>, which have to agree.</summary>
        public string? Fault
        {
            get
            {
                if (Body.Name.LocalName != "Fault")
                    return null;
                Assert.NotEqual(HttpStatusCode.OK, Status);
                Assert.Equal(["faultcode", "faultstring", "detail"], Body.Elements().Select(e => e.Name.ToString()));
                var type = (string?)FaultDetail.Attribute(XName.Get("type", "http://www.w3.org/2001/XMLSchema-instance"));
                Assert.Equal(XName.Get(type + "Fault", "urn:vim25"), FaultDetail.Name);
                return type;
            }
        }

        public XElement FaultDetail => Body.Element("detail")!.Elements().Single();

        public string FaultText => Body.Element("faultstring")!.Value;

        public IReadOnlyList<XElement> Returned
        {
            get
            {
                Assert.Equal(HttpStatusCode.OK, Status);
                Assert.EndsWith("Response", Body.Name.LocalName, StringComparison.Ordinal);
                return [.. Body.Elements()];
            }
        }

        public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single() : null,
            await response.Content.ReadAsByteArrayAsync(),
            response.Content.Headers.ContentEncoding.ToList());
    }
}
