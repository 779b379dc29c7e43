using System.Runtime.Versioning;
using System.Text.Json;
using Portside.Commands;
using Portside.Contexts;
using Portside.Tests.Commands;

namespace Portside.Tests.Contexts;

/// <summary><c>context ls</c>, <c>show</c>, <c>use</c>, <c>set</c> and <c>rm</c>, and the file in which contexts are.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContextCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string ConfigFile => Path.Combine(_directory.Path, "portside", "config.yaml");

    [Fact]
    public async Task Contexts_are_made_listed_chosen_changed_and_removed()
    {
        Assert.Equal("there are no contexts\n  next: portside context set NAME --server URL --vcenter URL --user NAME\n", (await RunAsync("ls")).Error);
        var made = await RunAsync("set", "lab", "--server", "console.lab:13371", "--vcenter", "vcenter.lab", "--user", "bob@vsphere.local", "--password-command", "pass show lab");
        Assert.Equal($"lab: made, in {ConfigFile}\n", made.Error);
        var second = await RunAsync("set", "prod", "--vcenter", "https://vcenter.prod/sdk", "--user", "alice", "--password-file", "/run/secrets/prod", "--thumbprint", new string('A', 40), "--datacenter", "DC1");
        Assert.Equal($"prod: made, in {ConfigFile}\n  next: portside context use prod\n", second.Error);

        Assert.Equal(
            """
               NAME  SERVER             VCENTER                   USER               PASSWORD
            *  lab   console.lab:13371  vcenter.lab               bob@vsphere.local  command
               prod  -                  https://vcenter.prod/sdk  alice              file

            """.ReplaceLineEndings("\n"),
            (await RunAsync("ls")).Out);
        await RunAsync("use", "prod");
        Assert.Equal("prod", Current(await RunAsync("ls", "-o", "json")));
        Assert.Contains("prod: changed", (await RunAsync("set", "prod", "--ca-file", "/etc/ca.pem", "--unset", "vsphere.datacenter")).Error, StringComparison.Ordinal);
        Assert.Contains("prod: unchanged", (await RunAsync("set", "prod", "--user", "alice")).Error, StringComparison.Ordinal);
        Assert.Equal(
            """
            # Written by portside context; passwords do not belong here.
            current: prod
            contexts:
              lab:
                server: console.lab:13371
                vsphere:
                  url: vcenter.lab
                  user: bob@vsphere.local
                  passwordCommand: pass show lab
              prod:
                vsphere:
                  url: https://vcenter.prod/sdk
                  user: alice
                  passwordFile: /run/secrets/prod
                  caFile: /etc/ca.pem

            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(ConfigFile, TestContext.Current.CancellationToken));

        Assert.Equal("prod is removed; no context is taken now\n", (await RunAsync("rm", "prod")).Error);
        Assert.Null(Current(await RunAsync("ls", "-o", "json")));
        await RunAsync("use", "lab");
        Assert.Equal("no context is taken now\n", (await RunAsync("use", "--none")).Error);
        await RunAsync("rm", "lab");
        Assert.Equal("[]\n", (await RunAsync("ls", "-o", "json")).Out);
    }

    [Fact]
    public async Task The_file_is_its_owners_alone_and_stays_a_link_where_it_is_one()
    {
        var elsewhere = Path.Combine(_directory.Path, "dotfiles.yaml");
        await RunAsync("set", "lab", "--server", "here");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(ConfigFile)!));

        File.Move(ConfigFile, elsewhere);
        File.CreateSymbolicLink(ConfigFile, elsewhere);
        await RunAsync("set", "lab", "--server", "there");
        Assert.Equal(elsewhere, File.ResolveLinkTarget(ConfigFile, returnFinalTarget: false)!.FullName);
        Assert.Contains("server: there", await File.ReadAllTextAsync(elsewhere, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(["config.yaml"], Directory.GetFiles(Path.GetDirectoryName(ConfigFile)!).Select(Path.GetFileName));

        File.SetUnixFileMode(elsewhere, File.GetUnixFileMode(elsewhere) | UnixFileMode.GroupWrite);
        File.SetUnixFileMode(ConfigFile, File.GetUnixFileMode(elsewhere));
        var open = await RunAsync(ExitCode.Usage, "ls");
        Assert.Contains($"{ConfigFile} may be written by others", open.Error, StringComparison.Ordinal);
        Assert.Contains($"next: chmod go-w {ConfigFile}", open.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contexts:\n  lab:\n    sever: x\n", "3:5: no key is called 'sever' here; did you mean server?")]
    [InlineData("contexts:\n  lab:\n    vsphere:\n      url: v\n      password: secret\n", "5:7: passwords do not belong into this file: passwordFile names a file")]
    [InlineData("contexts:\n  lab:\n    vsphere:\n      user: bob\n", "3:5: lab: vsphere.user is there and vsphere.url is not")]
    [InlineData("contexts:\n  lab:\n    vsphere:\n      url: https://bob:secret@v/sdk\n", "4:12: vsphere.url: user and password do not belong into the address; write it as https://v/sdk")]
    [InlineData("contexts:\n  lab:\n    vsphere:\n      url: v\n      passwordFile: ~/secret\n", "5:21: vsphere.passwordFile: '~/secret' is not the whole path of a file")]
    [InlineData("contexts:\n  lab:\n    vsphere:\n      url: v\n      thumbprint: AB\n", "5:19: vsphere.thumbprint: 'AB' is not a thumbprint")]
    [InlineData("contexts:\n  lab:\n    server: ftp://x\n", "3:13: server: 'ftp://x' has the scheme ftp")]
    [InlineData("contexts:\n  lab: {}\n  lab: {}\n", "3:3: 'lab' is here twice; the first is in line 2")]
    [InlineData("contexts:\n  a b: {}\n", "'a b' is not a name for a context")]
    [InlineData("current: x\ncontexts:\n  lab: {}\n", "1:10: current: there is no context 'x'")]
    [InlineData("kontexts: {}\n", "1:1: no key is called 'kontexts' here; did you mean contexts?")]
    [InlineData("- a\n", "1:1: keys such as 'contexts:' are expected at the top")]
    [InlineData("contexts:\n\tlab: {}\n", "2:1: not YAML: a tab in the indentation")]
    public async Task Mistakes_in_the_file_are_told_with_their_place_and_never_with_a_password(string text, string words)
    {
        Write(text);
        var run = await RunAsync(ExitCode.Usage, "show");
        Assert.Contains($"{ConfigFile}:", run.Error, StringComparison.Ordinal);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(": secret", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "'-x y' is not a name for a context", "set", "--", "-x y")]
    [InlineData(2, "nothing is given that lab is to hold", "set", "lab")]
    [InlineData(2, "lab: vsphere.user is there and vsphere.url is not", "set", "lab", "--user", "bob")]
    [InlineData(2, "--vcenter: user and password do not belong into the address; write it as https://v/sdk", "set", "lab", "--vcenter", "bob:secret@v")]
    [InlineData(2, "lab: passwordFile and passwordCommand both tell the password", "set", "lab", "--vcenter", "v", "--password-file", "/a", "--password-command", "b")]
    [InlineData(2, "--unset: 'user' is not one of server, vsphere.url", "set", "lab", "--server", "x", "--unset", "user")]
    [InlineData(2, "which context? name one, or say --none", "use")]
    [InlineData(3, "there is no context 'lab'", "use", "lab")]
    [InlineData(3, "there is no context 'lab'", "rm", "lab")]
    [InlineData(3, "there is no context 'lab'", "show", "--context", "lab")]
    public async Task What_makes_no_sense_is_said_and_nothing_is_written(int exitCode, string words, params string[] arguments)
    {
        var run = await RunAsync(exitCode, arguments);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(ConfigFile));
    }

    [Fact]
    public async Task A_name_that_is_nearly_one_is_answered_with_it()
    {
        Write("contexts:\n  production: {}\n  lab: {}\n");
        Assert.Contains("there is no context 'producton'; did you mean production?", (await RunAsync(ExitCode.NotFound, "use", "producton")).Error, StringComparison.Ordinal);
        Assert.Contains("there is no context 'x'; there are production, lab", (await RunAsync(ExitCode.NotFound, "use", "x")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("portside context use ")]
    [InlineData("portside ls --context ")]
    public async Task Names_are_completed(string line)
    {
        Write("contexts:\n  production: {}\n  lab: {}\n");
        using var run = New();
        await run.RunAsync(null, $"[suggest:{line.Length}]", line);
        Assert.Contains("lab\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("production\n", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "http://127.0.0.1:13371", null)]
    [InlineData("current: lab", "", "http://lab:1", "context lab")]
    [InlineData("current: lab", "PORTSIDE_CONTEXT=prod", "http://prod:1", "context prod")]
    [InlineData("current: lab", "PORTSIDE_SERVER=http://variable:1", "http://variable:1", "PORTSIDE_SERVER")]
    [InlineData("current: lab", "PORTSIDE_CONTEXT=prod PORTSIDE_SERVER=http://variable:1", "http://variable:1", "PORTSIDE_SERVER")]
    [InlineData("current: lab", "PORTSIDE_SERVER=http://variable:1 --context prod", "http://prod:1", "context prod")]
    [InlineData("current: lab", "PORTSIDE_SERVER=http://variable:1 --context empty", "http://variable:1", "PORTSIDE_SERVER")]
    [InlineData("current: lab", "PORTSIDE_SERVER=http://variable:1 --context prod --server http://option:1", "http://option:1", "--server")]
    public async Task The_concentrator_is_an_options_a_named_contexts_a_variables_the_current_contexts_or_the_default(string current, string said, string server, string? from)
    {
        Write($"{current}\ncontexts:\n  lab: {{ server: \"http://lab:1\" }}\n  prod: {{ server: \"http://prod:1\" }}\n  empty: {{}}\n");
        var row = (await ShowAsync(said)).Single(row => row.Key == "server");
        Assert.Equal((server, from), (row.Value, row.From));
    }

    // What each place says of the login, and what comes of it: url, user, password and datacenter with where they were said.
    [Theory]
    [InlineData("", "lab.example context lab", "bob context lab", "in /lab context lab", "DCL context lab")]
    [InlineData("GOVC_URL=other GOVC_USERNAME=eve GOVC_PASSWORD=e", "other GOVC_URL", "eve GOVC_USERNAME", "given GOVC_PASSWORD", null)]
    [InlineData("GOVC_URL=https://eve:secret@other/sdk", "https://other/sdk GOVC_URL", "eve GOVC_URL", "given GOVC_URL", null)]
    [InlineData("GOVC_URL=other", "other GOVC_URL", null, "asked for", null)]
    [InlineData("GOVC_URL=lab.example GOVC_PASSWORD=p", "lab.example GOVC_URL", "bob context lab", "given GOVC_PASSWORD", "DCL context lab")]
    [InlineData("GOVC_USERNAME=eve", "lab.example context lab", "eve GOVC_USERNAME", "asked for", "DCL context lab")]
    [InlineData("GOVC_DATACENTER=DCV", "lab.example context lab", "bob context lab", "in /lab context lab", "DCV GOVC_DATACENTER")]
    [InlineData("--vcenter other", "other --vcenter", null, "asked for", null)]
    [InlineData("--vcenter https://lab.example/sdk", "https://lab.example/sdk --vcenter", "bob context lab", "in /lab context lab", "DCL context lab")]
    [InlineData("--user eve", "lab.example context lab", "eve --user", "asked for", "DCL context lab")]
    [InlineData("--user bob", "lab.example context lab", "bob --user", "in /lab context lab", "DCL context lab")]
    [InlineData("--password-file /own", "lab.example context lab", "bob context lab", "in /own --password-file", "DCL context lab")]
    [InlineData("GOVC_URL=other GOVC_USERNAME=eve GOVC_PASSWORD=e GOVC_DATACENTER=DCV --context prod", "prod.example context prod", "alice context prod", "by a command context prod", null)]
    [InlineData("GOVC_USERNAME=eve GOVC_PASSWORD=e --context bare", "bare.example context bare", "eve GOVC_USERNAME", "given GOVC_PASSWORD", null)]
    [InlineData("GOVC_URL=other GOVC_USERNAME=eve GOVC_PASSWORD=e --context bare", "bare.example context bare", null, "asked for", null)]
    [InlineData("GOVC_URL=other GOVC_USERNAME=eve GOVC_PASSWORD=e --vcenter third", "third --vcenter", "eve GOVC_USERNAME", "given GOVC_PASSWORD", null)]
    public async Task A_login_is_put_together_so_that_no_password_goes_where_it_does_not_belong(string said, string url, string? user, string password, string? datacenter)
    {
        Write("""
            current: lab
            contexts:
              lab: { vsphere: { url: lab.example, user: bob, passwordFile: /lab, datacenter: DCL } }
              prod: { vsphere: { url: prod.example, user: alice, passwordCommand: "pass show prod" } }
              bare: { vsphere: { url: bare.example } }
            """);
        var rows = (await ShowAsync(said)).ToDictionary(row => row.Key, row => row.Value is null ? null : $"{row.Value}{(row.From is null ? "" : $" {row.From}")}");
        Assert.Equal((url, user, password, datacenter), (rows["vsphere.url"], rows["vsphere.user"], rows["vsphere.password"], rows["vsphere.datacenter"]));
    }

    [Theory]
    [InlineData("--context lab", "AA:AA context lab")]
    [InlineData("--context lab GOVC_INSECURE=1", "AA:AA context lab")]
    [InlineData("PORTSIDE_CONTEXT=lab GOVC_INSECURE=1", "any certificate GOVC_INSECURE")]
    [InlineData("--context ca", "authorities of /ca.pem context ca")]
    [InlineData("--context ca --ca-file /own.pem", "authorities of /own.pem --ca-file")]
    [InlineData("--context bare GOVC_TLS_CA_CERTS=/a.pem:/b.pem", "authorities of /a.pem, /b.pem GOVC_TLS_CA_CERTS")]
    [InlineData("--context bare", "the system's authorities")]
    public async Task Whose_certificates_are_believed_is_said_in_the_same_order(string said, string trust)
    {
        var thumbprint = string.Join(':', Enumerable.Repeat("AA", 20));
        Write($"contexts:\n  lab: {{ vsphere: {{ url: v, thumbprint: \"{thumbprint}\" }} }}\n  ca: {{ vsphere: {{ url: v, caFile: /ca.pem }} }}\n  bare: {{ vsphere: {{ url: v }} }}\n");
        var row = (await ShowAsync(said)).Single(row => row.Key == "vsphere.trust");
        Assert.Equal(trust, $"{row.Value}{(row.From is null ? "" : $" {row.From}")}".Replace(thumbprint, "AA:AA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_with_mistakes_stops_nobody_who_says_which_server_is_meant()
    {
        Write("nonsense: 1\n");
        using var run = New();
        Assert.Equal(ExitCode.Failed, await run.RunAsync(new Uri("http://127.0.0.1:1/"), "ls"));
        Assert.StartsWith("portside: cannot reach the server at http://127.0.0.1:1", run.Error, StringComparison.Ordinal);
        using var other = New();
        Assert.Equal(ExitCode.Usage, await other.RunAsync(null, "ls"));
        Assert.Contains("no key is called 'nonsense' here", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XDG_CONFIG_HOME=/x HOME=/home/bob", "/x/portside/config.yaml")]
    [InlineData("XDG_CONFIG_HOME=x HOME=/home/bob", "/home/bob/.config/portside/config.yaml")]
    [InlineData("HOME=/home/bob", "/home/bob/.config/portside/config.yaml")]
    [InlineData("", null)]
    public void The_file_is_in_the_persons_directory_for_configuration(string variables, string? path)
    {
        Assert.Equal(path, ContextFile.PathOf(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1])));
    }

    public void Dispose() => _directory.Dispose();

    private static string? Current(CommandRun run) => JsonSerializer.Deserialize(run.Out, CommandJson.Default.IReadOnlyListContextDescription)!.SingleOrDefault(one => one.IsCurrent)?.Name;

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ConfigFile)!);
        File.WriteAllText(ConfigFile, text);
    }

    private async Task<IReadOnlyList<ContextValueDescription>> ShowAsync(string said)
    {
        using var run = New();
        var words = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var pair in words.Where(word => char.IsAsciiLetterUpper(word[0])))
            run.Environment[pair.Split('=')[0]] = pair.Split('=')[1];
        Assert.True(await run.RunAsync(null, ["context", "show", .. words.Where(word => !char.IsAsciiLetterUpper(word[0])), "-o", "json"]) == 0, run.Error);
        return JsonSerializer.Deserialize(run.Out, CommandJson.Default.IReadOnlyListContextValueDescription)!;
    }

    private CommandRun New()
    {
        var run = new CommandRun();
        run.Environment["XDG_CONFIG_HOME"] = _directory.Path;
        return run;
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(ExitCode.Done, arguments);

    private async Task<CommandRun> RunAsync(int exitCode, params string[] arguments)
    {
        using var run = New();
        Assert.True(await run.RunAsync(null, ["context", .. arguments]) == exitCode, run.Error);
        return run;
    }
}
