using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Xml.Linq;
using Portside.Conformance;
using Portside.Host.Conformance;

namespace Portside.Tests.Commands;

/// <summary><c>host conformance</c>, as far as it needs no concentrator.</summary>
public sealed class HostConformanceCommandTests
{
    [Fact]
    public void The_page_of_the_documentation_is_the_list_of_checks()
    {
        var page = Path.Combine(RepositoryRoot(), "docs", "conformance.md");

        Assert.True(
            ConformanceText.AsPage(ConformanceSuite.Checks) == File.ReadAllText(page),
            "docs/conformance.md is stale; write it with: portside host conformance --list --markdown > docs/conformance.md");
    }

    [Fact]
    public async Task The_list_is_for_programs_too()
    {
        using var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(null, "host", "conformance", "--list", "--checks", "vmotion-held*", "-o", "json"));

        using var list = JsonDocument.Parse(run.Out);
        Assert.Equal(["vmotion-held", "vmotion-held-abort"], list.RootElement.EnumerateArray().Select(check => check.GetProperty("id").GetString()));
        Assert.All(list.RootElement.EnumerateArray(), check => Assert.True(check.GetProperty("needsConsole").GetBoolean()));
    }

    [Theory]
    [InlineData("--proxy is missing")]
    [InlineData("--checks: 'nothing' names no check", "--checks", "nothing", "--list")]
    [InlineData("is not a scheme of a proxy URI", "--proxy", "tcp://127.0.0.1:1")]
    [InlineData("exclude each other", "--proxy", "telnet://127.0.0.1:1", "--portside", "http://127.0.0.1:1", "--console", "tcp://127.0.0.1:1")]
    [InlineData("--console: ", "--proxy", "telnet://127.0.0.1:1", "--console", "gopher://127.0.0.1:1")]
    public async Task What_makes_no_sense_is_refused_before_anything_is_tried(string complaint, params string[] arguments)
    {
        using var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, ["host", "conformance", .. arguments]));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_failure_is_told_in_table_and_xml_and_by_the_exit_code()
    {
        var directory = Directory.CreateTempSubdirectory("portside-");
        try
        {
            var junit = Path.Combine(directory.FullName, "report.xml");
            using var run = new CommandRun { Clock = TimeProvider.System };

            Assert.Equal(1, await run.RunAsync(
                null, "host", "conformance", "--proxy", "telnet://127.0.0.1:1", "--checks", "connect,data", "--junit", junit));

            Assert.Matches("(?m)^connect +fail +[0-9]+ +127.0.0.1:1 cannot be reached: .* Guide, sessions: ", run.Out);
            Assert.Matches("(?m)^data +not applicable ", run.Out);
            Assert.Matches("^0 passed, 1 failed, 1 not applicable, in [0-9.]+ s\n$", run.Error);
            var suite = XDocument.Load(junit).Root!.Element("testsuite")!;
            Assert.Equal((2, 1, 1), ((int)suite.Attribute("tests")!, (int)suite.Attribute("failures")!, (int)suite.Attribute("skipped")!));
            Assert.Contains("cannot be reached", (string?)suite.Element("testcase")!.Element("failure")!.Attribute("message"), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string RepositoryRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
