using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Telnet.ComPort;

namespace Portside.Host.Tests.Bridges;

public class WiredPortTests
{
    [Fact]
    public async Task Wishes_that_come_faster_than_a_line_can_do_them_are_not_all_kept()
    {
        await using var port = new VirtualSerialPort(new VirtualSerialPortOptions { ProxyUri = ProxyUri.Parse("telnet://127.0.0.1:1") });
        await using var held = new HeldOutput(port, 4096);
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var line = new ScriptedLine
        {
            BreakTime = busy.Task,
            Settings = new LineSettings(9600, 8, ComPortParity.None, ComPortStopSize.One),
        };
        using var wired = new WiredPort(port, held, line);
        for (var i = 1u; i <= 10_000; i++)
        {
            port.Observer!.OnBreak();
            port.Observer.OnSettings(new LineSettings(i, 0, ComPortParity.Query, ComPortStopSize.Query));
            port.Observer.OnModemState(i % 2 == 0 ? ComPortModemState.Cts : ComPortModemState.None);
        }

        busy.SetResult();
        var asked = new List<string>();
        do
            asked.Add(await line.AskedAsync());
        while (asked is not [.., "settings 10000", "dtr False rts True"]);

        Assert.InRange(asked.Count, 3, 40);
    }
}
