using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Portside.Tests.Api;
using Portside.VSphere.Client;
using Json = Microsoft.AspNetCore.Http.Results;

namespace Portside.Tests.SerialPorts;

/// <summary>How a vCenter is asked for its tags, over real sockets.</summary>
public sealed class TagClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_list_of_tags_is_read_once_for_all_names()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await ScriptedServer.StartAsync(application =>
        {
            MapSession(application);
            application.Use((context, next) =>
            {
                asked.Enqueue(context.Request.Path);
                return next(context);
            });
            application.MapGet("/api/cis/tagging/tag", () => Text("[" + string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"t{i}\"")) + "]"));
            application.MapGet("/api/cis/tagging/tag/{id}", (string id) => Text($$"""{"name":"name-{{id}}","category_id":"c"}"""));
            application.MapGet("/api/cis/tagging/category/c", () => Text("""{"name":"stage"}"""));
            application.MapPost("/api/cis/tagging/tag-association/{id}", (string id) => Text($$"""[{"type":"VirtualMachine","id":"vm-{{id}}"},{"type":"Folder","id":"f"}]"""));
        });
        await using (var tags = await TagClient.ConnectAsync(Options(server), null, default).WaitAsync(Limit))
        {
            Assert.Equal(["vm-t7"], await tags.MachinesAsync("name-t7", default).WaitAsync(Limit));
            Assert.Equal(["vm-t29"], await tags.MachinesAsync("stage/name-t29", default).WaitAsync(Limit));
            Assert.Equal(["vm-t3"], await tags.MachinesAsync("stage/name-t3", default).WaitAsync(Limit));
            Assert.Null(await tags.MachinesAsync("other/name-t3", default).WaitAsync(Limit));
        }

        Assert.Single(asked, path => path == "/api/cis/tagging/tag");
        Assert.Equal(30, asked.Count(path => path.StartsWith("/api/cis/tagging/tag/", StringComparison.Ordinal)));
        Assert.Single(asked, path => path == "/api/cis/tagging/category/c");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_by_the_clock_that_was_given()
    {
        var clock = new FakeTimeProvider();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(application =>
        {
            MapSession(application);
            application.MapGet("/api/cis/tagging/tag", async (HttpContext context) =>
            {
                isAsked.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            });
        });
        await using var tags = await TagClient.ConnectAsync(Options(server), clock, default).WaitAsync(Limit);
        var asking = tags.MachinesAsync("prod", default);
        await isAsked.Task.WaitAsync(Limit);
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await Assert.ThrowsAsync<VSphereTransportException>(() => asking.WaitAsync(Limit))).IsTimeout);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once()
    {
        var tries = 0;
        await using var server = await ScriptedServer.StartAsync(application => application.MapPost("/{**path}", () =>
        {
            Interlocked.Increment(ref tries);
            return Json.Unauthorized();
        }));
        var refused = await Assert.ThrowsAsync<VSphereLoginException>(() => TagClient.ConnectAsync(Options(server), null, default).WaitAsync(Limit));
        Assert.Equal($"{server.Address.Authority} refuses the user alice or the password; it was tried once only, as accounts lock", refused.Message);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, tries);
    }

    [Theory]
    [InlineData("<html>hello</html>", "answers /api/session with something else than expected")]
    [InlineData("{}", "answers api/session with something else than a session")]
    [InlineData("\"\"", "answers api/session with something else than a session")]
    [InlineData("\"a\\nb\"", "answers api/session with something else than a session")]
    public async Task A_session_that_is_none_is_called_so(string answer, string words)
    {
        await using var server = await ScriptedServer.StartAsync(application => application.MapPost("/api/session", () => Text(answer)));
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => TagClient.ConnectAsync(Options(server), null, default).WaitAsync(Limit));
        Assert.Equal($"{server.Address.Authority} {words}", failure.Message);
    }

    [Theory]
    [InlineData("<html>hello</html>", "answers /api/cis/tagging/tag with something else than expected")]
    [InlineData("{}", "tells its tags otherwise than expected")]
    [InlineData("[1]", "tells its tags otherwise than expected")]
    public async Task An_answer_that_is_no_list_of_tags_is_called_so(string answer, string words)
    {
        await using var server = await ScriptedServer.StartAsync(application =>
        {
            MapSession(application);
            application.MapGet("/api/cis/tagging/tag", () => Text(answer));
        });
        await using var tags = await TagClient.ConnectAsync(Options(server), null, default).WaitAsync(Limit);
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => tags.MachinesAsync("prod", default).WaitAsync(Limit));
        Assert.Equal($"{server.Address.Authority} {words}", failure.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_too_large_is_given_up(bool isAnnounced)
    {
        await using var server = await ScriptedServer.StartAsync(application =>
        {
            MapSession(application);
            application.MapGet("/api/cis/tagging/tag", (HttpContext context) => Endless.AnswerAsync(context, isAnnounced));
        });
        await using var tags = await TagClient.ConnectAsync(Options(server), new FakeTimeProvider(), default).WaitAsync(Limit);
        var failure = await Assert.ThrowsAsync<VSphereTransportException>(() => tags.MachinesAsync("prod", default).WaitAsync(Limit));
        Assert.Equal($"{server.Address.Authority} answers /api/cis/tagging/tag with more than 64 MiB", failure.Message);
    }

    [Fact]
    public async Task Rights_that_are_missing_are_told()
    {
        await using var server = await ScriptedServer.StartAsync(application =>
        {
            MapSession(application);
            application.MapGet("/api/cis/tagging/tag", () => Json.StatusCode(403));
        });
        await using var tags = await TagClient.ConnectAsync(Options(server), null, default).WaitAsync(Limit);
        Assert.Equal("give the account the right to read tags", (await Assert.ThrowsAsync<VSphereTransportException>(() => tags.MachinesAsync("prod", default).WaitAsync(Limit))).Next);
    }

    private static void MapSession(WebApplication application)
    {
        application.MapPost("/api/session", () => Text("\"key\""));
        application.MapDelete("/api/session", () => Json.NoContent());
    }

    private static IResult Text(string json) => Json.Text(json, "application/json");

    private static VSphereOptions Options(ScriptedServer server) => new() { Url = new(server.Address, "sdk"), UserName = "alice", Password = "secret" };
}
