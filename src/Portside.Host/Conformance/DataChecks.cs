using Portside.Telnet;

namespace Portside.Host.Conformance;

/// <summary>Bytes, which have to arrive as they are.</summary>
internal static class DataChecks
{
    private const int LargeBytes = 128 * 1024;
    private const int LargePiece = 4096;

    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <summary>What has been mistaken for something else before: ends of lines, NUL, flow control, and runs of the byte that telnet doubles.</summary>
    private static readonly byte[] Tricky =
    [
        0x0D, 0x0A, 0x0D, 0x00, 0x0D, 0x0D, 0x0A, 0x0A, 0x0D, 0x41, 0x00, 0x00, 0x11, 0x13, 0x1B, 0x1D, 0x03, 0x7F,
        0xFF, 0x41, 0xFF, 0xFF, 0x41, 0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFA, 0xE8, 0xFF, 0xFB, 0x00, 0xFF, 0xFF, 0xFF, 0xFF,
    ];

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("data", "Bytes pass both ways", "Guide, sessions: behind WILL-PROXY the connection carries the port's data", DataAsync, needsConsole: true),
        new(
            "binary-out",
            "Every byte value reaches the console as it is",
            "RFC 856 and the guide, sessions: serial data is a transparent stream of bytes",
            bench => OutAsync(bench, [.. EveryByte, .. Tricky]),
            needsConsole: true),
        new(
            "binary-in",
            "Every byte value reaches the machine as it is",
            "RFC 856 and the guide, sessions: serial data is a transparent stream of bytes",
            bench => InAsync(bench, [.. EveryByte, .. Tricky]),
            needsConsole: true),
        new(
            "iac-doubled",
            "The byte 255 is doubled on its way to the machine",
            "RFC 854: a data byte 255 is sent as two",
            bench => InAsync(bench, [.. Enumerable.Range(1, 6).SelectMany(length => (byte[])[.. Enumerable.Repeat((byte)0xFF, length), 0x2E])]),
            needsConsole: true),
        new(
            "iac-split",
            "A doubled 255 that is split between segments is one",
            "RFC 854: a command may be split anywhere",
            IacSplitAsync,
            needsConsole: true),
        new("large-out", "Much output arrives whole", "Guide, sessions: the proxy relays all data", bench => OutAsync(bench, Large()), needsConsole: true),
        new("large-in", "Much input arrives whole", "Guide, sessions: the proxy relays all data", bench => InAsync(bench, Large()), needsConsole: true),
        new(
            "early-data",
            "Bytes sent before WILL-PROXY are not lost",
            "Guide, sessions: DO-PROXY precedes serial data, which need not wait for its answer",
            EarlyDataAsync,
            needsConsole: true),
        new(
            "split",
            "A machine whose every byte is a segment of its own is served",
            "RFC 854: a command may be split anywhere",
            SplitAsync),
    ];

    private static async Task<string> DataAsync(CheckBench bench)
    {
        await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        return "Both ways.";
    }

    private static async Task<string> OutAsync(CheckBench bench, byte[] bytes)
    {
        var (machine, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        for (var at = 0; at < bytes.Length; at += LargePiece)
            await machine.WriteDataAsync(bytes.AsSpan(at, Math.Min(LargePiece, bytes.Length - at))).ConfigureAwait(false);
        await console!.ExpectAsync(bytes, $"{bytes.Length} bytes").ConfigureAwait(false);
        return $"{bytes.Length} bytes, unchanged.";
    }

    private static async Task<string> InAsync(CheckBench bench, byte[] bytes)
    {
        var (machine, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        for (var at = 0; at < bytes.Length; at += LargePiece)
            await console!.WriteAsync(bytes.AsMemory(at, Math.Min(LargePiece, bytes.Length - at))).ConfigureAwait(false);
        await machine.Data.ExpectAsync(bytes, $"{bytes.Length} bytes", bench.Options.Patience, default).ConfigureAwait(false);
        return $"{bytes.Length} bytes, unchanged.";
    }

    private static async Task<string> IacSplitAsync(CheckBench bench)
    {
        var (machine, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.WriteRawAsync((byte[])[0x41, TelnetCommand.Iac]).ConfigureAwait(false);
        await console!.ExpectAsync([0x41], "a byte before half a doubled 255").ConfigureAwait(false);
        await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, 0x42]).ConfigureAwait(false);
        await console.ExpectAsync([0xFF, 0x42], "the doubled 255").ConfigureAwait(false);
        return "One byte 255.";
    }

    private static async Task<string> EarlyDataAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var mark = ProbeMachine.NewMark();
        var machine = await bench.ConnectAsync(identity).ConfigureAwait(false);
        await machine.NegotiateAsync().ConfigureAwait(false);
        await machine.AskAsync().ConfigureAwait(false);
        await machine.WriteDataAsync(mark).ConfigureAwait(false);
        await machine.WaitAsync(0, Portside.Telnet.VirtualSerialPort.VspCode.WillProxy).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        var (shown, next) = await LookAsync(bench, identity, machine).ConfigureAwait(false);
        if (shown.AsSpan().IndexOf(mark) >= 0)
            return "They are shown to who comes later.";
        (shown, _) = await LookAsync(bench, identity, machine).ConfigureAwait(false);
        return shown.AsSpan().IndexOf(next) >= 0
            ? throw new CheckFailedException("Who comes later sees earlier output, and not these bytes.")
            : throw new CheckNotApplicableException("Who comes later sees no earlier output, so it cannot be told.");
    }

    /// <summary>What somebody sees who comes to the console now, up to what the machine says then.</summary>
    private static async Task<(byte[] Shown, byte[] Mark)> LookAsync(CheckBench bench, ProbeMachine identity, ProxyConnection machine)
    {
        var console = await bench.DialConsoleAsync(identity).ConfigureAwait(false);
        await using (console.ConfigureAwait(false))
        {
            var mark = ProbeMachine.NewMark();
            await machine.WriteDataAsync(mark).ConfigureAwait(false);
            return (await console.Received.ReadUntilAsync(mark, "what the machine says", bench.Options.Patience, default).ConfigureAwait(false), mark);
        }
    }

    private static async Task<string> SplitAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var machine = await bench.ConnectAsync(identity, byteByByte: true).ConfigureAwait(false);
        await machine.OpenAsync().ConfigureAwait(false);
        await bench.TryAttachAsync(identity, machine).ConfigureAwait(false);
        return "Served.";
    }

    private static byte[] Large()
    {
        var bytes = new byte[LargeBytes];
        new Random(232).NextBytes(bytes);
        return bytes;
    }
}
