using System.Text;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Bridges;

/// <summary>
/// A real Linux in QEMU whose serial ports are bridged: the first over telnet, where QEMU knows break, and waits for the
/// bridge; the second over a socket of the bridge's that QEMU connects to, again and again. One boot for all tests.
/// </summary>
public sealed class BootedLinux : IAsyncLifetime
{
    /// <summary>Who the machine is.</summary>
    public const string Uuid = "5e5e0000-1111-4222-8333-444455556666";

    /// <summary>The first port, as selector.</summary>
    public const string First = Uuid;

    /// <summary>The second port, as selector.</summary>
    public const string Second = Uuid + ".com2";

    /// <summary>A boot takes 7 s on two slow cores; a machine that does other things meanwhile gets its time.</summary>
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(4);

    private readonly TemporaryDirectory _directory = new();
    private ChildProcess? _qemu;
    private int _port;

    internal PortsideProcess Server { get; private set; } = null!;

    internal BridgeProcess Bridge { get; private set; } = null!;

    /// <summary>What QEMU itself wrote down of the first port.</summary>
    public byte[] Written
    {
        get
        {
            using var file = new FileStream(_directory["qemu.log"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var all = new MemoryStream();
            file.CopyTo(all);
            return all.ToArray();
        }
    }

    public async ValueTask InitializeAsync()
    {
        Server = await PortsideProcess.StartAsync(new PortsideSetup(_directory["state"])
        {
            Environment = new Dictionary<string, string?>
            {
                ["PORTSIDE__Remote__Dial"] = "127.0.0.1",
                ["PORTSIDE__Remote__ListenAddresses"] = "127.0.0.1",
                ["PORTSIDE__Remote__ListenPorts"] = "1024-65535",
            },
        });
        var port = _port = FreePort.Next();
        await WriteLinesAsync("");
        Bridge = StartBridge();
        await Bridge.Story.WaitForAsync("waits for a connection");
        _qemu = ChildProcess.Start(
            Tool.Path("qemu-system-x86_64", "qemu-system-x86"),
            [
                "-accel", "tcg", "-smp", "1", "-m", "256M", "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot",
                "-kernel", LinuxKernel.Path, "-initrd", await LinuxKernel.MakeInitialFilesAsync(_directory.Path),
                "-append", "console=ttyS0,115200 sysrq_always_enabled=1 panic=-1",
                "-chardev", $"socket,id=com1,host=127.0.0.1,port={port},server=on,wait=on,telnet=on,logfile={_directory["qemu.log"]}",
                "-chardev", $"socket,id=com2,path={_directory["com2"]},server=off,reconnect=1",
                "-serial", "chardev:com1", "-serial", "chardev:com2",
            ]);
        await WaitForAsync("guest login: ", BootLimit);
    }

    /// <summary>What is recorded of the first port.</summary>
    public async Task<byte[]> RecordedAsync()
    {
        await Server.WaitForPortAsync(First, _ => true);
        return await Server.BytesAsync($"/v1/ports/{First}/log?tail=100000000");
    }

    /// <summary>Waits until a text is recorded of the first port.</summary>
    public async Task WaitForAsync(string text, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? Patience.Limit);
        while (!Encoding.Latin1.GetString(await RecordedAsync()).Contains(text, StringComparison.Ordinal))
        {
            if (patience.IsCancellationRequested)
                Assert.Fail($"Waited for \"{text}\".\n{Encoding.Latin1.GetString(await RecordedAsync())}\n{_qemu}\n{Bridge.Story}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    /// <summary>Ends the bridge and starts another one; the guest runs on.</summary>
    /// <param name="more">Further keys of the first line, such as its service URI; none for what they were at first.</param>
    public async Task RestartBridgeAsync(params string[] more)
    {
        await Bridge.StopAsync();
        await Bridge.DisposeAsync();
        await WriteLinesAsync(string.Concat(more.Select(key => $"    {key}\n")));
        Bridge = StartBridge();
    }

    public async ValueTask DisposeAsync()
    {
        if (_qemu is not null)
            await _qemu.DisposeAsync();
        await using (Server)
        await using (Bridge)
        {
            await Bridge.StopAsync();
            await Server.StopAsync();
        }

        _directory.Dispose();
    }

    private Task WriteLinesAsync(string more) => File.WriteAllTextAsync(_directory["lines.yaml"], $"""
        to: telnet://127.0.0.1:{Server.VmPort}
        lines:
          - name: guest
            uuid: {Uuid}
            label: com2
            line: unix-listen:{_directory["com2"]}
          - name: guest
            uuid: {Uuid}
            line: telnet://127.0.0.1:{_port}

        """ + more);

    private BridgeProcess StartBridge() => BridgeProcess.StartFile(_directory["lines.yaml"]);
}
