using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Portside.Tests.Api;
using Portside.Tests.Attach;

namespace Portside.Tests.Commands;

/// <summary><c>attach</c> for a person at a terminal and for a program behind a pipe.</summary>
public sealed class AttachCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_program_gets_the_machines_bytes_alone_and_leaves_when_its_input_and_the_answer_have_ended()
    {
        await using var server = await AttachScript.StartAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket, """[{"name":"alice","mode":"read-only","since":"2026-01-31T11:55:00Z"}]""");
            await AttachScript.SendAsync(socket, "\0\u00ff~.\u001d\r\n");
        });
        var run = new CommandRun { Input = Typed("ls\n~.\u001dq"), Clock = TimeProvider.System };

        Assert.Equal(0, await run.RunAsync(server.Address, "attach", "web01", "--wait", "200ms"));

        Assert.Equal("?mode=read-write&steal=false&plain=false&replay=0&name=tester", server.Query());
        Assert.Equal("ls\n~.\u001dq", await server.NextAsync());
        Assert.Equal("close", await server.NextAsync());
        Assert.Equal("\0\u00ff~.\u001d\r\n", run.Bytes);
        Assert.StartsWith("[web01 is connected from 10.0.0.7:41234; you are read-write]\n[also here: alice, read-only, ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("leave:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_program_hears_nothing_but_the_machine()
    {
        await using var server = await AttachScript.StartAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket);
            await AttachScript.SayAsync(socket, """{"type":"notice","text":"hush"}""");
            await AttachScript.SendAsync(socket, "login: ");
        });
        var run = new CommandRun { Input = Typed("x"), Clock = TimeProvider.System };

        Assert.Equal(0, await run.RunAsync(server.Address, "attach", "web01", "--plain", "--wait", "200ms"));

        Assert.Contains("replay=0", server.Query(), StringComparison.Ordinal);
        Assert.Equal("login: ", run.Bytes);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData()]
    [InlineData("--plain")]
    public async Task Piped_bytes_that_went_nowhere_are_a_failure_that_says_how_many(params string[] options)
    {
        await using var server = await AttachScript.StartAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket);
            await AttachScript.SayAsync(socket, """{"type":"discarded","bytes":2,"reason":"web01 is disconnected"}""");
            await AttachScript.SayAsync(socket, """{"type":"discarded","bytes":3}""");
        });
        var run = new CommandRun { Input = Typed("ls -l"), Clock = TimeProvider.System };

        Assert.Equal(1, await run.RunAsync(server.Address, ["attach", "web01", "--wait", "200ms", .. options]));

        Assert.EndsWith("portside: web01 is disconnected; 5 B were not delivered\n  next: portside show web01\n", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Bytes);
    }

    [Fact]
    public async Task What_was_said_before_comes_first_and_the_banner_where_it_ends()
    {
        await using var person = await Person.AttachAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket, replayBytes: 7);
            await AttachScript.SendAsync(socket, "boo");
            await AttachScript.SendAsync(socket, "t\r\n$ ls\r\n");
        });
        await person.SeesAsync("boot\r\n$\r\n[----- above: the last 7 B it said -----]\r\n[web01 is connected from 10.0.0.7:41234; you are read-write]\r\n");
        await person.SeesAsync("menu: ^] ?]\r\n ls\r\n");
    }

    [Fact]
    public async Task A_person_whose_keys_are_dropped_is_told_so()
    {
        await using var person = await Person.AttachAsync(async socket =>
        {
            await AttachScript.SayAsync(socket, """{"type":"discarded","bytes":1,"reason":"web01 is disconnected"}""");
            await AttachScript.SayAsync(socket, """{"type":"discarded","bytes":3}""");
            await AttachScript.SendAsync(socket, "x");
        });
        await person.SeesAsync("[web01 is disconnected: what you type is dropped]\r\nx");
    }

    [Theory]
    [InlineData(404, """{"detail":"no port matches 'web9'"}""", 3, "portside: no port matches 'web9'\n  next: portside ls\n")]
    [InlineData(409, """{"detail":"web01 is held by alice, exclusive since 11:55","holder":"alice","next":"portside attach web01 --steal"}""", 4,
        "portside: web01 is held by alice, exclusive since 11:55\n  next: portside attach web01 --steal\n")]
    [InlineData(409, """{"detail":"it fits 2 ports","candidates":["a","b"]}""", 3, "portside: it fits 2 ports\n  it may mean a, b\n")]
    [InlineData(403, "{}", 4, null)]
    public async Task A_refusal_is_said_in_the_servers_words_before_anything_is_touched(int status, string problem, int exitCode, string? words)
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.Map("/v1/ports/{selector}/attach", (string selector) => ScriptedServer.Problem(status, problem)));
        var terminal = new FakeTerminal();
        var run = new CommandRun { IsTerminal = true, Terminal = terminal };

        Assert.Equal(exitCode, await run.RunAsync(server.Address, "attach", "web9"));

        Assert.Equal(0, terminal.TimesRaw);
        if (words is not null)
            Assert.Equal(words, run.Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "attach", "web01"));
        Assert.StartsWith("portside: cannot reach the server at http://127.0.0.1:1: nothing listens there\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_sees_who_is_here_and_how_to_leave_and_gets_the_terminal_back()
    {
        await using var person = await Person.AttachAsync(AsIs);
        await person.SeesAsync("you are read-write]\r\n[leave: ^] q (^] is also Ctrl-5) or Enter ~ .; menu: ^] ?]\r\n");
        Assert.True(person.Terminal.IsRaw);
        Assert.EndsWith("&name=tester&columns=80&rows=24", person.Server.Query(), StringComparison.Ordinal);
        Assert.DoesNotContain("replay", person.Server.Query(), StringComparison.Ordinal);

        await person.TypesAsync("\u001dq");

        Assert.Equal(0, await person.LeavesAsync());
        Assert.Equal("close", await person.Server.NextAsync());
        Assert.False(person.Terminal.IsRaw);
        Assert.EndsWith("[portside> left]\r\n[left web01; it goes on without you]\r\n", person.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r~.")]
    [InlineData("~.")]
    [InlineData("ls\r~.")]
    [InlineData("\u001d.")]
    public async Task A_person_leaves_in_every_way_the_banner_names(string keys)
    {
        await using var person = await Person.AttachAsync(AsIs);
        await person.TypesAsync(keys);

        Assert.Equal(0, await person.LeavesAsync());
    }

    [Fact]
    public async Task Keys_reach_the_machine_as_they_are_typed_and_the_escape_itself_by_typing_it_twice()
    {
        await using var person = await Person.AttachAsync(AsIs);

        await person.TypesAsync("\u0003");
        Assert.Equal("\u0003", await person.Server.NextAsync());
        await person.TypesAsync("\u001d\u001d");
        Assert.Equal("\u001d", await person.Server.NextAsync());
        await person.TypesAsync("\r~~x");
        Assert.Equal("\r", await person.Server.NextAsync());
        Assert.Equal("~", await person.Server.NextAsync());
        Assert.Equal("x", await person.Server.NextAsync());
    }

    [Fact]
    public async Task The_menu_asks_the_server_and_shows_its_keys()
    {
        await using var person = await Person.AttachAsync(AsIs);

        foreach (var (key, frame) in new[]
        {
            ("w", """{"type":"who"}"""),
            ("i", """{"type":"info"}"""),
            ("b", """{"type":"break"}"""),
            ("sh", """{"type":"break","sysrq":"h"}"""),
            ("r", """{"type":"mode","mode":"read-only"}"""),
        })
        {
            await person.TypesAsync("\u001d" + key);
            Assert.Equal(frame, await person.Server.NextAsync());
        }

        await person.TypesAsync("\u001d?");
        await person.SeesAsync("e  send ^] itself (also ^] ^])]\r\n");
        await person.TypesAsync("\u001dc");
        await person.SeesAsync("go on]\r\n");
    }

    [Fact]
    public async Task The_windows_size_is_told_when_it_changes()
    {
        await using var person = await Person.AttachAsync(AsIs);
        await person.SeesAsync("leave:");

        person.Terminal.Resize(132, 43);

        Assert.Equal("""{"type":"resize","columns":132,"rows":43}""", await person.Server.NextAsync());
    }

    [Fact]
    public async Task Notices_stand_on_lines_of_their_own()
    {
        await using var person = await Person.AttachAsync(async socket =>
        {
            await AttachScript.SendAsync(socket, "login: ");
            await AttachScript.SayAsync(socket, """{"type":"notice","text":"bob attached\u001b[2J"}""");
            await AttachScript.SendAsync(socket, "\r\n");
            await AttachScript.SayAsync(socket, """{"type":"silence","text":"press Enter"}""");
            await AttachScript.SayAsync(socket, """{"type":"mode","mode":"read-only","by":"carol"}""");
            await AttachScript.SayAsync(socket, """{"type":"gap","bytes":4096}""");
            await AttachScript.SayAsync(socket, """{"type":"something-new"}""");
        });

        await person.SeesAsync(
            "login: \r\n[bob attached\\x1b[2J]\r\n\r\n[press Enter]\r\n[carol took over; you are read-only now]\r\n[4.0 KiB missed here]\r\n");
    }

    [Fact]
    public async Task A_person_who_only_reads_is_told_once_that_keys_go_nowhere()
    {
        await using var person = await Person.AttachAsync(AsIs, mode: "read-only");
        await person.SeesAsync("you are read-only]");
        await person.TypesAsync("a");
        await person.Server.NextAsync();
        await person.TypesAsync("b");
        await person.Server.NextAsync();
        await person.TypesAsync("\u001dq");

        Assert.Equal(0, await person.LeavesAsync());
        Assert.Equal(2, person.Screen.Split("the machine does not get your keys (^] r to write)").Length);
    }

    [Theory]
    [InlineData("--escape", "^a", "leave: ^A q or Enter ~ .; menu: ^A ?", "\u0001q")]
    [InlineData("--escape", "none", "leave: Enter ~ .]", "\r~.")]
    [InlineData("--no-tilde", null, "leave: ^] q (^] is also Ctrl-5); menu: ^] ?", "\r~.\u001dq")]
    public async Task The_escapes_are_settable(string option, string? value, string banner, string keys)
    {
        await using var person = await Person.AttachAsync(AsIs, options: value is null ? [option] : [option, value]);

        await person.SeesAsync(banner);
        await person.TypesAsync(keys);

        Assert.Equal(0, await person.LeavesAsync());
    }

    [Fact]
    public async Task Who_is_ended_by_the_server_hears_why_and_gets_the_terminal_back()
    {
        await using var person = await Person.AttachAsync(async socket =>
        {
            await AttachScript.SayAsync(socket, """{"type":"end","reason":"carol ended your connection"}""");
            await socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });

        Assert.Equal(1, await person.LeavesAsync());
        Assert.False(person.Terminal.IsRaw);
        Assert.Equal("portside: web01: carol ended your connection\n  next: portside attach web01\n", person.Error);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_said_so()
    {
        var seen = new TaskCompletionSource();
        await using var person = await Person.AttachAsync(async socket =>
        {
            await seen.Task;
            socket.Abort();
        });
        await person.SeesAsync("leave:");
        seen.SetResult();

        Assert.Equal(1, await person.LeavesAsync());
        Assert.False(person.Terminal.IsRaw);
        Assert.StartsWith("portside: lost the connection to 127.0.0.1:", person.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_asked_to_end_restores_the_terminal()
    {
        await using var person = await Person.AttachAsync(AsIs);
        await person.SeesAsync("leave:");

        await person.Ending.CancelAsync();

        Assert.Equal(130, await person.LeavesAsync());
        Assert.False(person.Terminal.IsRaw);
    }

    [Fact]
    public async Task What_the_machine_says_is_appended_to_a_file_byte_by_byte()
    {
        using var directory = new TempDirectory();
        var file = directory.Write("out", "before|");
        await using var server = await AttachScript.StartAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket);
            await AttachScript.SendAsync(socket, "\0\u00ff\r\n");
            await AttachScript.SayAsync(socket, """{"type":"notice","text":"not this"}""");
            await AttachScript.SendAsync(socket, "end");
        });
        var run = new CommandRun { Input = Typed("x"), Clock = TimeProvider.System };

        Assert.Equal(0, await run.RunAsync(server.Address, "attach", "web01", "--output", file, "--wait", "200ms"));
        Assert.Equal("before|\0\u00ff\r\nend", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        Assert.Equal("\0\u00ff\r\nend", run.Bytes);
    }

    [Fact]
    public async Task A_copy_with_a_gap_is_a_failure_because_somebody_counts_on_it()
    {
        using var directory = new TempDirectory();
        await using var server = await AttachScript.StartAsync(async socket =>
        {
            await AttachScript.WelcomeAsync(socket);
            await AttachScript.SayAsync(socket, """{"type":"gap","bytes":10}""");
        });
        var run = new CommandRun { Input = Typed("x"), Clock = TimeProvider.System };

        Assert.Equal(1, await run.RunAsync(server.Address, "attach", "web01", "--output", Path.Combine(directory.Path, "out"), "--wait", "200ms"));
        Assert.Contains("portside: 10 B of web01 were missed", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--escape", "q", "--escape: 'q' is typed all the time")]
    [InlineData("--wait", "long", "--wait: 'long' is not a duration")]
    [InlineData("--output", "/nowhere/out", "/nowhere/out cannot be written: ")]
    public async Task What_makes_no_sense_is_said_before_anything_is_tried(string option, string value, string words)
    {
        var run = new CommandRun();

        Assert.NotEqual(0, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "attach", "web01", option, value));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    private static Task AsIs(System.Net.WebSockets.WebSocket socket) => Task.CompletedTask;

    private static MemoryStream Typed(string text) => new(Encoding.Latin1.GetBytes(text));

    /// <summary>Somebody at a terminal.</summary>
    private sealed class Person : IAsyncDisposable
    {
        private readonly Pipe _keys = new();
        private readonly Pipe _screen = new();
        private readonly StringBuilder _seen = new();
        private CommandRun? _run;
        private Task<int>? _running;

        public FakeTerminal Terminal { get; } = new();

        public CancellationTokenSource Ending { get; } = new();

        public required AttachScript Server { get; init; }

        /// <summary>All that was shown, once the program has ended.</summary>
        public string Screen
        {
            get
            {
                while (_screen.Reader.TryRead(out var result))
                {
                    foreach (var part in result.Buffer)
                        _seen.Append(Encoding.UTF8.GetString(part.Span));
                    _screen.Reader.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                        break;
                }

                return _seen.ToString();
            }
        }

        public string Error => _run!.Error;

        public static async Task<Person> AttachAsync(
            Func<System.Net.WebSockets.WebSocket, Task> script, string mode = "read-write", params string[] options)
        {
            var server = await AttachScript.StartAsync(async socket =>
            {
                await AttachScript.WelcomeAsync(socket, mode: mode);
                await script(socket);
            });
            var person = new Person { Server = server };
            person._run = new CommandRun
            {
                IsTerminal = true,
                Terminal = person.Terminal,
                Input = person._keys.Reader.AsStream(),
                Output = person._screen.Writer.AsStream(),
                Clock = TimeProvider.System,
            };
            person._running = person._run.RunAsync(server.Address, person.Ending.Token, ["attach", "web01", .. options]);
            return person;
        }

        public async Task TypesAsync(string keys)
        {
            await _keys.Writer.WriteAsync(Encoding.Latin1.GetBytes(keys));
        }

        public async Task SeesAsync(string text)
        {
            using var patience = new CancellationTokenSource(Limit);
            while (!_seen.ToString().Contains(text, StringComparison.Ordinal))
            {
                var result = await _screen.Reader.ReadAsync(patience.Token);
                foreach (var part in result.Buffer)
                    _seen.Append(Encoding.UTF8.GetString(part.Span));
                _screen.Reader.AdvanceTo(result.Buffer.End);
            }
        }

        public Task<int> LeavesAsync() => _running!.WaitAsync(Limit);

        public async ValueTask DisposeAsync()
        {
            await Ending.CancelAsync();
            await _running!.WaitAsync(Limit);
            await Server.DisposeAsync();
            Ending.Dispose();
            _run!.Dispose();
        }
    }
}
