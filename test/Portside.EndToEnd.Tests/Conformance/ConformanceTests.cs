using System.Text.Json;
using System.Xml.Linq;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Conformance;

/// <summary><c>portside host conformance</c> against <c>portside serve</c>: each is the other's test.</summary>
public class ConformanceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Portside_passes_every_check_over_telnet()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        var junit = directory["report.xml"];

        var report = await RunAsync(
            server, "--proxy", $"telnet://127.0.0.1:{server.VmPort}", "--portside", server.Http.ToString(), "--refused-uri", "nobody.serves.this", "--junit", junit);

        AssertPassed(report, "telnets");
        var suite = XDocument.Load(junit).Root!.Element("testsuite")!;
        Assert.Equal(report.GetProperty("checks").GetArrayLength(), (int?)suite.Attribute("tests"));
        Assert.Equal(0, (int?)suite.Attribute("failures"));
        await server.StopAsync();
    }

    [Fact]
    public async Task Portside_passes_every_check_over_telnet_in_tls()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        var proxy = $"telnets://127.0.0.1:{server.VmPort}#thumbprint={server.Description.GetProperty("thumbprintSha1").GetString()}";

        var report = await RunAsync(server, "--proxy", proxy, "--portside", server.Http.ToString(), "--refused-uri", "nobody.serves.this");

        AssertPassed(report, "tls-in-band");
        await server.StopAsync();
    }

    [Fact]
    public async Task Portside_passes_without_a_console_as_far_as_a_machine_can_see()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);

        var report = await RunAsync(server, "--proxy", $"telnet://127.0.0.1:{server.VmPort}", "--checks", "vmotion*,binary-out");

        Assert.Equal(0, report.GetProperty("failed").GetInt32());
        var bytes = Assert.Single(report.GetProperty("checks").EnumerateArray(), check => check.GetProperty("id").GetString() == "binary-out");
        Assert.Equal("not applicable", bytes.GetProperty("outcome").GetString());
    }

    private async Task<JsonElement> RunAsync(PortsideProcess server, params string[] arguments)
    {
        await using var run = server.Begin([.. (string[])["host", "conformance", "--late", "300ms", "--storm", "20", "--patience", "5m", "--goahead-limit", "60s", "-o", "json"], .. arguments]);
        run.CloseInput();
        var result = await run.WaitForResultAsync(Limit);
        output.WriteLine(result.ToString());
        return result.Json;
    }

    private static void AssertPassed(JsonElement report, params string[] notApplicable)
    {
        Assert.Equal(0, report.GetProperty("failed").GetInt32());
        Assert.Equal(
            notApplicable,
            report.GetProperty("checks").EnumerateArray()
                .Where(check => check.GetProperty("outcome").GetString() != "pass").Select(check => check.GetProperty("id").GetString()));
    }
}
