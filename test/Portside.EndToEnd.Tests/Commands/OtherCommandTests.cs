using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Commands;

/// <summary>The verbs that need no server, and what happens without one.</summary>
public class OtherCommandTests
{
    private const string Broken = """
        vm:
          lisen: 127.0.0.1:7000
          maxLinks: many
        console:
          escape: Enter
        log: { keepFiles: -1 }
        """;

    [Fact]
    public async Task A_broken_configuration_is_told_whole_with_file_line_and_column_and_nothing_starts()
    {
        using var directory = new TemporaryDirectory();
        var file = directory["portside.yaml"];
        await File.WriteAllTextAsync(file, Broken);

        foreach (var arguments in (string[][])[["config", "check", file], ["serve", "--config", file, "--state", directory["state"]]])
        {
            var result = (await RunAsync(arguments)).ExitedWith(2);
            foreach (var place in (string[])["2:3: no key is called 'vm.lisen'; did you mean vm.listen?", "3:13: vm.maxLinks", "5:11: console.escape", "6:19: log.keepFiles"])
                Assert.Contains($"{file}:{place}", result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }

        Assert.False(Directory.Exists(directory["state"]));
        using var json = JsonDocument.Parse((await RunAsync("config", "check", file, "-o", "json")).ExitedWith(2).OutputBytes);
        Assert.Equal(4, json.RootElement.GetProperty("mistakes").GetArrayLength());
    }

    [Fact]
    public async Task A_good_configuration_is_said_to_be_good_and_shown_with_where_every_value_comes_from()
    {
        using var directory = new TemporaryDirectory();
        var file = directory["portside.yaml"];
        await File.WriteAllTextAsync(file, "vm:\n  maxLinks: 77\n");
        Assert.Contains("ok", (await RunAsync("config", "check", file)).Succeeded().Output, StringComparison.Ordinal);
        var shown = (await RunAsync("config", "show", "--config", file, "--set", "log.keepFiles=3")).Succeeded().Output;
        Assert.Matches(@"(?m)^.*maxLinks.*77.*portside\.yaml:2", shown);
        Assert.Matches(@"(?m)^.*keepFiles.*3.*--set", shown);
    }

    [Fact]
    public async Task A_command_line_nobody_can_mean_is_usage_and_says_what_was_meant()
    {
        Assert.Contains("did you mean attach?", (await RunAsync("atach", "x")).ExitedWith(2).Error, StringComparison.Ordinal);
        Assert.Contains("--help", (await RunAsync("attach")).ExitedWith(2).Error, StringComparison.Ordinal);
        (await RunAsync("ls", "-o", "xml")).ExitedWith(2);
        (await RunAsync("attach", "x", "--mode", "greedy")).ExitedWith(2);
        (await RunAsync("logs", "x", "--since", "1h", "--tail", "3")).ExitedWith(2);
    }

    [Fact]
    public async Task Without_a_server_the_way_to_one_is_named()
    {
        var result = (await RunAsync("ls", "--server", "http://127.0.0.1:1")).ExitedWith(1);
        Assert.Contains("127.0.0.1:1", result.Error, StringComparison.Ordinal);
        Assert.Contains("next: portside serve", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_help_answer()
    {
        Assert.Matches(@"^portside \d+\.\d+\.\d+", (await RunAsync("version")).Succeeded().Output);
        Assert.NotEmpty((await RunAsync("version", "-o", "json")).Json.GetProperty("version").GetString()!);
        var help = (await RunAsync("--help")).Succeeded().Output;
        Assert.All(
            ["serve", "demo", "ls", "show", "attach", "watch", "logs", "who", "kick", "break", "config", "cert", "completion", "version"],
            verb => Assert.Contains($"  {verb}", help, StringComparison.Ordinal));
    }

    private static Task<CommandResult> RunAsync(params string[] arguments) => ChildProcess.RunAsync(Executable.Path, arguments);
}
