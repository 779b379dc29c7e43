using System.Net;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;

namespace Portside.Host.Tests.Api;

public sealed class SessionTests
{
    private static string CurrentTime => TestServer.Call("CurrentTime", "ServiceInstance", "ServiceInstance");

    [Fact]
    public async Task Login_hands_out_a_cookie_that_proves_the_session()
    {
        await using var server = await TestServer.StartAsync();
        var login = await server.PostAsync(TestServer.Login());
        Assert.Equal("text/xml; charset=utf-8", login.ContentType);
        Assert.Matches("^vmware_soap_session=\"[0-9a-f]{32}\"; Path=/; HttpOnly; Secure$", login.SetCookie);
        var returned = Assert.Single(login.Returned);
        Assert.Equal(TestServer.User, returned.Element(XName.Get("userName", "urn:vim25"))!.Value);
        Assert.DoesNotContain(login.SetCookie![21..53], login.Text, StringComparison.Ordinal);

        var time = await server.PostAsync(CurrentTime, login.SetCookie.Split(';')[0]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", Assert.Single(time.Returned).Value);
    }

    [Theory]
    [InlineData("vmware_soap_session=\"S\"")]
    [InlineData("vmware_soap_session=S")]
    [InlineData("vmware_soap_session=\"S\"; Path=/; HttpOnly; Secure")]
    [InlineData("vmware_soap_session=S; $Path=/")]
    [InlineData("a=b; vmware_soap_session=\"S\"; c=d")]
    [InlineData("a=b;vmware_soap_session=S")]
    [InlineData("vmware_soap_session=00000000000000000000000000000000; vmware_soap_session=S")]
    public async Task A_cookie_is_understood_in_every_spelling(string spelling)
    {
        await using var server = await TestServer.StartAsync();
        var secret = (await server.LoginAsync()).Split('"')[1];
        var answer = await server.PostAsync(CurrentTime, spelling.Replace("S\"", secret + "\"", StringComparison.Ordinal).Replace("=S", "=" + secret, StringComparison.Ordinal));
        Assert.Null(answer.Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("vmware_soap_session=")]
    [InlineData("vmware_soap_session=\"\"")]
    [InlineData("vmware_soap_session=\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("vmware_soap_session")]
    [InlineData(";;;=;,")]
    public async Task A_cookie_that_is_none_is_nobody(string cookie)
    {
        await using var server = await TestServer.StartAsync();
        await server.LoginAsync();
        var answer = await server.PostAsync(CurrentTime, cookie);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        Assert.Equal("NotAuthenticated", answer.Fault);
        Assert.Equal("ServiceInstance", answer.FaultDetail.Element(XName.Get("object", "urn:vim25"))!.Value);
        Assert.Equal("System.View", answer.FaultDetail.Element(XName.Get("privilegeId", "urn:vim25"))!.Value);
    }

    [Theory]
    [InlineData(TestServer.User, "wrong")]
    [InlineData(TestServer.User, "")]
    [InlineData("nobody", TestServer.Password)]
    [InlineData("", "")]
    public async Task A_wrong_name_or_password_is_InvalidLogin(string user, string password)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(TestServer.Login(user, password));
        Assert.Equal("InvalidLogin", answer.Fault);
        Assert.Null(answer.SetCookie);
    }

    [Fact]
    public async Task Logout_ends_the_session_and_its_waits()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync();
        var wait = server.PostAsync(TestServer.Call("Wait", "Probe", "probe-1"), cookie);
        var logout = await server.PostAsync(TestServer.Call("Logout", "SessionManager", "SessionManager"), cookie);
        Assert.Empty(logout.Returned);
        Assert.Equal("NotAuthenticated", (await wait.WaitAsync(TestServer.Limit)).Fault);
        Assert.Equal("NotAuthenticated", (await server.PostAsync(CurrentTime, cookie)).Fault);
        Assert.Equal(0, server.Server.SessionCount);
    }

    [Fact]
    public async Task An_idle_session_ends_and_one_with_a_call_under_way_does_not()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01Z", null));
        await using var server = await TestServer.StartAsync(time: time);
        var idle = await server.LoginAsync();
        var busy = await server.LoginAsync();
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.Null((await server.PostAsync(CurrentTime, busy)).Fault);
        Assert.Equal(2, server.Server.SessionCount);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, server.Server.SessionCount);
        Assert.Equal("NotAuthenticated", (await server.PostAsync(CurrentTime, idle)).Fault);
        Assert.Null((await server.PostAsync(CurrentTime, busy)).Fault);
    }

    [Fact]
    public async Task A_reader_may_look_and_not_change()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await server.LoginAsync("READER", "r");
        Assert.Null((await server.PostAsync(CurrentTime, cookie)).Fault);
        var answer = await server.PostAsync(TestServer.Call("Change", "Probe", "probe-1"), cookie);
        Assert.Equal("NoPermission", answer.Fault);
        Assert.Contains("<privilegeId>VirtualMachine.Interact.PowerOn</privilegeId>", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await server.PostAsync(TestServer.Call("Change", "Probe", "probe-1"), await server.LoginAsync())).Returned);
    }

    [Fact]
    public async Task A_thousand_logins_at_once_all_succeed_and_are_all_different()
    {
        await using var server = await TestServer.StartAsync();
        var cookies = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => server.LoginAsync()));
        Assert.Equal(1_000, cookies.Distinct().Count());
        Assert.Equal(1_000, server.Server.SessionCount);
    }

    [Fact]
    public async Task A_login_beyond_the_bound_is_told_so_and_a_logout_makes_room()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxSessions = 2 });
        var first = await server.LoginAsync();
        await server.LoginAsync();
        var refused = await server.PostAsync(TestServer.Login());
        Assert.Equal("SystemError", refused.Fault);
        Assert.Contains("as many sessions", refused.FaultText, StringComparison.Ordinal);
        await server.PostAsync(TestServer.Call("Logout", "SessionManager", "SessionManager"), first);
        await server.LoginAsync();
    }

    [Fact]
    public async Task Who_may_only_look_does_not_take_all_the_sessions()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxSessions = 4 });
        for (var i = 0; i < 3; i++)
            await server.LoginAsync("reader", "r");
        var refused = await server.PostAsync(TestServer.Login("reader", "r"));
        Assert.Equal("SystemError", refused.Fault);
        await server.LoginAsync();
    }

    [Fact]
    public async Task A_session_can_be_asked_for_and_terminated_by_another()
    {
        await using var server = await TestServer.StartAsync();
        var login = await server.PostAsync(TestServer.Login());
        var key = login.Returned.Single().Element(XName.Get("key", "urn:vim25"))!.Value;
        var other = await server.LoginAsync();
        var ask = TestServer.Call("SessionIsActive", "SessionManager", "SessionManager", $"<sessionID>{key}</sessionID><userName>{TestServer.User}</userName>");
        Assert.Equal("true", (await server.PostAsync(ask, other)).Returned.Single().Value);
        var terminate = TestServer.Call("TerminateSession", "SessionManager", "SessionManager", $"<sessionId>{key}</sessionId>");
        Assert.Equal("InvalidArgument", (await server.PostAsync(terminate, login.SetCookie!.Split(';')[0])).Fault);
        Assert.Empty((await server.PostAsync(terminate, other)).Returned);
        Assert.Equal("false", (await server.PostAsync(ask, other)).Returned.Single().Value);
        Assert.Equal("NotAuthenticated", (await server.PostAsync(CurrentTime, login.SetCookie)).Fault);
        Assert.Equal("NotFound", (await server.PostAsync(terminate, other)).Fault);
    }
}
