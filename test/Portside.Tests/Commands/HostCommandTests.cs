using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portside.Commands;
using Portside.Hosting;

namespace Portside.Tests.Commands;

public sealed class HostCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_host_tells_programs_where_it_is_and_ends_in_order()
    {
        using var run = new CommandRun();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var ended = run.RunAsync(null, end.Token, "host", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--state", _directory.Path, "--read-only-user", "r", "-o", "json");
        await Task.WhenAny(run.PrintsAsync("}\n"), ended).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(run.Error.Length == 0, run.Error);
        var host = JsonSerializer.Deserialize(run.Out, HostJson.Default.HostDescription)!;
        Assert.Equal(("vcenter", 2, "administrator@vsphere.local", "r"), (host.Shape, host.Hosts.Count, host.User, host.ReadOnlyUser));
        Assert.Equal(16, host.Password!.Length);
        Assert.NotEqual(host.Password, host.ReadOnlyPassword);

        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown?.GetCertHashString(HashAlgorithmName.SHA256) == host.ThumbprintSha256!.Replace(":", "", StringComparison.Ordinal),
            },
        });
        foreach (var url in (string[])[host.Url!, host.HttpUrl!])
        {
            using var login = new StringContent(
                $"""<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Login xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this><userName>{host.User}</userName><password>{host.Password}</password></Login></Body></Envelope>""",
                Encoding.UTF8,
                "text/xml");
            using var answer = await client.PostAsync(new Uri(url), login);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.CertificateFile!));
        await end.CancelAsync();
        Assert.Equal(ExitCode.Done, await ended);
    }

    [Fact]
    public async Task The_screen_names_what_to_paste_and_keeps_a_given_password_to_itself()
    {
        var file = Path.Combine(_directory.Path, "password");
        await File.WriteAllTextAsync(file, "from a file\n");
        using var run = new CommandRun { Clock = TimeProvider.System };
        Assert.Equal(ExitCode.Done, await run.RunAsync(null, "host", "--listen", "127.0.0.1:0", "--shape", "esxi", "--user", "root", "--password-file", file, "--for", "1ms"));
        Assert.Contains("a host by itself: localhost.localdomain", run.Out, StringComparison.Ordinal);
        Assert.Contains("export GOVC_URL=https://127.0.0.1:", run.Out, StringComparison.Ordinal);
        Assert.Contains("export GOVC_USERNAME=root GOVC_PASSWORD=…", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("from a file", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen", "8989")]
    [InlineData("--hosts", "0")]
    [InlineData("--shape", "cloud")]
    [InlineData("--key", "k.pem")]
    [InlineData("--user", " ")]
    [InlineData("--read-only-user", "Administrator@vsphere.local")]
    [InlineData("--hosts", "3", "--shape", "esxi")]
    [InlineData("--file-limit", "much")]
    public async Task What_makes_no_sense_is_refused(params string[] arguments)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync(null, ["host", .. arguments]));
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_certificate_or_an_address_that_cannot_be_used_is_said_in_words()
    {
        using var run = new CommandRun();
        var none = Path.Combine(_directory.Path, "none.pem");
        Assert.Equal(ExitCode.Failed, await run.RunAsync(null, "host", "--listen", "127.0.0.1:0", "--certificate", none));
        Assert.Contains(none, run.Error, StringComparison.Ordinal);

        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var other = new CommandRun();
        Assert.Equal(ExitCode.Failed, await other.RunAsync(null, "host", "--listen", "127.0.0.1:0", "--http", taken.LocalEndpoint.ToString()!));
        Assert.Contains("cannot listen on", other.Error, StringComparison.Ordinal);
        Assert.Contains("next: portside host --listen", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed")]
    [InlineData("--password-file")]
    [InlineData("--read-only-password-file", "--read-only-user", "r")]
    [InlineData("--certificate")]
    [InlineData("--key", "--certificate", "there.pem")]
    [InlineData("--state")]
    public async Task What_is_no_file_is_refused_rather_than_waited_for(string option, params string[] others)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        var state = Directory.CreateDirectory(Path.Combine(_directory.Path, "state")).FullName;
        var pipe = Path.Combine(state, "inventory.db");
        using (var made = Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync();
        var there = _directory.Write("there.pem", "");
        using var run = new CommandRun();
        var code = await run.RunAsync(
            null,
            ["host", "--listen", "127.0.0.1:0", "--for", "1ms", option, option == "--state" ? state : pipe, .. others.Select(other => other == "there.pem" ? there : other)]).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(option is "--certificate" or "--key" or "--state" ? ExitCode.Failed : ExitCode.Usage, code);
        Assert.Contains("is not a regular file", run.Error, StringComparison.Ordinal);
        Assert.Contains(pipe, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_methods_are_listed_for_people_and_programs()
    {
        using var people = new CommandRun();
        Assert.Equal(ExitCode.Done, await people.RunAsync(null, "host", "methods"));
        Assert.Matches(@"(?m)^VirtualMachine +PowerOnVM_Task +VirtualMachine\.Interact\.PowerOn$", people.Out);
        using var programs = new CommandRun();
        Assert.Equal(ExitCode.Done, await programs.RunAsync(null, "host", "methods", "-o", "json"));
        Assert.Contains(
            new MethodDescription("SessionManager", "Login", "System.Anonymous"),
            JsonSerializer.Deserialize(programs.Out, HostJson.Default.IReadOnlyListMethodDescription)!);
    }

    [Fact]
    public void The_page_of_the_documentation_is_the_table_of_methods()
    {
        var page = Path.Combine(RepositoryRoot(), "docs", "vsphere-methods.md");

        Assert.True(
            MethodTable.AsPage() == File.ReadAllText(page),
            "docs/vsphere-methods.md is stale; write it with: portside host methods --markdown > docs/vsphere-methods.md");
    }

    public void Dispose() => _directory.Dispose();

    private static string RepositoryRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
