using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Portside.Api.Contracts;
using Portside.Tests.Api;

namespace Portside.Tests.Commands;

/// <summary><c>cable add</c>, <c>ls</c> and <c>rm</c>, and the remote systems that <c>ls</c> and <c>show</c> tell of.</summary>
public sealed class CableCommandTests
{
    private static CableDescription Lab { get; } = new()
    {
        Name = "lab",
        A = Samples.Web.Id,
        AName = "web01",
        B = "tcp://192.0.2.7:4001",
        By = "operator",
        Joined = true,
        DelayMilliseconds = 50,
        Loss = 0.01,
        Baud = 9600,
        BytesToB = 12_345,
        BytesToA = 17,
        Missed = 3,
    };

    [Fact]
    public async Task Add_posts_what_was_asked_for_and_says_what_is_joined()
    {
        CableRequest? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapPost("/v1/cables", async (HttpContext context) =>
        {
            seen = await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.CableRequest);
            return Results.Json(Lab with { Detail = "web01 has not been seen yet" }, ApiJson.Default.CableDescription, statusCode: 201);
        }));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(
            server.Address, "cable", "add", "lab", "web01", "tcp://192.0.2.7:4001", "--delay", "50ms", "--loss", "1%", "--baud", "9600"));

        Assert.Equal(
            new CableRequest { Name = "lab", A = "web01", B = "tcp://192.0.2.7:4001", DelayMilliseconds = 50, Loss = 0.01, Baud = 9600 }, seen);
        Assert.Equal("lab joins web01 and tcp://192.0.2.7:4001; now: web01 has not been seen yet\n", run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData(404, 3)]
    [InlineData(409, 4)]
    [InlineData(400, 2)]
    public async Task Add_that_is_refused_says_why_and_what_to_try(int status, int code)
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapPost("/v1/cables", () =>
            ScriptedServer.Problem(status, """{"detail":"it cannot be","next":"portside ls"}""")));
        var run = new CommandRun();

        Assert.Equal(code, await run.RunAsync(server.Address, "cable", "add", "lab", "web01", "web02"));
        Assert.Equal("portside: it cannot be\n  next: portside ls\n", run.Error);
    }

    [Theory]
    [InlineData("--delay", "11s", "--delay: '11s' is out of range; expected 0s to 10s")]
    [InlineData("--loss", "2", "--loss: '2' is not a share from 0 to 1 such as 0.01, or 1%")]
    [InlineData("--baud", "fast", "--baud: 'fast' is not a whole number from 1 to 100000000")]
    public async Task What_makes_no_sense_is_refused_before_anybody_is_asked(string option, string value, string words)
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, "cable", "add", "lab", "a", "b", option, value));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ls_shows_both_ends_and_what_passed()
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet(
            "/v1/cables",
            () => (IReadOnlyList<CableDescription>)[Lab, new() { Name = "cross", A = "0a", By = "machines", Detail = "waits for its other end" }]));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "cable", "ls"));

        Assert.Equal(
            """
            CABLE  A      B                     STATE                    A TO B  B TO A  MISSED  MADE WORSE
            lab    web01  tcp://192.0.2.7:4001  joined                   12 KiB  17 B    3 B     delay 50ms, loss 0.01, 9600 baud
            cross  0a     -                     waits for its other end  0 B     0 B     -       -

            """,
            run.Out);

        var json = new CommandRun();
        Assert.Equal(0, await json.RunAsync(server.Address, "cable", "ls", "-o", "json"));
        Assert.Equal(Lab, JsonSerializer.Deserialize(json.Out, ApiJson.Default.IReadOnlyListCableDescription)![0]);
    }

    [Fact]
    public async Task Rm_pulls_every_cable_named_and_completes_their_names()
    {
        var pulled = new List<string>();
        await using var server = await ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/cables", () => (IReadOnlyList<CableDescription>)[Lab]);
            app.MapDelete("/v1/cables/{name}", (string name) =>
            {
                pulled.Add(name);
                return name == "lab" ? Results.NoContent() : ScriptedServer.Problem(404, """{"detail":"No cable is called \"x\"."}""");
            });
        });
        var run = new CommandRun();

        Assert.Equal(3, await run.RunAsync(server.Address, "cable", "rm", "lab", "x"));

        Assert.Equal(["lab", "x"], pulled);
        Assert.Equal("lab is pulled out\nportside: No cable is called \"x\".\n  next: portside cable ls\n", run.Error);
        var completion = new CommandRun();
        await completion.RunAsync(server.Address, "[suggest:19]", "portside cable rm l");
        Assert.StartsWith("lab\n", completion.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ls_and_show_tell_how_it_stands_with_remote_systems()
    {
        var port = Samples.Web with
        {
            Clients = 0,
            Remotes =
            [
                new()
                {
                    Uri = "tcp://192.0.2.7:4001", State = "waiting", Detail = "tcp://192.0.2.7:4001 cannot be reached: Connection refused",
                    Since = Samples.Noon.AddSeconds(-5),
                },
                new() { Uri = "telnet://:7001", State = "idle", Since = Samples.Noon },
            ],
        };
        await using var server = await ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/ports", () => (IReadOnlyList<PortDescription>)[port]);
            app.MapGet("/v1/ports/{selector}", (string selector) => port);
            app.MapGet("/v1/rejected", () => (IReadOnlyList<RejectedDescription>)[]);
        });
        var ls = new CommandRun();
        Assert.Equal(0, await ls.RunAsync(server.Address, "ls"));
        Assert.EndsWith(
            """

            remote systems:
            NAME   REMOTE SYSTEM         STATE    SINCE  ADDRESS  WHY
            web01  tcp://192.0.2.7:4001  waiting  5s     -        tcp://192.0.2.7:4001 cannot be reached: Connection refused

            """,
            ls.Out,
            StringComparison.Ordinal);

        var show = new CommandRun();
        Assert.Equal(0, await show.RunAsync(server.Address, "show", "web01"));
        Assert.Contains(
            "remote system  tcp://192.0.2.7:4001, waiting 5s ago: tcp://192.0.2.7:4001 cannot be reached: Connection refused\n", show.Out, StringComparison.Ordinal);
    }
}
