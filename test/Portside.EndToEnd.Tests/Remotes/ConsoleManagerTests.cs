using System.Net;
using System.Net.Sockets;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>Debian's console managers in front of Portside, configured by <c>portside export</c>.</summary>
public sealed class ConsoleManagerTests(RunningPortside running) : IClassFixture<RunningPortside>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private PortsideProcess Server => running.Server;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Conserver_serves_every_port_that_was_exported()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "for-conserver", guest);
        var entries = (await Server.RunAsync("export", "conserver", "--program", Executable.Path)).Succeeded().Output;
        var file = _directory["conserver.cf"];
        await File.WriteAllTextAsync(file, $"default * {{ logfile {_directory["&.log"]}; }}\n{entries}access * {{ trusted 127.0.0.1; allowed 127.0.0.1; }}\n");
        (await ChildProcess.RunAsync(Conserver, ["-S", "-C", file])).Succeeded();

        var (master, first) = (FreePorts.Next(), FreePorts.Next());
        await using var conserver = ChildProcess.Start(Conserver, ["-C", file, "-M", "127.0.0.1", "-p", $"{master}", "-b", $"{first}"]);
        await ClientAsync("conserver");
        await ListeningAsync(master);
        await using var person = PseudoTerminal.Begin($"exec {Tool.Path("console", "conserver-client")} -M 127.0.0.1 -p {master} -l tester for-conserver");
        await person.Output.WaitForAsync("for help]");

        await JoinedAsync(guest, person);
        await person.WriteAsync("root\x11\x13\x03\r");
        await guest.Received.ExpectAsync("root\x11\x13\x03\r");
        await guest.SayAsync("boot\x11\x13 login: ");
        await person.Output.WaitForAsync("boot\x11\x13 login: ");
        await Patience.PollAsync(
            () => File.Exists(_directory["for-conserver.log"]) && File.ReadAllText(_directory["for-conserver.log"]).Contains("login: ", StringComparison.Ordinal),
            () => "conserver's own log");
    }

    [Fact]
    public async Task Conman_serves_every_port_that_was_exported()
    {
        var guest = new ScriptedGuest();
        await using var machine = await Machine.StartAsync(Server, "for-conman", guest);
        var entries = (await Server.RunAsync("export", "conman", "--program", Executable.Path)).Succeeded().Output;
        var (file, port) = (_directory["conman.conf"], FreePorts.Next());
        await File.WriteAllTextAsync(file, $"server loopback=on\nserver port={port}\nserver logfile=\"{_directory["conman.log"]}\"\n{entries}");

        await using var conmand = ChildProcess.Start(Tool.Path("conmand", "conman"), ["-F", "-v", "-c", file]);
        await ClientAsync("conman");
        await ListeningAsync(port);
        await using var person = PseudoTerminal.Begin($"exec {Tool.Path("conman", "conman")} -d 127.0.0.1:{port} for-conman");
        await person.Output.WaitForAsync("opened");

        await JoinedAsync(guest, person);
        await person.WriteAsync("root\x11\x13\x03\r");
        await guest.Received.ExpectAsync("root\x11\x13\x03\r");
        await guest.SayAsync("boot\x11\x13 login: ");
        await person.Output.WaitForAsync("boot\x11\x13 login: ");
    }

    private static string Conserver => Tool.Path("conserver", "conserver-server");

    /// <summary>A manager's client greets before it listens, and throws away what is typed until then.</summary>
    private static async Task JoinedAsync(ScriptedGuest guest, ChildProcess person) => await Patience.PollAsync(
        async () =>
        {
            await guest.SayAsync("?");
            return person.Output.Text.EndsWith("??", StringComparison.Ordinal) ? "yes" : null;
        },
        () => $"{person.Output} to join");

    /// <summary>Its consoles are up before its own door is open.</summary>
    private static Task ListeningAsync(int port) => Patience.PollAsync(
        () =>
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        () => $"a listener at {port}");

    private async Task ClientAsync(string name) => await Server.WaitForAsync(
        "/v1/clients", clients => clients.EnumerateArray().Any(client => client.GetProperty("name").GetString() == name));
}
