using System.Net;
using System.Net.Sockets;
using System.Text;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>How the program starts, is told things while it runs, and ends.</summary>
public class ServeTests
{
    [Fact]
    public async Task The_start_screen_has_everything_to_connect_with()
    {
        using var directory = new TemporaryDirectory();
        var setup = new PortsideSetup(directory["state"]);
        await using var serve = ChildProcess.Start(Executable.Path, setup.CommandLine);
        await serve.Output.WaitForAsync("no virtual machine seen yet");
        var screen = serve.Output.Text;
        Assert.Matches(@"machines connect to +127\.0\.0\.1:\d+", screen);
        Assert.Matches(@"proxy URI to paste +telnets://127\.0\.0\.1:\d+#thumbprint=([0-9A-F]{2}:){19}[0-9A-F]{2}\n", screen);
        Assert.Matches(@" telnet://127\.0\.0\.1:\d+\n", screen);
        Assert.Matches(@"SHA-256 +([0-9A-F]{2}:){31}[0-9A-F]{2}\n", screen);
        Assert.Contains(directory["state/log"], screen, StringComparison.Ordinal);
        Assert.Contains("vSPC.py", screen, StringComparison.Ordinal);
        serve.Signal(Signals.Interrupt);
        Assert.Equal(0, await serve.WaitForExitAsync());
    }

    [Fact]
    public async Task Without_the_file_that_belongs_beside_it_the_program_names_it()
    {
        using var directory = new TemporaryDirectory();
        foreach (var file in new DirectoryInfo(Path.GetDirectoryName(Executable.Path)!).EnumerateFiles())
        {
            if (!file.Name.Contains("e_sqlite3.so", StringComparison.Ordinal))
                file.CopyTo(directory[file.Name]);
        }

        await using var serve = ChildProcess.Start(directory[Path.GetFileName(Executable.Path)], new PortsideSetup(directory["state"]).CommandLine);
        var result = await serve.WaitForResultAsync(Patience.Limit);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(
            "portside: SQLite's library (libe_sqlite3.so) cannot be loaded. It belongs beside the executable, in ",
            result.Error.TrimEnd('\n').Split('\n')[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_followed_from_before_its_first_byte()
    {
        using var directory = new TemporaryDirectory();
        var guest = new ScriptedGuest();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var machine = await Machine.StartAsync(server, "quiet", guest);
        await server.WaitForPortAsync("quiet");
        using var http = new HttpClient { BaseAddress = server.Http, Timeout = Patience.Limit };

        // The answer begins while there is nothing to answer with.
        using var answer = await http.GetAsync(new Uri("/v1/ports/quiet/log?follow=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var log = await answer.Content.ReadAsStreamAsync();
        await guest.SayAsync("at last");
        var said = new byte[7];
        await log.ReadExactlyAsync(said).AsTask().WaitAsync(Patience.Limit);
        Assert.Equal("at last", Encoding.UTF8.GetString(said));
        await server.StopAsync();
    }

    [Fact]
    public async Task A_telnet_port_and_its_log_survive_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var guest = new ScriptedGuest();
        await using var first = await PortsideProcess.StartAsync(directory["state"]);
        await using var other = await Machine.StartAsync(first, "other", new ScriptedGuest());
        await using var machine = await Machine.StartAsync(first, "sticky", guest);
        await guest.SayAsync("before ");
        var before = await first.WaitForPortAsync("sticky", port => port.GetProperty("bytesFromMachine").GetInt64() == 7);
        await other.DisposeAsync();
        await first.StopAsync();

        // The machine's host reconnects by itself.
        await using var second = await PortsideProcess.StartAsync(first.Setup);
        var known = (await second.GetAsync("/v1/ports")).EnumerateArray().Select(port => port.GetProperty("name").GetString());
        Assert.Equal(["other", "sticky"], known);
        var after = await second.WaitForPortAsync("sticky");
        using var limit = new CancellationTokenSource(Patience.Limit);
        await machine.Ports[0].WaitForConnectionAsync(limit.Token);
        Assert.Equal(before.GetProperty("telnetPort").GetInt32(), after.GetProperty("telnetPort").GetInt32());
        await guest.SayAsync("after");
        await second.WaitForPortAsync("sticky", port => port.GetProperty("bytesFromMachine").GetInt64() == 5);
        Assert.Equal("before after", await second.TextAsync("/v1/ports/sticky/log"));

        await using var console = await RawConsole.ConnectAsync(after.GetProperty("telnetPort").GetInt32());
        await console.SendTextAsync("typed");
        await guest.Received.ExpectAsync("typed");
        await second.StopAsync();
    }

    [Fact]
    public async Task A_reload_takes_new_names_and_log_files_and_drops_no_link()
    {
        using var directory = new TemporaryDirectory();
        var config = directory["portside.yaml"];
        await File.WriteAllTextAsync(config, "vm:\n  serviceNames: [ours]\n");
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--config", config);
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(server, "steady", guest, port => port with { ServiceUri = "OURS" });
        await guest.SayAsync("one");
        var before = await server.WaitForPortAsync("steady", port => port.GetProperty("bytesFromMachine").GetInt64() == 3);

        await using var newcomer = Machine.Create(server, "newcomer", new ScriptedGuest(), port => port with { ServiceUri = "theirs" });
        await newcomer.PowerOnAsync();
        Assert.Equal(Portside.Host.Ports.VirtualSerialPortState.Refused, newcomer.Ports[0].Snapshot.State);

        // What logrotate does: moves the file away, then asks for a reload.
        var log = Path.Combine(server.Description.GetProperty("logDirectory").GetString()!, before.GetProperty("id").GetString()!);
        await Patience.PollAsync(() => new FileInfo(log) is { Exists: true, Length: 3 }, () => $"the log in {log}");
        File.Move(log, directory["rotated"]);
        await File.WriteAllTextAsync(config, "vm:\n  serviceNames: [ours, theirs]\n");
        server.Reload();
        await server.Events.WaitForAsync("Reloaded service names");
        await guest.SayAsync("two");
        await Patience.PollAsync(() => File.Exists(log) && File.ReadAllText(log) == "two", () => "the new log file");
        Assert.Equal("one", await File.ReadAllTextAsync(directory["rotated"]));

        newcomer.Ports[0].Connect();
        await server.WaitForPortAsync("newcomer");
        var after = await server.GetAsync("/v1/ports/steady");
        Assert.Equal(before.GetProperty("connectedSince").GetString(), after.GetProperty("connectedSince").GetString());

        // Nonsense changes nothing and is told with its place.
        await File.WriteAllTextAsync(config, "vm:\n  serviceNames: [ours]\n  maxLinks: none\n");
        server.Reload();
        await server.Events.WaitForAsync("portside.yaml:3:13");
        await server.Events.WaitForAsync("not applied");
        Assert.Equal("connected", (await server.GetAsync("/v1/ports/newcomer")).GetProperty("state").GetString());
        await server.StopAsync();
    }

    [Theory]
    [InlineData("--vm-listen")]
    [InlineData("--http-listen")]
    public async Task A_port_in_use_ends_the_start_and_says_how_to_find_who_has_it(string option)
    {
        using var directory = new TemporaryDirectory();
        using var taken = new LoopbackListener();
        var setup = new PortsideSetup(directory["state"]);
        setup = option == "--vm-listen" ? setup with { VmPort = taken.Port } : setup with { HttpPort = taken.Port };
        var result = (await ChildProcess.RunAsync(Executable.Path, setup.CommandLine)).ExitedWith(1);
        Assert.Contains($"127.0.0.1:{taken.Port} is in use by another program", result.Error, StringComparison.Ordinal);
        Assert.Contains($"ss -ltnp 'sport = :{taken.Port}'", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_ends_the_start_and_says_what_to_do()
    {
        // A file in its place, which not even root can write files into.
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["file"], "");
        var state = directory["file/state"];
        var result = (await ChildProcess.RunAsync(Executable.Path, new PortsideSetup(state).CommandLine)).ExitedWith(1);
        Assert.Contains($"The state directory {state} cannot be written", result.Error, StringComparison.Ordinal);
        Assert.Contains("--state DIR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_loopback_the_api_opens_only_to_those_who_insist()
    {
        using var directory = new TemporaryDirectory();
        var result = (await ChildProcess.RunAsync(
            Executable.Path, ["serve", "--state", directory["state"], "--vm-listen", "127.0.0.1:0", "--http-listen", "0.0.0.0:0"])).ExitedWith(2);
        Assert.Contains("--insecure-http-anywhere", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_hears_READY_when_machines_and_people_can_connect_and_STOPPING_at_the_end()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(directory["notify"]));
        var vm = FreePorts.Next();
        var setup = new PortsideSetup(directory["state"])
        {
            VmPort = vm,
            HttpPort = FreePorts.Next(),
            Environment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = directory["notify"] },
        };
        await using var serve = ChildProcess.Start(Executable.Path, setup.CommandLine, setup.Environment);
        Assert.Contains("READY=1", await HearAsync(systemd), StringComparison.Ordinal);
        foreach (var port in (int[])[setup.VmPort, setup.HttpPort])
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience.Limit);
        }

        serve.Signal(Signals.Hangup);
        Assert.Contains("RELOADING=1", await HearAsync(systemd), StringComparison.Ordinal);
        Assert.Contains("READY=1", await HearAsync(systemd), StringComparison.Ordinal);
        serve.Signal(Signals.Terminate);
        Assert.Contains("STOPPING=1", await HearAsync(systemd), StringComparison.Ordinal);
        Assert.Equal(0, await serve.WaitForExitAsync());
    }

    private static async Task<string> HearAsync(Socket systemd)
    {
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Patience.Limit);
        return Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, limit.Token));
    }
}
