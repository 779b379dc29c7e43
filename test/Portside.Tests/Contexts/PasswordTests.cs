using System.Text;
using Portside.Commands;
using Portside.Tests.Attach;
using Portside.Tests.Commands;
using Portside.Tests.Doctor;

namespace Portside.Tests.Contexts;

/// <summary>Where the password of a vSphere comes from: a file, a command, or a person at a terminal, who does not see it.</summary>
public sealed class PasswordTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Theory]
    [InlineData("passwordFile", "secret\n")]
    [InlineData("passwordCommand", "printf 'secret\\nnotes\\n'")]
    public async Task A_context_logs_in_with_the_password_of_a_file_or_of_a_command(string key, string value)
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        if (key == "passwordFile")
            value = _directory.Write("password", value);
        using var run = Write(rig, $"{key}: {YamlString(value)}");
        Assert.True(await run.RunAsync(null, "port", "ls") == ExitCode.Done, run.Error);
        Assert.Contains("web", run.Out, StringComparison.Ordinal);

        // Both parts of a context are one.
        using var show = Write(rig, $"{key}: {YamlString(value)}", $"server: {rig.Service.Address}");
        Assert.True(await show.RunAsync(null, "show", "web") == ExitCode.Done, show.Error);
    }

    [Theory]
    [InlineData("exit 7", "context lab: the command that prints the password ended with exit code 7")]
    [InlineData("true", "context lab: the command that prints the password printed none")]
    [InlineData("echo; echo secret", "context lab: the command that prints the password printed none")]
    public async Task A_command_that_prints_no_password_is_a_failure(string command, string words)
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var run = Write(rig, $"passwordCommand: {YamlString(command)}");
        Assert.Equal(ExitCode.Failed, await run.RunAsync(null, "port", "ls"));
        Assert.Equal($"portside: {words}\n", run.Error);
    }

    [Theory]
    [InlineData("secret\r")]
    [InlineData("secret\n")]
    [InlineData("nonsense\u0015secret\r")]
    [InlineData("secrx\u007fet\r")]
    [InlineData("secré\u007fet\r")]
    public async Task A_person_is_asked_and_what_they_type_is_not_shown(string typed)
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        var terminal = new FakeTerminal();
        using var run = Write(rig, null, input: new MemoryStream(Encoding.UTF8.GetBytes(typed)), terminal: terminal);
        Assert.True(await run.RunAsync(null, "port", "ls", "-o", "json") == ExitCode.Done, run.Error);
        Assert.StartsWith($"Password for alice at {new Uri(rig.Url).Authority}: \n", run.Error, StringComparison.Ordinal);
        Assert.Equal((false, 1), (terminal.IsRaw, terminal.TimesRaw));
        Assert.DoesNotContain("secr", run.Error + run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sec\u0003", ExitCode.Interrupted)]
    [InlineData("\r", ExitCode.Usage)]
    [InlineData("\u0004", ExitCode.Usage)]
    [InlineData("secret", ExitCode.Usage)]
    public async Task Who_does_not_answer_is_not_logged_in(string typed, int exitCode)
    {
        await using var rig = await ConsoleRig.StartAsync();
        var terminal = new FakeTerminal();
        using var run = Write(rig, null, input: new MemoryStream(Encoding.UTF8.GetBytes(typed)), terminal: terminal);
        Assert.Equal(exitCode, await run.RunAsync(null, "port", "ls"));
        Assert.EndsWith(": \nportside: no password was given\n", run.Error, StringComparison.Ordinal);
        Assert.Equal((false, 1), (terminal.IsRaw, terminal.TimesRaw));
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_it_is_said_how_to_give_a_password()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var run = Write(rig, null);
        Assert.Equal(ExitCode.Usage, await run.RunAsync(null, "port", "ls"));
        Assert.Equal(
            $"portside: there is no password for alice at {new Uri(rig.Url).Authority}, and no terminal to ask for it\n"
            + "  next: --password-file FILE, GOVC_PASSWORD, or: portside context set NAME --password-command COMMAND\n",
            run.Error);
    }

    public void Dispose() => _directory.Dispose();

    private static string YamlString(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private CommandRun Write(ConsoleRig rig, string? password, string? server = null, Stream? input = null, FakeTerminal? terminal = null)
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "portside"));
        _directory.Write("portside/config.yaml", $"""
            current: lab
            contexts:
              lab:
                {server}
                vsphere:
                  url: {rig.Url}
                  user: alice
                  {password}
            """);
        var run = terminal is null
            ? new CommandRun { Clock = TimeProvider.System }
            : new CommandRun { Clock = TimeProvider.System, Input = input!, IsTerminal = true, Terminal = terminal };
        run.Environment["XDG_CONFIG_HOME"] = _directory.Path;
        return run;
    }
}
