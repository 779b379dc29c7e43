using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Portside.Testing;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Reply = Portside.VSphere.Tests.Client.ScriptedVimServer.Reply;

namespace Portside.VSphere.Tests.Client;

/// <summary>A session against a server that misbehaves in every way that servers do.</summary>
public sealed class VSphereSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly ManagedObjectReference Machine = new("VirtualMachine", "vm-1");
    private static readonly PropertySpec[] Names = [new() { OfType = "VirtualMachine", PathSet = ["name"] }];

    [Fact]
    public async Task A_session_negotiates_a_version_logs_in_and_out_and_returns_the_cookie_as_it_was_given()
    {
        await using var server = new ScriptedVimServer();
        await using (var session = await ConnectAsync(server))
        {
            Assert.Equal("8.0.3.0", session.ApiVersion);
            Assert.True(session.IsVirtualCenter);
            await session.CallAsync("CurrentTime", new("ServiceInstance", "ServiceInstance"), [], default).WaitAsync(Patience);
            Assert.Equal("\"urn:vim25/8.0.3.0\" vmware_soap_session=\"s1\"", server.Headers["CurrentTime"]);
            Assert.Equal(4, session.Requests.Values.Sum());
        }

        Assert.Equal(["GET", "RetrieveServiceContent", "Login", "CurrentTime", "Logout"], server.Calls);
    }

    [Fact]
    public async Task A_server_without_a_list_of_versions_is_spoken_to_in_an_old_one()
    {
        await using var server = new ScriptedVimServer { HasVersions = false };
        await using var session = await ConnectAsync(server);
        Assert.Equal("6.0", session.ApiVersion);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once()
    {
        await using var server = new ScriptedVimServer { Password = "another" };
        var refusal = await Assert.ThrowsAsync<VSphereLoginException>(() => ConnectAsync(server));
        Assert.Contains("refuses the user alice", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Calls, "Login");
        Assert.DoesNotContain("Logout", server.Calls);
    }

    [Fact]
    public async Task A_password_that_is_refused_in_mid_run_is_not_tried_by_later_calls()
    {
        await using var server = new ScriptedVimServer();
        await using var session = await ConnectAsync(server);
        server.Password = "changed";
        server.Expire();
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<VSphereLoginException>(() => NowAsync(session));
        Assert.Equal(2, server.Calls.Count(call => call == "Login"));
    }

    [Fact]
    public async Task An_ended_session_is_renewed_once_for_all_callers_and_their_calls_are_repeated()
    {
        await using var server = new ScriptedVimServer();
        await using var session = await ConnectAsync(server);
        server.Expire();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NowAsync(session))).WaitAsync(Patience);
        Assert.Equal(2, server.Logins);
        Assert.Equal(1, session.Renewals);
    }

    [Fact]
    public async Task A_call_is_repeated_once_and_not_for_ever()
    {
        await using var server = new ScriptedVimServer();
        server.On("CurrentTime", _ => NotAuthenticated());
        await using var session = await ConnectAsync(server);
        var fault = await Assert.ThrowsAsync<VSphereFaultException>(() => NowAsync(session));
        Assert.True(fault.Is("NoPermission"));
        Assert.Equal(2, server.Calls.Count(call => call == "CurrentTime"));
    }

    [Fact]
    public async Task A_listing_follows_the_pages_and_cleans_up()
    {
        await using var server = new ScriptedVimServer();
        Pages(server, 7, 3);
        await using var session = await ConnectAsync(server);
        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"vm-{n}"), (await ListAsync(session)).Select(one => one.Obj.Value));
        Assert.Equal(["CreateContainerView", "RetrievePropertiesEx", "ContinueRetrievePropertiesEx", "ContinueRetrievePropertiesEx", "DestroyView"], server.Calls.Skip(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_ends_within_a_listing_does_not_lose_or_repeat_an_object(bool byProperty)
    {
        await using var server = new ScriptedVimServer();
        Pages(server, 7, 3);
        var pages = 0;
        server.On("ContinueRetrievePropertiesEx", request =>
        {
            if (++pages == 2)
            {
                server.Expire();
                return byProperty
                    ? new Reply("""
                        <returnval><objects><obj type="VirtualMachine">vm-7</obj><missingSet><path>name</path><fault><fault xsi:type="NotAuthenticated">
                        <object type="VirtualMachine">vm-7</object><privilegeId>System.Read</privilegeId></fault></fault></missingSet></objects></returnval>
                        """)
                    : NotAuthenticated();
            }

            return Page(int.Parse(request.Required("token", VimKinds.String), System.Globalization.CultureInfo.InvariantCulture), 7, 3);
        });
        await using var session = await ConnectAsync(server);
        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"vm-{n}"), (await ListAsync(session)).Select(one => one.Obj.Value));
        Assert.Equal(2, server.Logins);
    }

    [Fact]
    public async Task A_listing_that_is_given_up_takes_its_view_away()
    {
        await using var server = new ScriptedVimServer();
        Pages(server, 7, 3);
        await using var session = await ConnectAsync(server);
        using var patience = new CancellationTokenSource();
        var taken = new List<ObjectContent>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ListAsync(
            session.Content.RootFolder,
            Names,
            one =>
            {
                taken.Add(one);
                patience.Cancel();
            },
            patience.Token)).WaitAsync(Patience);
        Assert.Single(taken);
        Assert.Equal(["RetrievePropertiesEx", "DestroyView"], server.Calls.TakeLast(2));
    }

    [Fact]
    public async Task Objects_are_handed_over_one_by_one_and_none_of_them_is_kept_while_the_same_answer_goes_on()
    {
        await using var server = new ScriptedVimServer();
        Pages(server, 2000, 2000);
        await using var session = await ConnectAsync(server);
        var (count, alive) = await WeighAsync(session);
        Assert.Equal(2000, count);

        // The one that is being handed over, and what registers and stack slots still hold: not what came before.
        Assert.InRange(alive, 0, 50);
    }

    [Fact]
    public async Task What_is_unknown_in_an_answer_is_kept_and_the_rest_read()
    {
        await using var server = new ScriptedVimServer();
        server.On("RetrievePropertiesEx", _ => new Reply("""
            <returnval><objects><obj type="VirtualMachine">vm-1</obj>
            <propSet><name>config.hardware.device</name><val xsi:type="ArrayOfVirtualDevice">
              <VirtualDevice xsi:type="VirtualHologram"><key>1</key><shape><edge>3</edge></shape></VirtualDevice>
              <VirtualDevice xsi:type="VirtualSerialPort"><newBase>x</newBase><key>9000</key><backing xsi:type="VirtualSerialPortURIBackingInfo"><serviceURI>a</serviceURI>
                <direction>sideways</direction><quantum>true</quantum></backing><yieldOnPoll>true</yieldOnPoll></VirtualDevice></val></propSet>
            <propSet><name>runtime.powerState</name><val xsi:type="VirtualMachinePowerState">levitating</val></propSet>
            <propSet><name>hologram</name><val xsi:type="HologramInfo"><a>1</a></val></propSet></objects></returnval>
            """));
        await using var session = await ConnectAsync(server);
        var one = Assert.Single(await ListAsync(session));
        Assert.Equal("levitating", one.Text("runtime.powerState"));
        Assert.Equal("VirtualHologram", one.Items<VirtualDevice>("config.hardware.device").First().TypeName);
        var port = Assert.Single(one.Items<VirtualSerialPort>("config.hardware.device"));
        Assert.Equal((9000, "newBase"), (port.Key, Assert.Single(port.Unknown).Name.LocalName));
        var backing = Assert.IsType<VirtualSerialPortURIBackingInfo>(port.Backing);
        Assert.Equal(("sideways", "quantum"), (backing.Direction, Assert.Single(backing.Unknown).Name.LocalName));

        // What is kept does not hold the page that it was on.
        Assert.Null(Assert.Single(backing.Unknown).Parent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Pages_that_bring_nothing_new_end_the_listing(int objects)
    {
        await using var server = new ScriptedVimServer();
        var page = string.Concat(Enumerable.Range(1, objects).Select(n => $"""<objects><obj type="VirtualMachine">vm-{n}</obj></objects>"""));
        server.On("RetrievePropertiesEx", _ => new Reply($"<returnval><token>t</token>{page}</returnval>"));
        server.On("ContinueRetrievePropertiesEx", _ => new Reply($"<returnval><token>t</token>{page}</returnval>"));
        server.On("CancelRetrievePropertiesEx", _ => new Reply(""));
        await using var session = await ConnectAsync(server);
        var endless = await Assert.ThrowsAsync<VSphereTransportException>(() => ListAsync(session).WaitAsync(Patience));
        Assert.Contains("without end", endless.Message, StringComparison.Ordinal);
        Assert.Single(server.Calls, "ContinueRetrievePropertiesEx");
    }

    [Fact]
    public async Task Pages_without_objects_under_ever_new_tokens_end_the_listing()
    {
        await using var server = new ScriptedVimServer();
        var count = 0;
        server.On("RetrievePropertiesEx", _ => new Reply("<returnval><token>t0</token></returnval>"));
        server.On("ContinueRetrievePropertiesEx", _ => new Reply($"<returnval><token>t{++count}</token></returnval>"));
        server.On("CancelRetrievePropertiesEx", _ => new Reply(""));
        await using var session = await ConnectAsync(server);
        await Assert.ThrowsAsync<VSphereTransportException>(() => ListAsync(session).WaitAsync(Patience));
        Assert.Equal(16, count);
    }

    [Theory]
    [InlineData("rootFolder")]
    [InlineData("propertyCollector")]
    [InlineData("about")]
    public async Task A_server_that_does_not_say_where_anything_is_is_called_no_vSphere(string lacking)
    {
        await using var server = new ScriptedVimServer();
        string[] parts =
        [
            """<rootFolder type="Folder">group-d1</rootFolder>""",
            """<propertyCollector type="PropertyCollector">pc</propertyCollector>""",
            "<about><name>x</name></about>",
            """<sessionManager type="SessionManager">SessionManager</sessionManager>""",
        ];
        server.On("RetrieveServiceContent", _ => new Reply(
            $"<returnval>{string.Concat(parts.Where(part => !part.StartsWith('<' + lacking, StringComparison.Ordinal)))}</returnval>"));
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => ConnectAsync(server));
        Assert.Contains($"without '{lacking}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Properties_of_nothing_are_refused()
    {
        await using var server = new ScriptedVimServer();
        server.On("RetrievePropertiesEx", _ => new Reply("""<returnval><objects><propSet><name>name</name><val xsi:type="xsd:string">a</val></propSet></objects></returnval>"""));
        await using var session = await ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => ListAsync(session));
        Assert.Contains("without 'obj'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_that_come_without_any_wait_are_asked_for_with_a_pause()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVimServer();
        Changes(server, """<objectSet><kind>enter</kind><obj type="VirtualMachine">vm-1</obj></objectSet>""");
        await using var session = await ConnectAsync(server, clock: clock);
        await using var batches = session.WatchBatchesAsync(session.Content.RootFolder, Names).GetAsyncEnumerator();
        for (var i = 0; i < 17; i++)
            Assert.True(await batches.MoveNextAsync().AsTask().WaitAsync(Patience));
        for (var i = 17; i < 20; i++)
        {
            var next = batches.MoveNextAsync().AsTask();
            Assert.False(next.IsCompleted);
            Assert.Equal(i, server.Calls.Count(call => call == "WaitForUpdatesEx"));
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await next.WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task An_inventory_whose_telling_never_ends_is_given_up()
    {
        await using var server = new ScriptedVimServer();
        Changes(server, string.Concat(Enumerable.Repeat("""<objectSet><kind>enter</kind><obj type="VirtualMachine">vm-1</obj></objectSet>""", 25_000)), "<truncated>true</truncated>");
        await using var session = await ConnectAsync(server);
        await using var batches = session.WatchBatchesAsync(session.Content.RootFolder, Names).GetAsyncEnumerator();
        for (var i = 0; i < 10; i++)
            Assert.True(await batches.MoveNextAsync().AsTask().WaitAsync(Patience));
        var endless = await Assert.ThrowsAsync<VSphereTransportException>(() => batches.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Contains("without end", endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_an_unknown_type_keeps_its_name_its_text_and_its_elements()
    {
        await using var server = new ScriptedVimServer();
        server.On("ReconfigVM_Task", _ => ScriptedVimServer.Fault("HologramFault", "The hologram is blurred.", "<edge>7</edge>"));
        await using var session = await ConnectAsync(server);
        var fault = await Assert.ThrowsAsync<VSphereFaultException>(() => session.StartAsync("ReconfigVM_Task", Machine, [], default));
        Assert.Equal("HologramFault", fault.TypeName);
        Assert.True(fault.Is("HologramFault"));
        Assert.Equal("ReconfigVM_Task of VirtualMachine:vm-1: The hologram is blurred (HologramFault)", fault.Message);
        Assert.Contains("<edge", fault.RawXml(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_says_what_to_do()
    {
        await using var server = new ScriptedVimServer();
        server.On("ReconfigVM_Task", _ => ScriptedVimServer.Fault(
            "NoPermission", "Permission to perform this operation was denied.", """<object type="VirtualMachine">vm-1</object><privilegeId>VirtualMachine.Config.EditDevice</privilegeId>"""));
        await using var session = await ConnectAsync(server);
        var fault = await Assert.ThrowsAsync<VSphereFaultException>(() => session.StartAsync("ReconfigVM_Task", Machine, [], default));
        Assert.Contains("VirtualMachine.Config.EditDevice", fault.Next, StringComparison.Ordinal);
        Assert.Equal(1, server.Logins);
    }

    [Fact]
    public async Task A_task_is_waited_for_by_changes_and_its_progress_told()
    {
        await using var server = new ScriptedVimServer();
        var waits = Tasks(server, TaskInfo("running", "<progress>42</progress>"), TaskInfo("success", """<result xsi:type="xsd:string">done</result>"""));
        await using var session = await ConnectAsync(server);
        var told = new List<int>();
        var info = await session.RunAsync("ReconfigVM_Task", Machine, [], new Told(told), default).WaitAsync(Patience);
        Assert.Equal(("success", "done"), (info.State, info.Result?.Value));
        Assert.Equal([42], told);
        Assert.Equal(["", "1"], waits);
        Assert.Contains("DestroyPropertyCollector", server.Calls);
    }

    [Fact]
    public async Task A_task_that_failed_throws_its_fault_with_its_reasons()
    {
        await using var server = new ScriptedVimServer();
        Tasks(server, TaskInfo("error", """
            <error><fault xsi:type="GenericVmConfigFault"><reason>Connecting the device failed.</reason></fault><localizedMessage>An error occurred.</localizedMessage></error>
            """));
        await using var session = await ConnectAsync(server);
        var fault = await Assert.ThrowsAsync<VSphereFaultException>(() => session.RunAsync("ReconfigVM_Task", Machine, [], null, default).WaitAsync(Patience));
        Assert.True(fault.Is("VmConfigFault"));
        Assert.Equal("ReconfigVM_Task of a: An error occurred; Connecting the device failed (GenericVmConfigFault)", fault.Message);
    }

    [Fact]
    public async Task A_session_that_ends_while_a_task_is_waited_for_is_renewed_and_the_wait_goes_on()
    {
        await using var server = new ScriptedVimServer();
        Tasks(server, null, TaskInfo("success", ""));
        await using var session = await ConnectAsync(server);
        Assert.Equal("success", (await session.RunAsync("ReconfigVM_Task", Machine, [], null, default).WaitAsync(Patience)).State);
        Assert.Equal(2, server.Logins);
        Assert.Single(server.Calls, "ReconfigVM_Task");
        Assert.Equal(2, server.Calls.Count(call => call == "CreatePropertyCollector"));
    }

    [Fact]
    public async Task A_task_that_does_not_end_is_waited_for_so_long_and_no_longer()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVimServer();
        var reached = new TaskCompletionSource();
        Tasks(server, TaskInfo("running", "<progress>42</progress>"));
        var first = server.Answer("WaitForUpdatesEx");
        server.On("WaitForUpdatesEx", request =>
        {
            if (request.Required("version", VimKinds.String).Length == 0)
                return first(request);
            reached.TrySetResult();
            return new Reply("") { Stall = new TaskCompletionSource().Task };
        });
        await using var session = await VSphereSession.ConnectAsync(Options(server.Url) with { TaskWithin = TimeSpan.FromMinutes(2) }, clock).WaitAsync(Patience);
        var run = session.RunAsync("ReconfigVM_Task", Machine, [], null, default);
        await reached.Task.WaitAsync(Patience);
        clock.Advance(session.Options.TaskWithin);
        var late = await Assert.ThrowsAsync<VSphereTransportException>(() => run.WaitAsync(Patience));
        Assert.True(late.IsTimeout);
        Assert.Equal("ReconfigVM_Task of a (task-7) has not ended within 2 minutes, and is running", late.Message);
        Assert.Contains("Recent Tasks", late.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_within_an_answer_is_waited_for_so_long_and_no_longer()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVimServer();
        var reached = new TaskCompletionSource();
        server.On("CurrentTime", _ =>
        {
            reached.TrySetResult();
            return new Reply("") { Stall = new TaskCompletionSource().Task };
        });
        await using var session = await ConnectAsync(server, clock: clock);
        var call = NowAsync(session);
        await reached.Task.WaitAsync(Patience);
        clock.Advance(session.Options.AnswerWithin);
        var late = await Assert.ThrowsAsync<VSphereTransportException>(() => call.WaitAsync(Patience));
        Assert.True(late.IsTimeout);
        Assert.Contains("did not answer CurrentTime within 120 seconds", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_versions_that_stops_in_its_middle_is_waited_for_so_long_and_no_longer()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVimServer { VersionsStall = new TaskCompletionSource().Task };
        var connecting = ConnectAsync(server, clock: clock);
        await server.Stalled.Task.WaitAsync(Patience);
        clock.Advance(Options(server.Url).AnswerWithin);
        var late = await Assert.ThrowsAsync<VSphereTransportException>(() => connecting);
        Assert.True(late.IsTimeout);
    }

    [Fact]
    public async Task Who_gives_up_while_the_list_of_versions_stalls_is_let_go()
    {
        await using var server = new ScriptedVimServer { VersionsStall = new TaskCompletionSource().Task };
        using var giveUp = new CancellationTokenSource();
        var connecting = VSphereSession.ConnectAsync(Options(server.Url), cancellation: giveUp.Token);
        await server.Stalled.Task.WaitAsync(Patience);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_kept_by_a_server_that_stalls()
    {
        await using var server = new ScriptedVimServer();
        var reached = new TaskCompletionSource();
        server.On("CurrentTime", _ =>
        {
            reached.TrySetResult();
            return new Reply("") { Stall = new TaskCompletionSource().Task };
        });
        await using var session = await ConnectAsync(server);
        using var giveUp = new CancellationTokenSource();
        var call = session.CallAsync("CurrentTime", new("ServiceInstance", "ServiceInstance"), [], giveUp.Token);
        await reached.Task.WaitAsync(Patience);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
    }

    [Fact]
    public async Task An_idle_session_is_kept_alive()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVimServer();
        var asked = new TaskCompletionSource();
        server.On("CurrentTime", _ =>
        {
            asked.TrySetResult();
            return new Reply("<returnval>2024-01-02T03:04:05Z</returnval>");
        });
        await using var session = await ConnectAsync(server, clock: clock);
        clock.Advance(session.Options.KeepAlive);
        await asked.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(200, "text/html", "where a vSphere API is expected")]
    [InlineData(503, "text/plain", "answers 503")]
    [InlineData(200, "text/xml", "something else than vSphere's SOAP")]
    public async Task What_is_no_vSphere_is_called_so(int status, string type, string message)
    {
        await using var server = new ScriptedVimServer();
        server.On("RetrieveServiceContent", _ => new Reply(type == "text/xml" ? "<unclosed>" : "<html>hello</html>", status, type));
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => ConnectAsync(server));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_said_with_the_address()
    {
        Uri url;
        await using (var server = new ScriptedVimServer())
            url = server.Url;
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => VSphereSession.ConnectAsync(Options(url)).WaitAsync(Patience));
        Assert.StartsWith($"no connection to {url.Authority}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_with_https_for_a_port_that_speaks_http_is_said_with_the_right_one()
    {
        await using var server = new ScriptedVimServer();
        var mistaken = new UriBuilder(server.Url) { Scheme = "https" }.Uri;
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => VSphereSession.ConnectAsync(Options(mistaken), new FakeTimeProvider()).WaitAsync(Patience));
        Assert.Equal(($"{server.Url.Authority} speaks http without TLS, and the address says https", $"write it as {server.Url}"), (failure.Message, failure.Next));
        Assert.Equal(["GET"], server.Calls);
    }

    [Fact]
    public async Task An_address_with_http_for_a_port_that_speaks_TLS_is_said_with_the_right_one()
    {
        using var certificate = TestCertificates.SelfSigned("127.0.0.1");
        await using var server = new ScriptedVimServer(certificate);
        var mistaken = new UriBuilder(server.Url) { Scheme = "http" }.Uri;
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => VSphereSession.ConnectAsync(Options(mistaken), new FakeTimeProvider()).WaitAsync(Patience));
        Assert.Equal(($"{server.Url.Authority} speaks TLS, and the address says http", $"write it as {server.Url}"), (failure.Message, failure.Next));

        // Nobody saw the password: nothing was asked within TLS, and nothing but a list of versions in clear.
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_port_that_speaks_neither_is_not_said_to_speak_the_other()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var ending = new CancellationTokenSource();
        var closing = CloseAsync();
        foreach (var scheme in (string[])["http", "https"])
        {
            var failure = await Assert.ThrowsAsync<VSphereTransportException>(
                () => VSphereSession.ConnectAsync(Options(new Uri($"{scheme}://{listener.LocalEndpoint}/sdk")), new FakeTimeProvider()).WaitAsync(Patience));
            Assert.DoesNotContain("speaks", failure.Message, StringComparison.Ordinal);
        }

        await ending.CancelAsync();
        await closing.WaitAsync(Patience);

        async Task CloseAsync()
        {
            try
            {
                while (true)
                    (await listener.AcceptTcpClientAsync(ending.Token)).Dispose();
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    [Fact]
    public async Task A_certificate_of_nobody_is_refused_before_anything_is_sent_and_shown()
    {
        using var certificate = TestCertificates.SelfSigned("127.0.0.1");
        await using var server = new ScriptedVimServer(certificate);
        var refusal = await Assert.ThrowsAsync<VSphereCertificateException>(() => ConnectAsync(server));
        var sha256 = Convert.ToHexString(SHA256.HashData(certificate.RawData));
        Assert.Equal(sha256, refusal.PresentedSha256.Replace(":", "", StringComparison.Ordinal));
        Assert.Contains(refusal.PresentedSha256, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pinned_certificate_is_believed_by_either_hash_and_another_refused(bool sha1)
    {
        using var certificate = TestCertificates.SelfSigned("elsewhere.example");
        await using var server = new ScriptedVimServer(certificate);
#pragma warning disable CA5350 // The hash is what vSphere shows.
        var hash = Convert.ToHexString(sha1 ? SHA1.HashData(certificate.RawData) : SHA256.HashData(certificate.RawData));
#pragma warning restore CA5350
        var spelled = string.Join(':', hash.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
        await using (var session = await ConnectAsync(server, ServerTrust.Pinned(spelled)))
            Assert.True(session.IsVirtualCenter);

        var wrong = string.Concat(hash[0] == '0' ? '1' : '0', hash[1..]);
        var refusal = await Assert.ThrowsAsync<VSphereCertificateException>(() => ConnectAsync(server, ServerTrust.Pinned(wrong)));
        Assert.Contains("shows another certificate than the one expected", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_of_a_file_is_believed_for_the_name_only()
    {
        using var authority = TestCertificates.Authority("the authority");
        using var certificate = TestCertificates.SignedBy(authority, "elsewhere.example");
        await using var server = new ScriptedVimServer(certificate);
        var refusal = await Assert.ThrowsAsync<VSphereCertificateException>(() => ConnectAsync(server, ServerTrust.By(new X509Certificate2Collection(authority))));
        Assert.Contains("not for the name 127.0.0.1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_no_check_gets_none()
    {
        using var certificate = TestCertificates.SelfSigned("elsewhere.example");
        await using var server = new ScriptedVimServer(certificate);
        await using var session = await ConnectAsync(server, ServerTrust.Anything);
        Assert.Equal(1, server.Logins);
    }

    [Fact]
    public void Options_do_not_write_their_password() =>
        Assert.DoesNotContain("secret", Options(new Uri("https://vcenter.example/sdk")).ToString(), StringComparison.Ordinal);

    private static Task<VSphereSession> ConnectAsync(ScriptedVimServer server, ServerTrust? trust = null, TimeProvider? clock = null) =>
        VSphereSession.ConnectAsync(Options(server.Url) with { Trust = trust ?? ServerTrust.System }, clock).WaitAsync(Patience);

    private static VSphereOptions Options(Uri url) => new() { Url = url, UserName = "alice", Password = "secret" };

    private static async Task NowAsync(VSphereSession session) => await session.CallAsync("CurrentTime", new("ServiceInstance", "ServiceInstance"), [], default).WaitAsync(Patience);

    private static async Task<List<ObjectContent>> ListAsync(VSphereSession session)
    {
        using var patience = new CancellationTokenSource(Patience);
        var all = new List<ObjectContent>();
        await session.ListAsync(session.Content.RootFolder, Names, all.Add, patience.Token);
        return all;
    }

    /// <summary>How many objects of an answer were told, and how many of them were alive when the last one was.</summary>
    private static async Task<(int Count, int Alive)> WeighAsync(VSphereSession session)
    {
        var told = new List<WeakReference>();
        var alive = 0;
        await session.ListAsync(session.Content.RootFolder, Names, one =>
        {
            told.Add(new WeakReference(one));
            if (one.Obj.Value != "vm-2000")
                return;
            GC.Collect();
            alive = told.Count(weak => weak.IsAlive);
        }).WaitAsync(Patience);
        return (told.Count, alive);
    }

    private static void Changes(ScriptedVimServer server, string objects, string more = "")
    {
        server.On("CreatePropertyCollector", _ => new Reply("""<returnval type="PropertyCollector">pc-1</returnval>"""));
        server.On("CreateFilter", _ => new Reply("""<returnval type="PropertyFilter">f-1</returnval>"""));
        server.On("DestroyPropertyCollector", _ => new Reply(""));
        server.On("WaitForUpdatesEx", _ => new Reply(
            $"""<returnval><version>1</version><filterSet><filter type="PropertyFilter">f-1</filter>{objects}</filterSet>{more}</returnval>"""));
    }

    private static Reply NotAuthenticated() => ScriptedVimServer.Fault(
        "NotAuthenticated", "The session is not authenticated.", """<object type="Folder">group-d1</object><privilegeId>System.View</privilegeId>""");

    private static void Pages(ScriptedVimServer server, int count, int size)
    {
        server.On("RetrievePropertiesEx", _ => Page(1, count, size));
        server.On("ContinueRetrievePropertiesEx", request => Page(int.Parse(request.Required("token", VimKinds.String), System.Globalization.CultureInfo.InvariantCulture), count, size));
    }

    private static Reply Page(int from, int count, int size)
    {
        var to = Math.Min(from + size - 1, count);
        var objects = string.Concat(Enumerable.Range(from, to - from + 1).Select(n =>
            $"""<objects><obj type="VirtualMachine">vm-{n}</obj><propSet><name>name</name><val xsi:type="xsd:string">m{n}</val></propSet></objects>"""));
        return new Reply($"<returnval>{(to < count ? $"<token>{to + 1}</token>" : "")}{objects}</returnval>");
    }

    private static string TaskInfo(string state, string more) => $"""
        <val xsi:type="TaskInfo"><key>task-7</key><task type="Task">task-7</task><name>ReconfigVM_Task</name><descriptionId>x</descriptionId><entityName>a</entityName>
        <state>{state}</state><cancelled>false</cancelled><cancelable>false</cancelable>{more}<reason xsi:type="TaskReasonUser"><userName>alice</userName></reason>
        <queueTime>2024-01-02T03:04:05Z</queueTime><eventChainId>1</eventChainId></val>
        """;

    // Each wait is answered by the next state; null is the end of the session.
    private static List<string> Tasks(ScriptedVimServer server, params string?[] states)
    {
        var versions = new List<string>();
        server.On("ReconfigVM_Task", _ => new Reply("""<returnval type="Task">task-7</returnval>"""));
        server.On("CreatePropertyCollector", _ => new Reply("""<returnval type="PropertyCollector">pc-1</returnval>"""));
        server.On("CreateFilter", _ => new Reply("""<returnval type="PropertyFilter">f-1</returnval>"""));
        server.On("DestroyPropertyCollector", _ => new Reply(""));
        server.On("WaitForUpdatesEx", request =>
        {
            versions.Add(request.Required("version", VimKinds.String));
            if (states[versions.Count - 1] is { } state)
            {
                return new Reply($"""
                    <returnval><version>{versions.Count}</version><filterSet><filter type="PropertyFilter">f-1</filter><objectSet><kind>modify</kind><obj type="Task">task-7</obj>
                    <changeSet><name>info</name><op>assign</op>{state}</changeSet></objectSet></filterSet></returnval>
                    """);
            }

            server.Expire();
            return NotAuthenticated();
        });
        return versions;
    }

    private sealed class Told(List<int> told) : IProgress<int>
    {
        public void Report(int value) => told.Add(value);
    }
}
