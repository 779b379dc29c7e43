using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Portside.Api.Contracts;
using Portside.Tests.Api;
using Portside.Tests.Attach;

namespace Portside.Tests.Commands;

/// <summary><c>ls</c>, <c>show</c>, <c>who</c> and <c>watch</c> as people and programs read them.</summary>
public sealed class ListingCommandsTests
{
    [Fact]
    public async Task Ls_shows_the_ports_by_name_and_below_them_who_was_turned_away()
    {
        await using var server = await StartAsync([Samples.Nameless, Samples.Web], [Samples.Misspelt]);
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "ls"));

        Assert.Equal(
            """
            NAME   ID                                          STATE         SOURCE          USERS      LAST BYTE  CONSOLE
            web01  5029aabb-ccdd-eeff-0011-2233445566aa        connected     10.0.0.7:41234  alice,bob  12s        127.0.0.1:50000
            -      00112233-4455-6677-8899-aabbccddeeff.uart2  disconnected  -               -          never      [::1]:50001

            turned away:
            AGE  SOURCE    TIMES  REASON       WHY / WHAT TO DO
            30s  10.0.0.9  4      service-uri  the service URI is 'vSPC.pi'; use vSPC.py, or add it to vm.serviceNames

            """,
            run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task In_a_narrow_window_the_id_is_shortened_and_the_source_left_out_before_a_name_or_a_console_is()
    {
        var long1 = Samples.Web with { Name = "a-machine-with-a-long-name", Users = [] };
        await using var server = await StartAsync([Samples.Nameless, long1], []);
        var wide = new CommandRun { IsTerminal = true, Terminal = new FakeTerminal { Size = (120, 24) } };
        var narrow = new CommandRun { IsTerminal = true, Terminal = new FakeTerminal { Size = (80, 24) } };
        foreach (var run in new[] { wide, narrow })
        {
            run.Environment["NO_COLOR"] = "1";
            Assert.Equal(0, await run.RunAsync(server.Address, "ls"));
        }

        Assert.Equal(
            """
            NAME                        ID        STATE         SOURCE          USERS  LAST BYTE  CONSOLE
            a-machine-with-a-long-name  5029aabb  connected     10.0.0.7:41234  2      12s        127.0.0.1:50000
            -                           00112233  disconnected  -               -      never      [::1]:50001

            """,
            wide.Out);
        Assert.Equal(
            """
            NAME                        STATE         USERS  LAST BYTE  CONSOLE
            a-machine-with-a-long-name  connected     2      12s        127.0.0.1:50000
            -                           disconnected  -      never      [::1]:50001

            """,
            narrow.Out);
    }

    [Fact]
    public async Task Ports_of_one_machine_are_told_apart_by_name()
    {
        await using var server = await StartAsync([Samples.Web with { Id = Samples.Web.Id + ".com2", Label = "com2" }], []);
        var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync(server.Address, "ls"));
        Assert.Contains("\nweb01.com2  5029aabb-ccdd-eeff-0011-2233445566aa.com2  ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ls_without_ports_says_what_to_paste_into_vSphere()
    {
        await using var server = await StartAsync([], []);
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "ls"));

        Assert.StartsWith("no virtual machine seen yet\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n  telnet://console.example.com:13370\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ls_as_json_is_what_the_API_says()
    {
        await using var server = await StartAsync([Samples.Web], []);
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "ls", "-o", "json"));

        var port = Assert.Single(JsonSerializer.Deserialize(run.Out, ApiJson.Default.IReadOnlyListPortDescription)!);
        Assert.Equal(JsonSerializer.Serialize(Samples.Web, ApiJson.Default.PortDescription), JsonSerializer.Serialize(port, ApiJson.Default.PortDescription));
        Assert.Contains("\"lastByteAt\": \"2026-01-31T11:59:48.000Z\"", run.Out, StringComparison.Ordinal);
        Assert.Contains("\"label\": null", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ls_as_yaml_says_the_same()
    {
        await using var server = await StartAsync([Samples.Nameless], []);
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "ls", "-o", "yaml"));

        Assert.StartsWith(
            "- id: \"00112233445566778899aabbccddeeff.uart2\"\n  uuid: \"00112233-4455-6677-8899-aabbccddeeff\"\n  label: uart2\n  name: null\n",
            run.Out,
            StringComparison.Ordinal);
        Assert.Contains("  users: []\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_would_act_on_the_terminal_is_written_out()
    {
        await using var server = await StartAsync([Samples.Hostile], []);
        foreach (var verb in new[] { "ls", "show", "who" })
        {
            var run = new CommandRun();
            Assert.Equal(0, await run.RunAsync(server.Address, verb == "show" ? ["show", "x"] : [verb]));
            Assert.DoesNotContain(run.Out, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain('\u202e', run.Out);
            if (verb != "who")
                Assert.Contains(@"\x1b[31m\x1b]0;owned\x07\x0d\x0aroot [bold]x[/] \u202egnp.exe", run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Colours_are_for_terminals_and_never_against_NO_COLOR()
    {
        await using var server = await StartAsync([Samples.Web], []);
        var colored = new CommandRun { IsTerminal = true };
        var plain = new CommandRun { IsTerminal = true };
        plain.Environment["NO_COLOR"] = "1";

        await colored.RunAsync(server.Address, "ls");
        await plain.RunAsync(server.Address, "ls");

        Assert.Contains("\u001b[", colored.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", plain.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_tells_everything_about_a_port_and_who_is_on_it()
    {
        await using var server = await StartAsync([Samples.Web], []);
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "show", "web01"));

        Assert.Equal(
            """
            name          web01
            id            5029aabbccddeeff00112233445566aa
            uuid          5029aabb-ccdd-eeff-0011-2233445566aa
            state         connected
            source        10.0.0.7:41234, Tls13, connected 3h ago
            service URI   vSPC.py (direction server)
            from machine  12 KiB, last 12s ago
            to machine    17 B
            migrations    1
            console       telnet 127.0.0.1 50000
            users         alice, bob
            note          direction is client; set it to server

            CLIENT  PORT   NAME   ADDRESS         VIA        MODE        SINCE  MISSED  WINDOW
            c12     web01  alice  127.0.0.1:4711  websocket  read-write  5m     -       80x24

            """,
            run.Out);
    }

    [Fact]
    public async Task Watch_repeats_the_listing_until_it_has_looked_often_enough()
    {
        await using var server = await StartAsync([Samples.Web], []);
        var run = new CommandRun { Clock = TimeProvider.System };

        Assert.Equal(0, await run.RunAsync(server.Address, "watch", "--interval", "100ms", "--count", "3"));

        Assert.Equal(3, run.Out.Split('\n').Count(l => l.StartsWith("web01", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Watch_in_a_low_window_keeps_the_heading_and_the_first_ports()
    {
        await using var server = await StartAsync(
            [.. Enumerable.Range(0, 50).Select(i => Samples.Web with { Id = $"{i:x32}", Name = $"web{i:d2}" })], []);
        var run = new CommandRun { Clock = TimeProvider.System, IsTerminal = true, Terminal = new Attach.FakeTerminal { Size = (200, 10) } };

        Assert.Equal(0, await run.RunAsync(server.Address, "watch", "--count", "1"));

        // What the end leaves behind is the whole listing; this is the picture before it.
        var picture = run.Out[..run.Out.IndexOf('…', StringComparison.Ordinal)];
        Assert.Contains("NAME", picture, StringComparison.Ordinal);
        Assert.Contains("web00", picture, StringComparison.Ordinal);
        Assert.DoesNotContain("web49", picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_as_json_is_a_line_for_every_look()
    {
        await using var server = await StartAsync([Samples.Web], []);
        var run = new CommandRun { Clock = TimeProvider.System };

        Assert.Equal(0, await run.RunAsync(server.Address, "watch", "--interval", "100ms", "--count", "2", "-o", "json"));

        Assert.All(run.Out.TrimEnd('\n').Split('\n'), l => Assert.Single(JsonSerializer.Deserialize(l, ApiJson.Default.IReadOnlyListPortDescription)!));
    }

    [Fact]
    public async Task Watch_ends_well_when_it_is_asked_to()
    {
        await using var server = await StartAsync([Samples.Web], []);
        using var ending = new CancellationTokenSource();
        var run = new CommandRun();
        var running = run.RunAsync(server.Address, ending.Token, "watch");

        await ending.CancelAsync();

        Assert.Equal(0, await running);
    }

    private static Task<ScriptedServer> StartAsync(IReadOnlyList<PortDescription> ports, IReadOnlyList<RejectedDescription> rejected) =>
        ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/ports", () => ports);
            app.MapGet("/v1/ports/{selector}", (string selector) => ports[0]);
            app.MapGet("/v1/rejected", () => rejected);
            app.MapGet("/v1/clients", () => (IReadOnlyList<ClientDescription>)[Samples.Alice with { Name = ports[0].Name ?? "alice" }]);
            app.MapGet("/v1/ports/{selector}/clients", (string selector) => (IReadOnlyList<ClientDescription>)[Samples.Alice]);
            app.MapGet("/v1/server", () => Samples.Server);
        });
}
