using System.Collections.Concurrent;
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
    public async Task An_answer_that_does_not_end_is_given_up_after_a_minute()
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/v1/ports", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("[", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }));
        var clock = new WatchedClock();
        var run = new CommandRun { Clock = clock };

        var exitCode = run.RunAsync(server.Address, "ls");
        await clock.TimerOf(TimeSpan.FromSeconds(60)).WaitAsync(TimeSpan.FromSeconds(120));
        clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(5, await exitCode);
        Assert.Contains("did not end its answer about the ports within 60 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_nothing_is_no_answer_of_Portside()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/ports", () => Results.Text("[null]", "application/json"));
            app.MapGet("/v1/quarantined", () => Results.Text("""[{"id":"q1","users":[null]}]""", "application/json"));
        });
        foreach (var arguments in new string[][] { ["ls"], ["quarantine", "ls"] })
        {
            var run = new CommandRun();
            Assert.Equal(1, await run.RunAsync(server.Address, arguments));
            Assert.Contains("answered something else than Portside's API does", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"detail":"no\n  next: rm -rf ~\nportside: all is well","next":"portside ls"}""", "portside: no\n  - next: rm -rf ~\n  - portside: all is well\n  next: portside ls\n")]
    [InlineData("""{"detail":"no","next":"rm -rf ~"}""", "portside: no\n")]
    [InlineData("""{"detail":"no","next":"portside ls; rm -rf ~"}""", "portside: no\n")]
    [InlineData("""{"detail":"no","next":"portside ls\n  next: rm -rf ~"}""", "portside: no\n")]
    [InlineData("""{"title":"a\r\nb\u2028c"}""", "portside: a\\x0d\\x0ab\\u2028c\n")]
    public async Task Nothing_that_a_server_says_looks_like_a_line_of_ours(string problem, string words)
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.MapGet("/v1/ports/{selector}", (string selector) => ScriptedServer.Problem(500, problem)));
        var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(server.Address, "show", "web"));
        Assert.Equal(words, run.Error);
    }

    [Fact]
    public async Task What_a_server_says_is_cut()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.MapGet("/v1/ports/{selector}", (string selector) => ScriptedServer.Problem(500, $$"""{"detail":"{{new string('x', 60_000)}}"}""")));
        var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(server.Address, "show", "web"));
        Assert.Equal($"portside: {new string('x', 300)}…\n", run.Error);
    }

    [Fact]
    public async Task What_nobody_thought_of_is_one_line_and_its_place_is_told_who_asks()
    {
        foreach (var isTraced in new[] { false, true })
        {
            using var run = new CommandRun { Clock = new BrokenClock() };
            if (isTraced)
                run.Environment["PORTSIDE_TRACE"] = "1";
            Assert.Equal(1, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "ls"));
            Assert.EndsWith(
                "portside: a mistake of this program: NotSupportedException: no\\x0aclock\n"
                + "  next: the same command with PORTSIDE_TRACE=1 says where it happened; please report that\n",
                run.Error,
                StringComparison.Ordinal);
            Assert.Equal(isTraced, run.Error.Contains("   at ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true, "ls")]
    [InlineData(false, "ls")]
    [InlineData(false, "cert", "show")]
    public async Task An_answer_that_is_too_large_is_given_up_with_a_sentence(bool isAnnounced, params string[] arguments)
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/{**path}", (HttpContext context) => Endless.AnswerAsync(context, isAnnounced)));
        using var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(server.Address, arguments));
        Assert.StartsWith(
            $"portside: {server.Address.ToString().TrimEnd('/')} answered with more than 64 MiB about the {(arguments[0] == "ls" ? "ports" : "server")}; is the address right?\n  next: ",
            run.Error,
            StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task A_refusal_that_is_too_large_is_told_by_its_status()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.MapGet("/v1/ports/{selector}", (string selector) => ScriptedServer.Problem(500, $$"""{"detail":"{{new string('x', 70_000)}}"}""")));
        using var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(server.Address, "show", "web"));
        Assert.Contains("answered 500 InternalServerError about web; is it Portside?", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", run.Error, StringComparison.Ordinal);
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
    [InlineData("http://user:pa/ss@host/", "PORTSIDE_SERVER: the address of a server holds no user and no password")]
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

    private sealed class BrokenClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("no\nclock");
    }

    /// <summary>A clock that says when somebody waits by it.</summary>
    private sealed class WatchedClock : FakeTimeProvider
    {
        private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _timers = new();

        public Task TimerOf(TimeSpan time) => Of(time).Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Of(dueTime).TrySetResult();
            return timer;
        }

        private TaskCompletionSource Of(TimeSpan time) => _timers.GetOrAdd(time, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
