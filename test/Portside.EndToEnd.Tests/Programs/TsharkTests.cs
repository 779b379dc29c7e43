using System.Text;
using System.Text.RegularExpressions;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Migration;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Wireshark as the judge of what passes on a link.</summary>
public partial class TsharkTests
{
    private const string FirstWords = "captured: the first words";
    private const string LastWords = "captured: the last words";

    [Fact]
    public async Task Wireshark_finds_no_malformed_packet_in_a_link_that_opens_talks_and_moves()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--vm-tls", "off");
        var capture = directory["link.pcapng"];
        await using (var dumpcap = await CaptureAsync(server.VmPort, capture))
        {
            var guest = new ScriptedGuest();
            await using var machine = await Machine.StartAsync(server, "captured", guest);
            await using var console = await PlainConsole.AttachAsync(server, "captured");
            await guest.SayAsync((byte[])[.. Encoding.ASCII.GetBytes(FirstWords), 0x0D, 0x00, 0xFF, 0xFF, 0xFF, 0x11]);
            await console.Heard.ReadAsync(FirstWords.Length + 6);
            await console.TypeAsync(new byte[] { 0xFF, 0x0D, 0x00 });
            await guest.Received.ReadAsync(3);

            // One move is called off, one is done, with an FF in the sequence.
            Assert.Equal(VmotionOutcome.Aborted, (await Machine.MoveAsync(machine, new VmotionOptions { Fault = VmotionFault.AbortAfterPeerOk })).Outcome);
            Assert.Equal(VmotionOutcome.Completed, (await Machine.MoveAsync(machine, new VmotionOptions { SequenceWithIac = true })).Outcome);
            await guest.SayAsync(LastWords);
            await console.Heard.WaitForAsync(LastWords);

            // The capture is complete when the last words are in the file.
            await Patience.PollAsync(
                () => File.ReadAllBytes(capture).AsSpan().IndexOf("captured: the last words"u8) >= 0, () => $"the capture.\n{dumpcap.Error}");
            dumpcap.Signal(Signals.Interrupt);
            await dumpcap.WaitForExitAsync();
        }

        await server.StopAsync();

        Assert.Equal("", await TsharkAsync(server.VmPort, capture, "-Y", "_ws.malformed || telnet.suboption_length.invalid"));
        var lines = (await TsharkAsync(server.VmPort, capture, "-Y", "telnet", "-T", "fields", "-e", "telnet.subcmd", "-e", "telnet.data")).Split('\n');
        Assert.True(lines.Length > 10, $"only {lines.Length} telnet packets");
        Assert.Contains(lines, line => line.Contains(FirstWords, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(LastWords, StringComparison.Ordinal));

        // Option 232 was agreed to, and its subnegotiations were found whole.
        Assert.Contains(lines, line => line.Split('\t')[0].Split(',').Contains("232"));
        var tree = await TsharkAsync(server.VmPort, capture, "-Y", "telnet.subcmd == 232", "-V", "-O", "telnet");
        Assert.Contains("Suboption", tree, StringComparison.Ordinal);

        // Versions from 4.2 on know what is in them.
        if (KnowsOption232().IsMatch((await RunAsync("-G", "fields")).Output))
        {
            Assert.Contains("proxy", tree, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("vmotion", tree, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task<ChildProcess> CaptureAsync(int port, string file)
    {
        // Bounded in itself too: ten thousand packets are fifty times what comes.
        var dumpcap = ChildProcess.Start(
            Tool.Path("dumpcap", "tshark"), ["-i", "lo", "-f", $"tcp port {port}", "-c", "10000", "-w", file]);
        await dumpcap.Error.WaitForAsync("File: ");
        return dumpcap;
    }

    private static async Task<string> TsharkAsync(int port, string file, params string[] options) =>
        (await RunAsync(["-n", "-r", file, "-d", $"tcp.port=={port},telnet", .. options])).Succeeded().Output.TrimEnd('\n');

    private static Task<CommandResult> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Tool.Path("tshark", "tshark"), arguments);

    [GeneratedRegex(@"\ttelnet\.(vmware|vmotion|vspc)", RegexOptions.IgnoreCase)]
    private static partial Regex KnowsOption232();
}
