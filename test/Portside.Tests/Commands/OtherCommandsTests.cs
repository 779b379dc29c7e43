using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Portside.Commands;
using Portside.Tests.Api;

namespace Portside.Tests.Commands;

/// <summary><c>kick</c>, <c>break</c>, <c>logs</c>, <c>cert</c>, <c>completion</c>, <c>version</c> and <c>config</c>.</summary>
public sealed class OtherCommandsTests
{
    [Fact]
    public async Task Kick_says_by_whom()
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapDelete("/v1/clients/{id}", (string id, string by) =>
        {
            seen = $"{id} by {by}";
            return Results.NoContent();
        }));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "kick", "c12"));
        Assert.Equal("c12 by tester", seen);
        Assert.Equal("c12 is detached\n", run.Error);
    }

    [Fact]
    public async Task Kick_of_nobody_is_not_found_and_points_to_who()
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapDelete("/v1/clients/{id}", (string id) =>
            ScriptedServer.Problem(404, """{"detail":"no client is called c99"}""")));
        var run = new CommandRun();

        Assert.Equal(3, await run.RunAsync(server.Address, "kick", "c99"));
        Assert.Equal("portside: no client is called c99\n  next: portside who\n", run.Error);
    }

    [Fact]
    public async Task Break_tells_who_sends_it()
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapPost("/v1/ports/{selector}/break", (string selector, string name) =>
        {
            seen = $"{selector} {name}";
            return Results.NoContent();
        }));

        Assert.Equal(0, await new CommandRun().RunAsync(server.Address, "break", "web01"));
        Assert.Equal("web01 tester", seen);
    }

    [Fact]
    public async Task Break_may_be_followed_by_a_SysRq_key()
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapPost("/v1/ports/{selector}/break", (string sysrq) =>
        {
            seen = sysrq;
            return Results.NoContent();
        }));

        Assert.Equal(0, await new CommandRun().RunAsync(server.Address, "break", "web01", "--sysrq", "+"));
        Assert.Equal("+", seen);
        Assert.Equal(2, await new CommandRun().RunAsync(server.Address, "break", "web01", "--sysrq", "help"));
        Assert.Equal(2, await new CommandRun().RunAsync(server.Address, "break", "web01", "--sysrq", ""));
    }

    [Theory]
    [InlineData(new string[0], "?follow=false")]
    [InlineData(new[] { "-f" }, "?follow=true")]
    [InlineData(new[] { "--since", "1h" }, "?follow=false&since=2026-01-31T11%3A00%3A00.000Z")]
    [InlineData(new[] { "--since", "2026-01-30T10:00:00+02:00" }, "?follow=false&since=2026-01-30T08%3A00%3A00.000Z")]
    [InlineData(new[] { "--tail", "100" }, "?follow=false&lines=100")]
    [InlineData(new[] { "--tail", "64KiB" }, "?follow=false&tail=65536")]
    public async Task Logs_asks_for_the_part_that_is_wanted_and_writes_it_byte_by_byte(string[] options, string query)
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/v1/ports/{selector}/log", (HttpContext context) =>
        {
            seen = context.Request.QueryString.Value;
            return Results.Bytes([0, 255, 13, 10, 27, 128]);
        }));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, ["logs", "web01", .. options]));
        Assert.Equal(query, seen);
        Assert.Equal("\0\u00ff\r\n\u001b\u0080", run.Bytes);
    }

    [Theory]
    [InlineData("--since", "yesterdayish", "--since: 'yesterdayish' is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 1h")]
    [InlineData("--tail", "many", "--tail: 'many' is neither a number of lines nor a size such as 64KiB")]
    public async Task Logs_refuses_a_beginning_that_makes_no_sense(string option, string value, string words)
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, "logs", "web01", option, value));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("14:30", "2026-01-31T16:30:00.000Z")]
    [InlineData("2026-01-30", "2026-01-30T02:00:00.000Z")]
    [InlineData("2026-01-30T10:00:00Z", "2026-01-30T10:00:00.000Z")]
    [InlineData("90m", "2026-01-31T10:30:00.000Z")]
    public void A_time_without_a_zone_is_the_local_one(string text, string expected)
    {
        var clock = new FakeTimeProvider(Samples.Noon);
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-2), "test", "test"));

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), LogsCommand.ReadTime(text, clock));
    }

    [Fact]
    public async Task Cert_shows_the_servers_thumbprints_and_what_to_paste()
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapGet("/v1/server", () => Samples.Server));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "cert", "show"));
        Assert.Equal(
            """
            SHA-1    AA:BB
            SHA-256  CC:DD
            expires  2036-01-31 12:00 UTC
            paste    telnet://console.example.com:13370
            paste    telnets://console.example.com:13370#thumbprint=AA:BB

            """,
            run.Out);
    }

    [Fact]
    public async Task Cert_of_a_file_shows_its_own_thumbprints()
    {
        using var directory = new TempDirectory();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Samples.Noon, Samples.Noon.AddDays(1));
        var file = directory.Write("vm.pem", certificate.ExportCertificatePem());
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(null, "cert", "show", "--file", file));
        Assert.Equal(certificate.Thumbprint, run.Out.Split('\n')[0]["SHA-1    ".Length..].Replace(":", "", StringComparison.Ordinal));
        Assert.Contains("expires  2026-02-01 12:00 UTC", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cert_of_a_file_that_is_missing_or_something_else_says_so()
    {
        using var directory = new TempDirectory();
        var missing = new CommandRun();
        var other = new CommandRun();

        Assert.NotEqual(0, await missing.RunAsync(null, "cert", "show", "--file", "/nowhere.pem"));
        Assert.NotEqual(0, await other.RunAsync(null, "cert", "show", "--file", directory.Write("x", "words")));
        Assert.Equal("portside: there is no file /nowhere.pem\n", missing.Error);
        Assert.Contains("is not a certificate in PEM or DER", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _portside portside")]
    [InlineData("zsh", "compdef _portside portside")]
    [InlineData("fish", "complete -c portside")]
    public async Task Completion_writes_a_script_for_every_shell(string shell, string line)
    {
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(null, "completion", shell));
        Assert.Contains(line, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_of_a_port_knows_the_names_the_server_knows()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
            app.MapGet("/v1/ports", () => (IReadOnlyList<Portside.Api.Contracts.PortDescription>)[Samples.Web, Samples.Hostile]));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(server.Address, "[suggest:18]", "portside attach we"));
        Assert.Equal("web01\n", run.Out);
    }

    [Fact]
    public async Task Version_is_a_line_or_an_object()
    {
        var line = new CommandRun();
        var json = new CommandRun();

        await line.RunAsync(null, "version");
        await json.RunAsync(null, "version", "-o", "json");

        Assert.Matches(@"^portside \d+\.\d+\.\d+\n$", line.Out);
        Assert.Contains($"\"version\": \"{VersionCommand.Current}\"", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_check_tells_all_mistakes_and_fails()
    {
        using var directory = new TempDirectory();
        var file = directory.Write("portside.yaml", "vm: { lisen: x, tls: maybe }");
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, "config", "check", file));
        Assert.Equal(
            $"{file}:1:7: no key is called 'vm.lisen'; did you mean vm.listen?\n{file}:1:22: vm.tls: 'maybe' is not one of allow, require, off\n",
            run.Error);
    }

    [Fact]
    public async Task Config_check_opens_the_files_that_the_configuration_names()
    {
        using var directory = new TempDirectory();
        var (empty, secret, authorities, key) = (directory.Write("empty", "\n"), directory.Write("secret", "s3cret\n"), directory.Write("ca.pem", "no PEM"), directory.Write("tls.key", "none"));
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(empty, UnixFileMode.UserRead);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        var missing = Path.Combine(directory.Path, "missing");

        Assert.Equal([$"2:17: vsphere.passwordFile: there is no file {missing}", $"3:11: vsphere.caFile: {authorities} holds no certificates in PEM"], await CheckAsync($"passwordFile: {missing}", $"caFile: {authorities}"));
        Assert.Equal([$"2:17: vsphere.passwordFile: {empty} is empty, and the password is expected there", $"3:11: vsphere.caFile: there is no file {missing}"], await CheckAsync($"passwordFile: {empty}", $"caFile: {missing}"));
        Assert.Equal([$"2:17: vsphere.passwordFile: {secret} may be read by everybody on this computer, and the password is in it; chmod o-rw {secret}"], await CheckAsync($"passwordFile: {secret}"));
        Assert.Equal([$"2:17: vsphere.passwordFile: {directory.Path} cannot be read: it is not a regular file"], await CheckAsync($"passwordFile: {directory.Path}"));
        Assert.Contains($"vm.key: {key} may be written by everybody on this computer, and the private key is in it; chmod o-rw {key}", (await CheckAsync($"passwordFile: {secret}", top: $"vm: {{ certificate: {secret}, key: {key} }}"))[0], StringComparison.Ordinal);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        Assert.Empty(await CheckAsync($"passwordFile: {secret}"));

        // Root reads everything.
        File.SetUnixFileMode(secret, UnixFileMode.None);
        if (Environment.UserName != "root")
            Assert.Equal([$"2:17: vsphere.passwordFile: {secret} may not be read by {Environment.UserName}"], await CheckAsync($"passwordFile: {secret}"));

        async Task<string[]> CheckAsync(string line, string? more = null, string? top = null)
        {
            var file = directory.Write("portside.yaml", $"vsphere:\n  {line}\n{(more is null ? "" : $"  {more}\n")}  url: https://vcenter.example\n  user: u\n{top}\n");
            using var run = new CommandRun();
            var code = await run.RunAsync(null, "config", "check", file);
            Assert.Equal(run.Error.Length == 0 ? 0 : 2, code);
            Assert.DoesNotContain("s3cret", run.Error, StringComparison.Ordinal);
            return [.. run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Replace($"{file}:", "", StringComparison.Ordinal)).Where(one => top is null || one.Contains("everybody", StringComparison.Ordinal)).OrderByDescending(one => top is not null && one.Contains("vm.key", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public async Task Config_check_of_a_good_file_says_ok_and_json_lists_nothing()
    {
        using var directory = new TempDirectory();
        var file = directory.Write("portside.yaml", "vm: { tls: off }");
        var text = new CommandRun();
        var json = new CommandRun();

        Assert.Equal(0, await text.RunAsync(null, "config", "check", "--config", file));
        Assert.Equal(0, await json.RunAsync(null, "config", "check", file, "-o", "json"));
        Assert.Equal($"{file}: ok\n", text.Out);
        Assert.Contains("\"ok\": true", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_show_tells_every_value_and_where_it_came_from()
    {
        var run = new CommandRun();
        run.Environment["PORTSIDE__Log__KeepFiles"] = "3";

        Assert.Equal(0, await run.RunAsync(null, "config", "show", "--vm-tls", "off", "--set", "console.replay=1KiB", "--insecure-http-anywhere", "-o", "json"));

        Assert.Contains(Entry("vm.tls", "\"off\"", "commandLine", "\"--vm-tls\""), run.Out, StringComparison.Ordinal);
        Assert.Contains(Entry("console.replay", "\"1KiB\"", "commandLine", "\"--set console.replay\""), run.Out, StringComparison.Ordinal);
        Assert.Contains(Entry("http.insecureAnywhere", "true", "commandLine", "\"--insecure-http-anywhere\""), run.Out, StringComparison.Ordinal);
        Assert.Contains(Entry("log.keepFiles", "3", "environment", "\"PORTSIDE__Log__KeepFiles\""), run.Out, StringComparison.Ordinal);
        Assert.Contains(Entry("vm.maxLinks", "20000", "default", "null"), run.Out, StringComparison.Ordinal);
    }

    private static string Entry(string key, string value, string from, string where) =>
        $"\"key\": \"{key}\",\n    \"value\": {value},\n    \"from\": \"{from}\",\n    \"where\": {where}\n";
}
