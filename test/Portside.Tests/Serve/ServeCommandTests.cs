using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Portside.Api.Contracts;
using Portside.Tests.Commands;

namespace Portside.Tests.Serve;

/// <summary>The program as a process: its screen, its signals, and systemd's readiness.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServeCommandTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Mistakes_are_told_before_anything_is_opened()
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync(null, "serve", "--state", _directory.Path, "--http-listen", "0.0.0.0:0", "--vm-listen", "13370"));

        Assert.Contains("--vm-listen: vm.listen: '13370' has no address", run.Error, StringComparison.Ordinal);
        Assert.Contains("--http-listen: http.listen is 0.0.0.0:0, where anybody may take any console without a password", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_is_a_failure_in_words()
    {
        var run = new CommandRun { Clock = TimeProvider.System };

        Assert.Equal(1, await run.RunAsync(null, "serve", "--state", "/proc/portside", "--http-listen", "127.0.0.1:0", "--vm-listen", "127.0.0.1:0", "--console-telnet", "off"));
        Assert.StartsWith("portside: The state directory /proc/portside cannot be written: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_screen_says_where_to_connect_and_what_to_paste()
    {
        using var ending = new CancellationTokenSource();
        var run = new CommandRun { Clock = TimeProvider.System };
        var running = run.RunAsync(
            null, ending.Token, "serve", "--state", _directory.Path, "--vm-listen", "127.0.0.1:0", "--console-telnet", "off",
            "--http-listen", "0.0.0.0:0", "--insecure-http-anywhere", "--advertise", "console.example.com");
        await run.PrintsAsync("seen yet\n").WaitAsync(Limit);
        await ending.CancelAsync();

        Assert.Equal(0, await running);
        Assert.StartsWith($"portside {Portside.Commands.VersionCommand.Current} is ready\n\n  machines connect to   127.0.0.1:", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n  proxy URI to paste    telnets://console\.example\.com:\d+#thumbprint=([0-9A-F]{2}:){19}[0-9A-F]{2}\n                        telnet://console\.example\.com:\d+\n", run.Out);
        Assert.Contains($"\n  logs                  {_directory.Path}/log\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nWARNING: the HTTP API listens on 0.0.0.0:0: whoever reaches it may use every console, without a password\n", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("\nno virtual machine seen yet\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_ready_for_systemd_when_it_listens_reloads_on_hangup_and_ends_on_terminate()
    {
        var path = Path.Combine(_directory.Path, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var configuration = _directory.Write("portside.yaml", "vm: { listen: '127.0.0.1:0' }\nhttp: { listen: '127.0.0.1:0' }\nconsole: { telnet: off }\n");
        using var process = Start("serve", "--config", configuration, "--state", Path.Combine(_directory.Path, "state"), "-o", "json");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
            var server = JsonSerializer.Deserialize(line!, ApiJson.Default.ServerDescription)!;
            Assert.Equal("READY=1", await ReceiveAsync(systemd));
            using (var http = new HttpClient())
                Assert.Equal("ready\n", await http.GetStringAsync($"{server.HttpAddress}/readyz"));

            File.AppendAllText(configuration, "log: { keepFiles: 2 }\n");
            Signal(process, "HUP");
            Assert.Equal("RELOADING=1", await ReceiveAsync(systemd));
            Assert.Equal("READY=1", await ReceiveAsync(systemd));

            Signal(process, "TERM");
            await process.WaitForExitAsync().WaitAsync(Limit);
            Assert.Equal(0, process.ExitCode);
            Assert.Equal("STOPPING=1", await ReceiveAsync(systemd));
            Assert.Contains("log.keepFiles is 2 now", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        Process Start(params string[] arguments)
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "portside"), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["NOTIFY_SOCKET"] = path;
            start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath);
            return Process.Start(start)!;
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Limit);
        var buffer = new byte[256];
        var count = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
