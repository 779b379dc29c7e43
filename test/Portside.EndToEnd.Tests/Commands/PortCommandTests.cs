using System.Text;
using System.Text.Json;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Machines;

namespace Portside.EndToEnd.Tests.Commands;

/// <summary>The verbs that ask about ports, against a server with two machines.</summary>
public sealed class PortCommandTests(RunningPortside running) : IClassFixture<RunningPortside>, IAsyncLifetime
{
    private static int _number;

    private readonly ScriptedGuest _guest = new();
    private readonly string _name = $"Web Server {Interlocked.Increment(ref _number)}";
    private VirtualMachine _machine = null!;

    private PortsideProcess Server => running.Server;

    public async ValueTask InitializeAsync() => _machine = await Machine.StartAsync(Server, _name, _guest);

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task Ls_shows_name_id_state_source_and_console_for_people_and_for_programs()
    {
        await _guest.SayAsync("hello");
        var port = await Server.WaitForPortAsync(Uri.EscapeDataString(_name), p => p.GetProperty("bytesFromMachine").GetInt64() == 5);
        var listed = (await Server.RunAsync("ls", "-o", "json")).Json.EnumerateArray().Single(p => p.GetProperty("name").GetString() == _name);
        foreach (var property in (string[])["id", "uuid", "label", "name", "state", "telnetPort", "source", "users", "lastByteAt", "notes"])
            Assert.Equal(port.GetProperty(property).ToString(), listed.GetProperty(property).ToString());
        Assert.Equal(32, listed.GetProperty("id").GetString()!.Length);

        var table = (await Server.RunAsync("ls")).Succeeded().Output;
        Assert.All(
            ["NAME", "STATE", "USERS", _name, port.GetProperty("uuid").GetString()!, "connected", port.GetProperty("telnetAddress").GetString()!],
            word => Assert.Contains(word, table, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', table);

        var yaml = (await Server.RunAsync("ls", "-o", "yaml")).Succeeded().Output;
        Assert.Contains($"name: {_name}", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_is_found_by_name_without_case_by_uuid_in_any_spelling_and_by_a_unique_beginning()
    {
        var uuid = (await Server.GetAsync($"/v1/ports/{Uri.EscapeDataString(_name)}")).GetProperty("uuid").GetString()!;
        foreach (var selector in (string[])[_name, _name.ToUpperInvariant(), uuid, uuid.ToUpperInvariant(), uuid.Replace("-", "", StringComparison.Ordinal), uuid[..12]])
        {
            var shown = (await Server.RunAsync("show", selector, "-o", "json")).Json;
            Assert.Equal(uuid, shown.GetProperty("uuid").GetString());
        }

        var table = (await Server.RunAsync("show", _name)).Succeeded().Output;
        Assert.Contains($"telnet 127.0.0.1 ", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_nobody_knows_and_a_selector_that_fits_several_are_not_found_and_the_next_step_is_named()
    {
        foreach (var verb in (string[])["show", "attach", "logs", "break"])
        {
            var unknown = (await Server.RunAsync(verb, "nobody")).ExitedWith(3);
            Assert.Contains("\"nobody\"", unknown.Error, StringComparison.Ordinal);
            Assert.Contains("next: portside ls", unknown.Error, StringComparison.Ordinal);
            Assert.Empty(unknown.Output);
        }

        // Two machines of one name: which one is for the asker to say.
        await using var twin = await Machine.StartAsync(Server, _name, new ScriptedGuest());
        var ambiguous = (await Server.RunAsync("show", _name)).ExitedWith(3);
        Assert.Matches($@"fits 2 ports:\n  - {_name}, [0-9a-f-]{{36}}, connected from 127\.0\.0\.1:\d+\n  - {_name}, [0-9a-f-]{{36}}, connected from", ambiguous.Error);
    }

    [Fact]
    public async Task Logs_writes_what_was_said_byte_by_byte_and_follows_until_interrupted()
    {
        byte[] said = [.. "one\r\ntwo\n"u8, 0x00, 0x11, 0xFF, 0x1B];
        await _guest.SayAsync(said);
        await Server.WaitForPortAsync(Uri.EscapeDataString(_name), p => p.GetProperty("bytesFromMachine").GetInt64() == said.Length);
        Assert.Equal(said, (await Server.RunAsync("logs", _name)).Succeeded().OutputBytes);
        Assert.Equal(said[^4..], (await Server.RunAsync("logs", _name, "--tail", "4B")).Succeeded().OutputBytes);
        Assert.Equal(said, (await Server.RunAsync("logs", _name, "--since", "1h")).Succeeded().OutputBytes);
        Assert.Empty((await Server.RunAsync("logs", _name, "--since", "2100-01-01")).Succeeded().OutputBytes);

        await using var follow = Server.Begin("logs", _name, "-f", "--since", "1h");
        Assert.Equal(said, await follow.Output.ReadAsync(said.Length));
        await _guest.SayAsync("three");
        await follow.Output.ExpectAsync("three");
        follow.Signal(Signals.Interrupt);
        Assert.Equal(0, await follow.WaitForExitAsync());
    }

    [Fact]
    public async Task Break_reaches_the_machine_and_without_one_is_refused()
    {
        (await Server.RunAsync("break", _name)).Succeeded();
        await Patience.PollAsync(() => _machine.Ports[0].Snapshot.Breaks == 1, () => "the break");
        await _machine.PowerOffAsync();
        await Server.WaitForPortAsync(Uri.EscapeDataString(_name), p => p.GetProperty("state").GetString() == "disconnected");
        var refused = (await Server.RunAsync("break", _name)).ExitedWith(4);
        Assert.Contains("is disconnected", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_shows_the_ports_again_and_again()
    {
        var watched = (await Server.RunAsync("watch", "--count", "3", "--interval", "100ms", "-o", "json")).Succeeded();
        var lines = watched.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line =>
        {
            using var ports = JsonDocument.Parse(line);
            Assert.Contains(ports.RootElement.EnumerateArray(), p => p.GetProperty("name").GetString() == _name);
        });

        await using var endless = Server.Begin("watch", "--interval", "100ms");
        await endless.Output.WaitForAsync(_name);
        await endless.Output.WaitForAsync(_name);
        endless.Signal(Signals.Interrupt);
        Assert.Equal(0, await endless.WaitForExitAsync());
    }

    [Fact]
    public async Task Completion_in_bash_knows_verbs_and_names_of_machines()
    {
        await using var nameable = await Machine.StartAsync(Server, "zebra-7", new ScriptedGuest());
        const string Script = """
            set -e
            source <(portside completion bash)
            complete -p portside
            ask() {
                COMP_LINE="$1" COMP_POINT=${#1}
                read -ra COMP_WORDS <<<"$1"
                [[ $1 == *' ' ]] && COMP_WORDS+=("")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                # A shell that waits is worse than one that completes nothing, so a slow answer is none.
                for try in {1..20}; do
                    _portside || true
                    [[ -z ${COMPREPLY[*]} ]] || break
                done
                echo "$1 => ${COMPREPLY[*]}"
            }
            ask 'portside at'
            ask 'portside show zeb'
            ask 'portside ls -o j'
            """;
        var bash = await ChildProcess.RunAsync(
            Tool.Path("bash", "bash"), ["-c", Script], environment: new Dictionary<string, string?> { ["PORTSIDE_SERVER"] = Server.Http.ToString() });
        Assert.Contains("portside at => attach", bash.Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("portside show zeb => zebra-7", bash.Output, StringComparison.Ordinal);
        Assert.Contains("portside ls -o j => json", bash.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_would_act_on_a_terminal_is_shown_harmless()
    {
        const string Name = "evil\u001b]0;owned\u0007\u001b[2J\r\nname";
        await using var machine = await Machine.StartAsync(Server, Name, new ScriptedGuest());
        var id = machine.Ports[0].Options.VcUuid.ToString()!;
        foreach (var output in new[] { await Server.RunAsync("ls"), await Server.RunAsync("show", id), await Server.RunAsync("ls", "-o", "yaml") })
        {
            Assert.Contains("evil", output.Succeeded().Output, StringComparison.Ordinal);
            Assert.DoesNotContain(output.Output, c => c is '\u001b' or '\u0007' or '\r');
        }

        Assert.Contains("evil", Encoding.UTF8.GetString(Server.Events.Bytes), StringComparison.Ordinal);
        Assert.DoesNotContain((byte)0x1B, Server.Events.Bytes);
    }
}
