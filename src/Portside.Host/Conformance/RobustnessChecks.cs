using System.Globalization;
using Portside.Telnet;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>What a proxy must survive, and its other machines with it.</summary>
internal static class RobustnessChecks
{
    private const string Others = "one machine's mistake is not another one's";
    private const byte Unassigned = 200;

    /// <summary>Who says nothing of a telnet kind gives no sign of having been read.</summary>
    private static readonly TimeSpan Digestion = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new(
            "unknown-suboption",
            "A suboption that nobody assigned is reported",
            "Guide, command syntax: UNKNOWN-SUBOPTION-RCVD-2 names a code the proxy does not know and is mandatory",
            bench => UnknownSuboptionAsync(bench, Unassigned)),
        new(
            "proxy-only-suboption",
            "A suboption that only proxies send does no harm",
            "Guide, command syntax: each suboption has one sender",
            ProxyOnlyAsync),
        new("unknown-option", "Options that nobody assigned are refused", "RFC 854: DONT answers WILL, WONT answers DO", UnknownOptionAsync),
        new(
            "settled-option",
            "An option that is on is not negotiated again",
            "RFC 854: a request for what is in force already is not acknowledged",
            SettledAsync),
        new(
            "empty-subnegotiation",
            "A subnegotiation without content does no harm",
            "RFC 855: a subnegotiation ends with SE, whatever is in it",
            EmptyAsync),
        new(
            "broken-subnegotiation",
            "A subnegotiation cut off by another command does no harm",
            "RFC 855; " + Others,
            bench => HostileAsync(bench, [TelnetCommand.Iac, TelnetCommand.Sb, 232, 82, 0x41, TelnetCommand.Iac, TelnetCommand.Nop, TelnetCommand.Iac, TelnetCommand.Sb, 232, TelnetCommand.Iac, TelnetCommand.Sb])),
        new(
            "oversized-subnegotiation",
            "A subnegotiation without end does no harm",
            "RFC 855 sets no bound; " + Others,
            OversizedAsync),
        new(
            "stray-commands",
            "Telnet commands with no meaning here are passed over",
            "RFC 854: a command that is not understood is no operation",
            StrayCommandsAsync),
        new("garbage", "Bytes that are no telnet do no harm", "RFC 854; " + Others, GarbageAsync),
        new(
            "stranger",
            "A stranger on the port for machines does no harm",
            "Guide, sessions: only who speaks option 232 is a machine",
            bench => StrangerAsync(bench, "GET / HTTP/1.1\r\nHost: proxy\r\n\r\n"u8.ToArray())),
        new(
            "tls-stranger",
            "A TLS greeting that stops half way does no harm",
            "Guide, sessions: a proxy may be reached by telnet:// and telnets://",
            bench => StrangerAsync(bench, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01])),
    ];

    private static async Task<string> UnknownSuboptionAsync(CheckBench bench, byte code)
    {
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        var from = machine.Here;
        await machine.SendAsync((VspCode)code, [1, 2, 0xFF]).ConfigureAwait(false);
        var answer = await machine.WaitAsync(from, VspCode.UnknownSuboptionReceived2).ConfigureAwait(false);
        if (answer.Content is not [var named] || named != code)
            throw new CheckFailedException($"UNKNOWN-SUBOPTION-RCVD-2 says {CheckBench.Hex(answer.Content)}, not {code:X2}.");
        await machine.PingAsync().ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"UNKNOWN-SUBOPTION-RCVD-2 {code}, and still served.");
    }

    private static async Task<string> ProxyOnlyAsync(CheckBench bench)
    {
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        foreach (var code in (VspCode[])[VspCode.WillProxy, VspCode.GetVmName, VspCode.VmotionPeerOk, VspCode.KnownSuboptions2])
            await machine.SendAsync(code).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        return "Still served.";
    }

    private static async Task<string> UnknownOptionAsync(CheckBench bench)
    {
        const byte Option = 0xC7;
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        foreach (var (verb, answer) in (ValueTuple<byte, byte>[])[(TelnetCommand.Will, TelnetCommand.Dont), (TelnetCommand.Do, TelnetCommand.Wont)])
        {
            var from = machine.Here;
            await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, verb, Option]).ConfigureAwait(false);
            await machine.WaitAsync(from, heard => heard.Is(answer, Option), $"a refusal of option {Option}").ConfigureAwait(false);
        }

        return "DONT and WONT.";
    }

    private static async Task<string> SettledAsync(CheckBench bench)
    {
        const int Times = 5;
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        var from = machine.Here;
        for (var i = 0; i < Times; i++)
            await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, TelnetCommand.Will, TelnetOptionCode.VirtualSerialPort]).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        var answers = machine.All(from).Count(heard => heard.Kind == TelnetTokenKind.Negotiation && heard.Option == TelnetOptionCode.VirtualSerialPort);
        return answers == 0
            ? $"WILL 232 another {Times} times is answered with nothing."
            : throw new CheckFailedException($"WILL 232 another {Times} times is answered {answers} times: with a peer of its kind that never ends.");
    }

    private static async Task<string> EmptyAsync(CheckBench bench)
    {
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.WriteRawAsync((byte[])
        [
            TelnetCommand.Iac, TelnetCommand.Sb, TelnetCommand.Iac, TelnetCommand.Se,
            TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.VirtualSerialPort, TelnetCommand.Iac, TelnetCommand.Se,
            TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.ComPort, TelnetCommand.Iac, TelnetCommand.Se,
        ]).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        return "Still served.";
    }

    private static async Task<string> StrayCommandsAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (machine, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        foreach (var command in (byte[])[0xF1, 0xF9, 0xF8, 0xF7, 0xEF, 0x34])
            await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, command]).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(machine, console).ConfigureAwait(false);
        return "Still served.";
    }

    private static async Task<string> HostileAsync(CheckBench bench, byte[] bytes)
    {
        var bystander = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.WriteRawAsync(bytes).ConfigureAwait(false);
        await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(bystander.Machine, bystander.Console).ConfigureAwait(false);
        return "Others are served as before.";
    }

    private static async Task<string> OversizedAsync(CheckBench bench)
    {
        const int Pieces = 64;
        var bystander = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'A');
        var sent = 0L;
        try
        {
            await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.VirtualSerialPort, (byte)VspCode.VmName]).ConfigureAwait(false);
            for (var i = 0; i < Pieces && machine.Ended is null; i++, sent += piece.Length)
                await machine.WriteRawAsync(piece).ConfigureAwait(false);
        }
        catch (CheckFailedException)
        {
            // That it hangs up is its good right.
        }

        await CheckBench.AssertLiveAsync(bystander.Machine, bystander.Console).ConfigureAwait(false);
        await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        return $"{(machine.Ended is null ? "It takes" : "It hangs up within")} {sent / 1024} KiB; others are served as before.";
    }

    private static async Task<string> GarbageAsync(CheckBench bench)
    {
        const int Times = 8;
        var seed = Environment.TickCount;
        var chance = new Random(seed);
        for (var i = 0; i < Times; i++)
        {
            var bytes = new byte[4096];
            chance.NextBytes(bytes);
            for (var at = chance.Next(8); at < bytes.Length; at += chance.Next(1, 8))
                bytes[at] = TelnetCommand.Iac;
            try
            {
                await HostileAsync(bench, bytes).ConfigureAwait(false);
            }
            catch (CheckFailedException e)
            {
                throw new CheckFailedException($"{e.Message} (seed {seed}, round {i})");
            }
        }

        return $"{Times} times 4 KiB of it; others are served as before.";
    }

    private static async Task<string> StrangerAsync(CheckBench bench, byte[] greeting)
    {
        var bystander = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var stranger = await StrangerConnection.ConnectAsync(bench.Options).ConfigureAwait(false);
        await using (stranger.ConfigureAwait(false))
        {
            await stranger.WriteAsync(greeting).ConfigureAwait(false);
            await bench.WaitAsync(Digestion).ConfigureAwait(false);
            await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
            await CheckBench.AssertLiveAsync(bystander.Machine, bystander.Console).ConfigureAwait(false);
        }

        return "Others are served as before.";
    }
}
