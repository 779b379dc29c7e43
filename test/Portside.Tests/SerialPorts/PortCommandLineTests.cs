using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Portside.Commands;
using Portside.Host.Faults;
using Portside.SerialPorts;
using Portside.Tests.Commands;
using Portside.Tests.Doctor;

namespace Portside.Tests.SerialPorts;

/// <summary>What <c>portside port</c> makes of what people write, and of what they leave out.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PortCommandLineTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_name_with_a_slip_is_answered_with_the_machines_that_may_be_meant()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web-01", on: false, hasPort: false, folder: "prod");
        await rig.AddAsync("db", on: false, hasPort: false);
        foreach (var slip in (string[])["wbe-01", "prod/wbe-01", "WEB-1"])
        {
            var run = await RunAsync(rig, ExitCode.NotFound, "ls", slip);
            Assert.StartsWith($"portside: there is no machine '{slip}'; did you mean:\n  /DC0/vm/prod/web-01, ", run.Error, StringComparison.Ordinal);
        }

        Assert.StartsWith("portside: there is no machine 'nothing-like-it'\n  next: ", (await RunAsync(rig, ExitCode.NotFound, "ls", "nothing-like-it")).Error, StringComparison.Ordinal);
        var (_, reports, _) = await rig.ExamineAsync("wbe-01");
        Assert.Equal("portside doctor /DC0/vm/prod/web-01", Assert.Single(reports, report => report.IsBroken).Repair);
    }

    [Fact]
    public async Task A_long_list_in_which_nothing_fits_is_told_by_its_first_lines()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web-01", on: false, hasPort: false);
        using var list = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(n => $"wbe-{n:00}\n"))));
        using var run = New(rig, list);
        Assert.Equal(ExitCode.NotFound, await run.RunAsync(null, "port", "ls", "-"));
        Assert.Equal(20, run.Error.Split("there is no machine").Length - 1);
        Assert.Contains("\nand 30 more\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_concentrator_that_is_not_given_is_that_of_the_context()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", on: false, hasPort: false);
        var server = rig.Service.Address.ToString().TrimEnd('/');
        using (var setting = new CommandRun())
        {
            setting.Environment["XDG_CONFIG_HOME"] = _directory.Path;
            Assert.Equal(ExitCode.Done, await setting.RunAsync(null, "context", "set", "lab", "--server", server, "--vcenter", rig.Url, "--user", "alice", "--password-command", "echo secret"));
        }

        var ensured = await InContextAsync(ExitCode.Done, "ensure", "web");
        Assert.StartsWith($"the concentrator is {server} (context lab), as --to names none\n", ensured.Error, StringComparison.Ordinal);
        Assert.Contains($"proxyURI: telnets://127.0.0.1:{rig.VmPort}#thumbprint=", ensured.Out, StringComparison.Ordinal);
        var plain = await InContextAsync(ExitCode.Done, "set", "web", "--plain");
        Assert.Contains("(context lab)", plain.Error, StringComparison.Ordinal);
        Assert.Contains($" -> telnet://127.0.0.1:{rig.VmPort}", plain.Out, StringComparison.Ordinal);
        Assert.Contains("(context lab)", (await InContextAsync(ExitCode.Done, "add", "web", "--label", "second")).Error, StringComparison.Ordinal);

        // What makes sense without one is left alone.
        foreach (string[] arguments in (string[][])[["set", "web", "--label", "second", "--direction", "client"], ["add", "web", "--label", "third", "--service", "tcp://console.example:7001", "--direction", "client"], ["set", "web", "--label", "second", "--proxy", "telnet://elsewhere:1"]])
        {
            var run = await InContextAsync(ExitCode.Done, arguments);
            Assert.DoesNotContain("the concentrator is", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("-> telnets:", run.Out, StringComparison.Ordinal);
        }

        // Without a context that names one, it is missed as before.
        Assert.Contains("a new port needs a concentrator (--to or --proxy)", (await RunAsync(rig, ExitCode.Usage, "ensure", "web")).Error, StringComparison.Ordinal);
        Assert.Contains("nothing is given that is to change", (await RunAsync(rig, ExitCode.Usage, "set", "web")).Error, StringComparison.Ordinal);

        async Task<CommandRun> InContextAsync(int exitCode, params string[] arguments)
        {
            using var run = new CommandRun { Clock = TimeProvider.System };
            run.Environment["XDG_CONFIG_HOME"] = _directory.Path;
            Assert.True(await run.RunAsync(null, ["port", .. arguments]) == exitCode, run.Out + run.Error);
            return run;
        }
    }

    [Theory]
    [InlineData("--port names one port, and --all every one", "rm", "web", "--port", "2", "--all")]
    [InlineData("--port names one port, and --all every one", "disconnect", "web", "--port", "2", "--all")]
    [InlineData("--port names one port, and --all-lost every lost one", "connect", "--port", "2", "--all-lost")]
    [InlineData("--label is one port's, and --all means every one", "set", "web", "--all", "--label", "a", "--proxy", "none")]
    [InlineData("--label a is given twice", "ensure", "web", "--label", "a", "--label", "a", "--proxy", "telnet://h:1")]
    public async Task What_contradicts_itself_is_refused(string complaint, params string[] arguments)
    {
        using var run = new CommandRun();
        run.Environment["GOVC_URL"] = "https://127.0.0.1:1/sdk";
        Assert.Equal(ExitCode.Usage, await run.RunAsync(null, ["port", .. arguments]));
        Assert.StartsWith($"portside: {complaint}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VirtualMachine.Config.AddRemoveDevice", "add", "off", "--label", "b", "--proxy", "telnet://h:1")]
    [InlineData("VirtualMachine.Config.AddRemoveDevice", "rm", "off")]
    [InlineData("VirtualMachine.Config.EditDevice", "set", "on", "--proxy", "telnet://h:1")]
    [InlineData("VirtualMachine.Config.EditDevice", "ensure", "off", "--proxy", "telnet://h:1")]
    [InlineData("VirtualMachine.Interact.DeviceConnection", "disconnect", "on")]
    [InlineData("VirtualMachine.Interact.DeviceConnection", "connect", "on", "--reconnect")]
    public async Task The_right_that_is_missing_is_named_as_in_the_documentation(string privilege, params string[] arguments)
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("off", on: false);
        await rig.AddAsync("on");
        using var run = New(rig);
        run.Environment["GOVC_USERNAME"] = "bob";
        Assert.Equal(ExitCode.Refused, await run.RunAsync(null, ["port", .. arguments]));
        Assert.True(run.Error.Contains($"next: give the account the privilege {privilege} on ", StringComparison.Ordinal), run.Error);
        Assert.Contains($"| `{privilege}` |", await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "vsphere-ports.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_is_taken_is_refused_and_nothing_is_added()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", service: "vSPC.py?port=a", on: false);
        var run = await RunAsync(rig, ExitCode.Failed, "add", "web", "--label", "a", "--proxy", "telnet://h:1");
        Assert.Contains("the label 'a' is that of 9000 (Serial port 1) already", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 port of 1 machine", (await RunAsync(rig, ExitCode.Done, "ls", "web")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_of_a_file_are_told_at_once_with_their_places()
    {
        var file = _directory.Write("ports.yaml", """
            to: http://127.0.0.1:13371
            directoin: server
            ports:
              - machine: web-1
                label: "a b"
                direction: sideways
              - machines: [web-2, web-3]
                label: ttyS0
                state: gone
              - service: vSPC.py
              - machines: [db, folder:x]
                label: ttyS1
              - machines: db
                service: vSPC.py?port=ttyS1
            """);
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync(null, "port", "plan", "-f", file));
        Assert.Equal(
            $"""
            {file}:2:1: no key is called 'directoin' here; did you mean direction?
            {file}:4:5: no key is called 'machine' here; did you mean machines?
            {file}:4:5: 'machines' is missing
            {file}:5:12: label: 'a b' is not a label: 1 to 64 letters, digits, '-' and '_' are, as in ttyS0
            {file}:6:16: direction: 'sideways' is not server or client
            {file}:9:12: state: 'gone' is not present or absent
            {file}:10:5: 'machines' is missing
            {file}:13:5: 'db' has a port 'ttyS1' by line 11 already; tell them apart by label, or leave the machine out by 'except'
            portside: {file} has 8 mistakes; nothing was done

            """.ReplaceLineEndings("\n"),
            run.Error);
    }

    [Fact]
    public async Task Ports_of_one_machine_with_one_label_are_a_mistake_of_the_file_however_they_are_named()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web-1", on: false, hasPort: false, folder: "prod");
        await rig.AddAsync("web-2", on: false, hasPort: false, folder: "prod");
        var file = _directory.Write("ports.yaml", """
            proxy: telnet://h:1
            ports:
              - { machines: folder:prod, label: a }
              - { machines: web-1 }
              - { machines: web-*, except: web-1, service: "vSPC.py?port=a" }
              - { machines: prod/web-1 }
            """);
        var run = await RunAsync(rig, ExitCode.Usage, "plan", "-f", file);
        Assert.StartsWith(
            $"portside: {file}:5: /DC0/vm/prod/web-2 has a port 'a' by line 3 already; tell them apart by label, or leave the machine out by 'except'\n"
            + $"{file}:6: /DC0/vm/prod/web-1 has a port without a label by line 4 already; ",
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_what_was_done_and_how_it_goes_on()
    {
        await using var rig = await ConsoleRig.StartAsync();
        foreach (var name in (string[])["a", "b", "c", "d"])
            await rig.AddAsync(name, on: false, hasPort: false);
        rig.Faults.Add(new FaultRule { Kind = FaultKind.SlowTask, Machine = "b", Time = TimeSpan.FromHours(1) });
        var file = _directory.Write("ports.yaml", "proxy: telnet://127.0.0.1:1\nports: [ { machines: '?' } ]\n");
        using var run = New(rig);
        using var interrupt = new CancellationTokenSource();
        var running = run.RunAsync(null, interrupt.Token, "port", "apply", "-f", file, "--parallel", "1");
        await ConsoleRig.UntilAsync(() => File.Exists(file + ".journal") && File.ReadAllText(file + ".journal").Split("\"task\"").Length == 3);
        await interrupt.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running.WaitAsync(Limit));
        Assert.EndsWith(
            $"portside: stopped: 1 machine was changed, 1 machine was begun and not waited for, 2 machines were not begun; the same command goes on from there\n  next: portside port apply -f {file}\n",
            run.Error,
            StringComparison.Ordinal);
        Assert.Contains("/DC0/vm/c: not begun\n", run.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(file + ".journal"));
    }

    [Theory]
    [InlineData("stopped: 2 machines were changed, 1 machine was tried in vain, none is left", "changed", "unverified", "failed", "unchanged")]
    [InlineData("stopped: 0 machines were changed, 3 machines were not begun", "not begun", "not begun", "not begun")]
    public void What_a_stopped_run_did_is_one_sentence(string sentence, params string[] outcomes) =>
        Assert.StartsWith(sentence, PortApplyCommand.Stopped([.. outcomes.Select(outcome => new MachineResult { Machine = "m", Path = "/m", Moid = "vm-1", Outcome = outcome })], 0), StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    private static string RepositoryRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    private static CommandRun New(ConsoleRig rig, Stream? input = null)
    {
        var run = new CommandRun { Clock = TimeProvider.System, Input = input ?? Stream.Null };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        return run;
    }

    private static async Task<CommandRun> RunAsync(ConsoleRig rig, int exitCode, params string[] arguments)
    {
        using var run = New(rig);
        Assert.True(await run.RunAsync(null, ["port", .. arguments]) == exitCode, run.Out + run.Error);
        return run;
    }
}
