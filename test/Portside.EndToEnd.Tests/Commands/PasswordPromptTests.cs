using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.VSphere;

namespace Portside.EndToEnd.Tests.Commands;

/// <summary>A person at a real terminal is asked for the password of a vSphere.</summary>
public class PasswordPromptTests
{
    private const string Machines = "machines: [ { name: web, serialPorts: [ { proxy: \"telnet://127.0.0.1:1\", service: vSPC.py } ] } ]";

    [Fact]
    public async Task What_is_typed_is_shown_nowhere_and_the_terminal_is_as_before()
    {
        await using var host = await SeededHost.StartAsync(Machines);
        var password = host.Variables["GOVC_PASSWORD"]!;
        host.Variables["GOVC_PASSWORD"] = null;
        await using var terminal = Begin(host, "portside port ls -o json >listed 2>errors");

        // The question is no result, and stands with the other words of ours.
        await Patience.PollAsync(() => File.Exists(host["errors"]) && File.ReadAllText(host["errors"]).EndsWith(": ", StringComparison.Ordinal), () => "the question");
        await terminal.WriteAsync(password + "x\u007f\r");
        await terminal.Output.WaitForAsync("exit code 0");
        await terminal.WaitForExitAsync();
        Assert.StartsWith($"Password for administrator@vsphere.local at {new Uri(host.Variables["GOVC_URL"]!).Authority}: \n", await File.ReadAllTextAsync(host["errors"]), StringComparison.Ordinal);
        Assert.Contains("\"web\"", await File.ReadAllTextAsync(host["listed"]), StringComparison.Ordinal);
        await AssertUnchangedAsync(host);
        foreach (var said in (string[])[terminal.Output.Text, terminal.Error.Text, await File.ReadAllTextAsync(host["errors"]), await File.ReadAllTextAsync(host["listed"])])
            Assert.DoesNotContain(password[..5], said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_question_and_restores_the_terminal()
    {
        await using var host = await SeededHost.StartAsync(Machines);
        host.Variables["GOVC_PASSWORD"] = null;
        await using var terminal = Begin(host, "portside port ls");
        await terminal.Output.WaitForAsync("Password for administrator@vsphere.local at ");
        await terminal.WriteAsync("half\u0003");
        await terminal.Output.WaitForAsync("no password was given");
        await terminal.Output.WaitForAsync("exit code 130");
        await terminal.WaitForExitAsync();
        Assert.DoesNotContain("half", terminal.Output.Text, StringComparison.Ordinal);
        await AssertUnchangedAsync(host);
    }

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public async Task A_signal_ends_the_question_and_restores_the_terminal(int signal)
    {
        await using var host = await SeededHost.StartAsync(Machines);
        host.Variables["GOVC_PASSWORD"] = null;
        await using var terminal = Begin(host, "sh -c 'echo $$ >pid; exec portside port ls'");
        await terminal.Output.WaitForAsync("Password for administrator@vsphere.local at ");
        Signals.Send(int.Parse(await File.ReadAllTextAsync(host["pid"]), System.Globalization.CultureInfo.InvariantCulture), signal);
        await terminal.Output.WaitForAsync("exit code 130");
        await terminal.WaitForExitAsync();
        await AssertUnchangedAsync(host);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_asked()
    {
        await using var host = await SeededHost.StartAsync(Machines);
        host.Variables["GOVC_PASSWORD"] = null;
        Assert.Contains("no terminal to ask for it", (await host.PortAsync("ls")).ExitedWith(2).Error, StringComparison.Ordinal);
    }

    private static ChildProcess Begin(SeededHost host, string commandLine) => PseudoTerminal.Begin(
        $"cd {Path.GetDirectoryName(host["any"])}; stty -a >before; {commandLine}; code=$?; stty -a >after; echo \"exit code $code\"", host.Variables);

    private static async Task AssertUnchangedAsync(SeededHost host) =>
        Assert.Equal(await File.ReadAllTextAsync(host["before"]), await File.ReadAllTextAsync(host["after"]));
}
