using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Portside.Tests.Api;

namespace Portside.Tests.Commands;

/// <summary>What goes wrong is said with its object and the next command, and has an exit code.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_the_next_thing_to_try()
    {
        var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "ls"));

        Assert.Equal(
            "portside: cannot reach the server at http://127.0.0.1:1: nothing listens there\n"
            + "  next: portside serve here; or name the concentrator with --server URL, PORTSIDE_SERVER or a context,\n"
            + "        through a tunnel where it listens on its own loopback: ssh -N -L 13371:127.0.0.1:13371 HOST\n",
            run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData(404, """{"detail":"no port matches 'web9'","next":"portside ls"}""", 3, "portside: no port matches 'web9'\n  next: portside ls\n")]
    [InlineData(409, """{"detail":"'web' means several ports","candidates":["web01","web02"]}""", 3, "portside: 'web' means several ports\n  it may mean web01, web02\n")]
    [InlineData(409, """{"detail":"web01 is held by alice since 12:00","holder":"alice"}""", 4, "portside: web01 is held by alice since 12:00\n")]
    [InlineData(403, """{"title":"Forbidden"}""", 4, "portside: Forbidden\n")]
    [InlineData(400, """{"detail":"bad"}""", 2, "portside: bad\n")]
    [InlineData(504, """{"detail":"too late"}""", 5, "portside: too late\n")]
    [InlineData(500, """{"detail":"\u001b[2Jboo"}""", 1, "portside: \\x1b[2Jboo\n")]
    public async Task A_problem_becomes_words_and_an_exit_code(int status, string problem, int exitCode, string words)
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.MapGet("/v1/ports/{selector}", (string selector) => ScriptedServer.Problem(status, problem)));
        var run = new CommandRun();

        Assert.Equal(exitCode, await run.RunAsync(server.Address, "show", "web"));
        Assert.Equal(words, run.Error);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_after_ten_seconds()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/v1/ports", async (HttpContext context) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }));
        var clock = new FakeTimeProvider();
        var run = new CommandRun { Clock = clock };

        var exitCode = run.RunAsync(server.Address, "ls");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(120));
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(exitCode.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(5, await exitCode);
        Assert.Contains("did not answer within 10 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_something_else_is_asked_whether_it_is_Portside()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/ports", () => Results.Text("<html>"));
            app.MapGet("/v1/server", () => Results.Text("nope", statusCode: 502));
        });
        var html = new CommandRun();
        var gateway = new CommandRun();

        Assert.Equal(1, await html.RunAsync(server.Address, "ls"));
        Assert.Equal(1, await gateway.RunAsync(server.Address, "cert", "show"));

        Assert.Contains("answered something else than Portside's API does", html.Error, StringComparison.Ordinal);
        Assert.Contains("answered 502 BadGateway about the server; is it Portside?", gateway.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://x", "PORTSIDE_SERVER: 'ftp://x' has the scheme ftp; the API speaks http or https")]
    [InlineData("http://", "PORTSIDE_SERVER: 'http://' is not the address of a server")]
    [InlineData("http://user@host/", "PORTSIDE_SERVER: 'http://user@host/' carries more than a server's address")]
    public async Task An_address_that_makes_no_sense_is_a_usage_error(string address, string words)
    {
        var run = new CommandRun();
        run.Environment["PORTSIDE_SERVER"] = address;

        Assert.Equal(2, await run.RunAsync(null, "ls"));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "lss" }, "portside: 'lss' is not known here; did you mean ls?\n  next: portside --help\n")]
    [InlineData(new[] { "port", "rm", "web", "--dryrun" }, "portside: '--dryrun' is not known here; did you mean --dry-run?\n  next: portside port rm --help\n")]
    [InlineData(new[] { "port", "set", "web", "--start-connected", "maybe" }, "portside: Required argument missing for option: '--start-connected'\n  next: portside port set --help\n")]
    [InlineData(new[] { "config", "chekc" }, "portside: 'chekc' is not known here; did you mean check?\n  next: portside config --help\n")]
    [InlineData(new[] { "ls", "--formt", "json" }, "portside: '--formt' is not known here\nportside: 'json' is not known here\n  next: portside ls --help\n")]
    [InlineData(new[] { "ls", "-o", "xml" }, "portside: --format: 'xml' is not one of table, json, yaml; did you mean yaml?\n  next: portside ls --help\n")]
    [InlineData(new[] { "attach", "x", "--mode", "readonly" }, "portside: --mode: 'readonly' is not one of read-write, read-only, exclusive, exclusive-write, read-only-fallback; did you mean read-only?\n  next: portside attach --help\n")]
    public async Task A_command_line_that_makes_no_sense_is_a_usage_error(string[] arguments, string words)
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, arguments));
        Assert.Equal(words, run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData(new[] { "logs", "x", "-o", "json" }, "portside: -o has no meaning here: what logs writes has one form\n  next: portside logs --help\n")]
    [InlineData(new[] { "completion", "foo" }, "portside: there is no script for 'foo'; there is one for bash, zsh and fish\n  next: portside completion --help\n")]
    public async Task What_has_no_meaning_is_refused_in_words(string[] arguments, string words)
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, arguments));
        Assert.Equal(words, run.Error);
    }

    [Fact]
    public async Task Without_a_word_the_help_is_shown()
    {
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(null));
        Assert.Contains("\nUsage:\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/?", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task A_selector_of_dots_does_not_climb_up_the_path(string selector)
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/{**all}", () => Results.Text("{}")));
        var run = new CommandRun();

        Assert.Equal(3, await run.RunAsync(server.Address, "show", selector, "-o", "json"));
    }

    [Theory]
    [InlineData("a b?c#d")]
    [InlineData("é")]
    [InlineData("%41")]
    public async Task A_selector_with_any_characters_arrives_as_it_was_typed(string selector)
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/v1/ports/{typed}", (string typed) =>
        {
            seen = typed;
            return Samples.Web;
        }));

        Assert.Equal(0, await new CommandRun().RunAsync(server.Address, "show", selector, "-o", "json"));
        Assert.Equal(selector, seen);
    }
}
