using System.IO.Compression;
using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Portside.Host.Tests.Api;

public sealed class VimServerTests
{
    private static string Content => TestServer.Call("RetrieveServiceContent", "ServiceInstance", "ServiceInstance");

    [Fact]
    public async Task The_versions_are_told_to_everybody_newest_first()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri(server.Sdk, "/sdk/vimServiceVersions.xml"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var document = XDocument.Parse(await response.Content.ReadAsStringAsync());
        var space = document.Root!.Element("namespace")!;
        Assert.Equal("1.0", (string?)document.Root.Attribute("version"));
        Assert.Equal("urn:vim25", space.Element("name")!.Value);
        Assert.Equal("8.0.3.0", space.Element("version")!.Value);
        var prior = space.Element("priorVersions")!.Elements("version").Select(e => e.Value).ToList();
        Assert.Equal(29, prior.Count);
        Assert.Equal(("8.0.2.0", "2.0"), (prior[0], prior[^1]));
        Assert.Contains("6.5", prior);
    }

    [Fact]
    public async Task The_well_known_objects_are_told_to_everybody()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(Content, "");
        var content = Assert.Single(answer.Returned);
        Assert.Equal(["rootFolder", "propertyCollector", "viewManager", "about", "sessionManager"], content.Elements().Select(e => e.Name.LocalName));
        Assert.Equal("8.0.3.0", content.Descendants(XName.Get("apiVersion", "urn:vim25")).Single().Value);
    }

    [Theory]
    [InlineData("/sdk", "\"urn:vim25/6.5\"")]
    [InlineData("/sdk/", "urn:vim25/9.0.0.0")]
    [InlineData("/sdk", "nonsense")]
    public async Task Whatever_the_action_says_the_body_names_the_method(string path, string action)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Sdk, path))
        {
            Content = new StringContent(Content, Encoding.UTF8, "text/xml"),
        };
        request.Headers.TryAddWithoutValidation("SOAPAction", action);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_chunked_request_is_read_as_one_with_a_length()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(new StringContent(Content), headers: headers => headers.TransferEncodingChunked = true);
        Assert.Single(answer.Returned);
    }

    [Fact]
    public async Task A_reply_is_compressed_for_those_who_ask()
    {
        await using var server = await TestServer.StartAsync(options => options with { CompressLocal = true });
        var cookie = await server.LoginAsync();
        var many = TestServer.Call("Many", "Probe", "probe-1", "<count>500</count>");
        var plain = await server.PostAsync(many, cookie);
        Assert.Empty(plain.Encoding);
        // As pyVmomi writes it.
        var packed = await server.PostAsync(new StringContent(many), cookie, headers => headers.TryAddWithoutValidation("Accept-Encoding", "gzip, {}"));
        Assert.Equal(["gzip"], packed.Encoding);
        using var text = new MemoryStream();
        using (var unpack = new GZipStream(new MemoryStream(packed.Bytes), CompressionMode.Decompress))
            await unpack.CopyToAsync(text);
        Assert.Equal(plain.Bytes, text.ToArray());
        var refused = await server.PostAsync(new StringContent(many), cookie, headers => headers.TryAddWithoutValidation("Accept-Encoding", "gzip;q=0"));
        Assert.Empty(refused.Encoding);
    }

    [Fact]
    public async Task A_long_list_leaves_while_it_is_made()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        var answer = await server.PostAsync(TestServer.Call("Many", "Probe", "probe-1", "<count>20000</count>"), cookie);
        Assert.Equal(20_000, answer.Returned.Count);
    }

    [Fact]
    public async Task A_mistake_before_the_first_piece_is_a_fault_and_after_it_cuts_the_connection()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        Assert.Equal("SystemError", (await server.PostAsync(TestServer.Call("EarlyFault", "Probe", "probe-1"), cookie)).Fault);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.PostAsync(TestServer.Call("Endless", "Probe", "probe-1"), cookie));
    }

    [Fact]
    public async Task A_mistake_of_the_server_is_a_SystemError_without_its_secrets()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(TestServer.Call("Fail", "Probe", "probe-1"), await server.LoginAsync());
        Assert.Equal("SystemError", answer.Fault);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_method_names_receiver_and_method()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(TestServer.Call("Explode", "Probe", "probe-1"), await server.LoginAsync());
        Assert.Equal("MethodNotFound", answer.Fault);
        Assert.Equal(["receiver", "method"], answer.FaultDetail.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(["probe-1", "Explode"], answer.FaultDetail.Elements().Select(e => e.Value));
    }

    [Theory]
    [InlineData("Probe", "probe-2")]
    [InlineData("Folder", "probe-1")]
    [InlineData("", "")]
    public async Task An_object_that_is_none_is_not_found(string type, string id)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(TestServer.Call("Change", type, id), await server.LoginAsync());
        Assert.Equal("ManagedObjectNotFound", answer.Fault);
        Assert.Equal("NotAuthenticated", (await server.PostAsync(TestServer.Call("Change", type, id))).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no XML at all")]
    [InlineData("{\"json\":true}")]
    [InlineData("<Envelope>")]
    [InlineData("<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"/>")]
    [InlineData("<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body/></Envelope>")]
    [InlineData("<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body><Login xmlns=\"urn:vim25\"/></Body></Envelope>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><Envelope>&b;</Envelope>")]
    [InlineData("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><Envelope/>")]
    [InlineData("<Envelope>\u0001</Envelope>")]
    public async Task Garbage_is_answered_with_a_fault(string message)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var cookie in (string[])["", await server.LoginAsync()])
        {
            var answer = await server.PostAsync(message, cookie);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
            Assert.Equal("InvalidRequest", answer.Fault);
            Assert.NotEmpty(answer.FaultText);
        }
    }

    [Fact]
    public async Task Deep_and_many_elements_are_answered_with_a_fault()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        var deep = TestServer.Call("Number", "Probe", "probe-1", string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000)));
        Assert.Equal("InvalidRequest", (await server.PostAsync(deep, cookie)).Fault);
        var many = TestServer.Call("Number", "Probe", "probe-1", string.Concat(Enumerable.Repeat("<a/>", 300_000)));
        Assert.Equal("InvalidRequest", (await server.PostAsync(many, cookie)).Fault);
    }

    [Theory]
    [InlineData("<value>many</value>")]
    [InlineData("<value/>")]
    [InlineData("<value>99999999999999</value>")]
    [InlineData("")]
    public async Task An_argument_that_is_none_is_answered_with_a_fault(string arguments)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(TestServer.Call("Number", "Probe", "probe-1", arguments), await server.LoginAsync());
        Assert.Equal("InvalidRequest", answer.Fault);
        Assert.Contains("value", answer.FaultText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_mebibytes_are_refused_before_they_are_read()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        await using var tls = await server.ConnectAsync();
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /sdk HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {100 << 20}\r\nContent-Type: text/xml\r\n\r\n<Envelope>"));
        using var reader = new StreamReader(tls);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync().WaitAsync(TestServer.Limit));
        var rest = await reader.ReadToEndAsync().WaitAsync(TestServer.Limit);
        Assert.Contains("InvalidRequestFault", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunked_body_without_end_is_refused()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxBodyBytes = 1 << 20 });
        var cookie = await server.LoginAsync();
        await using var tls = await server.ConnectAsync();
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /sdk HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n<Envelope>"));
        var write = tls.WriteAsync(new byte[0x200000 - 10]).AsTask();
        using var reader = new StreamReader(tls);
        var status = await reader.ReadLineAsync().WaitAsync(TestServer.Limit);
        Assert.Matches("^HTTP/1.1 (413|500) ", status);
        await Task.WhenAny(write);
    }

    [Fact]
    public async Task Who_has_not_logged_in_may_not_fill_the_memory()
    {
        await using var server = await TestServer.StartAsync();
        var long1 = TestServer.Call("Login", "SessionManager", "SessionManager", new XElement("userName", new string('a', 300_000)).ToString());
        Assert.Equal("InvalidRequest", (await server.PostAsync(long1)).Fault);
        Assert.Equal("NotAuthenticated", (await server.PostAsync(long1, "vmware_soap_session=gone")).Fault);
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    [InlineData("GET", "/sdk", HttpStatusCode.OK)]
    [InlineData("PUT", "/sdk", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/sdk/vimService", HttpStatusCode.NotFound)]
    [InlineData("GET", "/sdk/vimService?wsdl", HttpStatusCode.NotFound)]
    public async Task Other_paths_answer_in_plain_words(string method, string path, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Sdk, path));
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Calls_under_way_are_told_when_the_server_ends()
    {
        var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        var wait = server.PostAsync(TestServer.Call("Wait", "Probe", "probe-1"), cookie);
        Assert.Single((await server.PostAsync(Content, cookie)).Returned);
        await server.Server.DisposeAsync().AsTask().WaitAsync(TestServer.Limit);
        try
        {
            Assert.Equal("RequestCanceled", (await wait.WaitAsync(TestServer.Limit)).Fault);
        }
        catch (HttpRequestException)
        {
            // It had not begun when the server ended.
        }

        await server.DisposeAsync();
    }
}
