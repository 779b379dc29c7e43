using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Documents;

/// <summary>
/// What README tells people to run is run: every block fenced as <c>sh</c>, in the repository's root. Blocks fenced as
/// <c>console</c> are transcripts, and those without a language are neither.
/// </summary>
public class ReadmeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public static TheoryData<int, string> Blocks
    {
        get
        {
            var blocks = new TheoryData<int, string>();
            var lines = File.ReadAllLines(Path.Combine(Executable.Repository, "README.md"));
            for (var start = 0; start < lines.Length; start++)
            {
                if (lines[start].TrimEnd() != "```sh")
                    continue;
                var end = Array.IndexOf(lines, "```", start);
                blocks.Add(start + 2, string.Join('\n', lines[(start + 1)..end]));
                start = end;
            }

            return blocks;
        }
    }

    [Fact]
    public void The_readme_has_commands_to_run() => Assert.NotEmpty(Blocks);

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task A_command_of_the_readme_works_as_written(int line, string commands)
    {
        // A build may be among them, which takes longer than anything else here.
        await using var bash = ChildProcess.Start(
            Tool.Path("bash", "bash"), ["-euo", "pipefail", "-c", commands], directory: Executable.Repository);
        bash.CloseInput();
        var result = await bash.WaitForResultAsync(Limit);
        Assert.True(result.ExitCode == 0, $"README.md:{line}: {result}");
    }
}
