using System.Globalization;
using System.Text.RegularExpressions;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Migration;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Api;

public partial class SignalsTests
{
    [Fact]
    public async Task Metrics_count_links_bytes_clients_migrations_and_refusals()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        await using var machine = await Machine.StartAsync(server, "measured", new EchoGuest());
        await using var console = await PlainConsole.AttachAsync(server, "measured", "mode=exclusive-write");
        var sent = new byte[1000];
        await console.TypeAsync(sent);
        await console.Heard.ReadAsync(sent.Length);
        Assert.Equal(VmotionOutcome.Completed, (await Machine.MoveAsync(machine)).Outcome);
        Assert.Equal(VmotionOutcome.Aborted, (await Machine.MoveAsync(machine, new VmotionOptions { Fault = VmotionFault.AbortAfterGoAhead })).Outcome);
        await using (var person = await RawConsole.ConnectAsync(server.VmPort))
        {
            await person.SendTextAsync("hello?\r\n");
            await person.ReadToEndAsync();
        }

        await server.WaitForAsync("/v1/server", s => s.GetProperty("links").GetInt32() == 1);
        var series = await ScrapeAsync(server);
        Assert.Equal(1, Sum(series, "portside_links{"));
        Assert.Equal(1, Sum(series, "portside_ports{"));
        Assert.Equal(1000, Sum(series, "portside_received_bytes_total"));
        Assert.Equal(1000, Sum(series, "portside_sent_bytes_total"));
        Assert.Equal(1, Sum(series, "portside_clients{", "mode=\"exclusive-write\"", "via=\"websocket\""));
        Assert.Equal(1, Sum(series, "portside_migrations", "result=\"completed\""));
        Assert.Equal(1, Sum(series, "portside_migrations", "result=\"aborted\""));
        Assert.Equal(1, Sum(series, "portside_rejected", "reason=\"not-a-machine\""));
        Assert.Equal(2, Sum(series, "portside_migration_answer_seconds_count"));
        Assert.Equal(0, Sum(series, "portside_log_errors"));
        Assert.InRange(
            Sum(series, "portside_certificate_expiry"),
            TimeProvider.System.GetUtcNow().AddDays(300).ToUnixTimeSeconds(),
            TimeProvider.System.GetUtcNow().AddYears(30).ToUnixTimeSeconds());
        Assert.True(Sum(series, "portside_links_ended") >= 2);
        await server.StopAsync();
    }

    [Fact]
    public async Task Health_readiness_and_the_description_of_the_api_answer()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"]);
        Assert.Equal("ok\n", await server.TextAsync("/healthz"));
        Assert.Equal("ready\n", await server.TextAsync("/readyz"));
        var openapi = await server.GetAsync("/openapi.json");
        Assert.StartsWith("3.", openapi.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = openapi.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.All(
            ["/v1/ports", "/v1/ports/{port}", "/v1/ports/{port}/clients", "/v1/ports/{port}/log", "/v1/ports/{port}/attach", "/v1/clients", "/v1/rejected", "/v1/server"],
            path => Assert.Contains(path, paths));
        Assert.Equal(0, (await server.GetAsync("/v1/ports")).GetArrayLength());
        await server.StopAsync();
    }

    private static async Task<Dictionary<string, double>> ScrapeAsync(PortsideProcess server)
    {
        // The exporter keeps an answer for a moment; what is counted above may be younger.
        var text = await server.TextAsync("/metrics");
        return Sample().Matches(text).ToDictionary(
            line => line.Groups["series"].Value,
            line => double.Parse(line.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private static double Sum(Dictionary<string, double> series, string name, params string[] tags)
    {
        var found = series.Where(one => one.Key.StartsWith(name, StringComparison.Ordinal) && tags.All(tag => one.Key.Contains(tag, StringComparison.Ordinal))).ToList();
        Assert.True(found.Count > 0, $"no series {name} {string.Join(' ', tags)} in\n{string.Join('\n', series.Keys.Where(k => k.StartsWith("portside", StringComparison.Ordinal)))}");
        return found.Sum(one => one.Value);
    }

    [GeneratedRegex(@"(?m)^(?<series>[a-z][^ {]*(\{[^}]*\})?) (?<value>[^ \n]+)")]
    private static partial Regex Sample();
}
