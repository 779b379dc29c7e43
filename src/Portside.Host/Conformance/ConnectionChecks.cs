using System.Globalization;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>Connections that come again, come twice, or never end.</summary>
internal static class ConnectionChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new(
            "reconnect",
            "A machine that closes and comes again is served again",
            "Guide, sessions: connecting a port anew is a new session",
            bench => AgainAsync(bench, (connection, _) => ClosedAsync(connection, bench))),
        new(
            "reset",
            "A machine whose connection was reset is served again",
            "Guide, sessions: connecting a port anew is a new session",
            bench => AgainAsync(bench, (connection, _) =>
            {
                connection.Break();
                return Task.CompletedTask;
            })),
        new(
            "half-open",
            "A machine is served again though its last connection never ended",
            "Guide, keepalive: a connection may be dead without either end knowing",
            bench => AgainAsync(bench, (connection, _) =>
            {
                connection.FallSilent();
                return Task.CompletedTask;
            })),
        new(
            "same-uuid",
            "Two connections with one UUID leave the machine served",
            "Guide, vMotion: outside of a vMotion a UUID has one connection; copies of machines have it twice all the same",
            SameUuidAsync),
        new(
            "reconnect-storm",
            "A machine that connects again and again is served at the end",
            "Guide, sessions: connecting a port anew is a new session",
            StormAsync),
        new(
            "silent-connection",
            "A connection on which nothing is said does no harm",
            "Guide, sessions: the machine may wait for the proxy to speak",
            SilentAsync),
        new(
            "two-machines",
            "Two machines at once are kept apart",
            "Guide, command syntax: the UUID tells machines apart",
            TwoAsync,
            needsConsole: true),
    ];

    private static async Task ClosedAsync(ProxyConnection connection, CheckBench bench)
    {
        connection.Finish();
        if (!await connection.WaitForEndAsync(bench.Options.Patience).ConfigureAwait(false))
            throw new CheckFailedException("It does not close a connection that the machine closed.");
    }

    private static async Task<string> AgainAsync(CheckBench bench, Func<ProxyConnection, CheckBench, Task> leave)
    {
        var identity = new ProbeMachine();
        var (first, _) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        await leave(first, bench).ConfigureAwait(false);
        await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        return "Served again.";
    }

    private static async Task<string> SameUuidAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var bystander = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var first = await bench.OpenAsync(identity).ConfigureAwait(false);
        await first.PingAsync().ConfigureAwait(false);
        var second = await bench.ConnectAsync(identity).ConfigureAwait(false);
        await second.NegotiateAsync().ConfigureAwait(false);
        await second.AskAsync().ConfigureAwait(false);
        var answer = await second.TryWaitAsync(0, heard => heard.Code is VspCode.WillProxy or VspCode.WontProxy, bench.Options.Patience).ConfigureAwait(false);
        if (answer is null && second.Ended is null)
            throw new CheckFailedException("The second connection gets no answer to DO-PROXY.");
        var told = answer?.Code switch
        {
            VspCode.WillProxy => "The second is agreed to as well",
            VspCode.WontProxy => "The second is refused",
            _ => "The second is hung up on",
        };
        await CheckBench.AssertLiveAsync(bystander.Machine, bystander.Console).ConfigureAwait(false);
        first.Finish();
        second.Finish();
        await first.WaitForEndAsync(bench.Options.Patience).ConfigureAwait(false);
        await second.WaitForEndAsync(bench.Options.Patience).ConfigureAwait(false);
        await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        return $"{told}; behind both the machine is served.";
    }

    private static async Task<string> StormAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var bystander = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        for (var i = 0; i < bench.Options.StormConnections; i++)
        {
            var connection = await bench.ConnectAsync(identity).ConfigureAwait(false);
            switch (i % 4)
            {
                case 0:
                    connection.Break();
                    break;
                case 1:
                    await connection.NegotiateAsync().ConfigureAwait(false);
                    connection.Break();
                    break;
                case 2:
                    await connection.OpenAsync().ConfigureAwait(false);
                    connection.Break();
                    break;
                default:
                    await connection.OpenAsync().ConfigureAwait(false);
                    connection.Finish();
                    break;
            }
        }

        await CheckBench.AssertLiveAsync(bystander.Machine, bystander.Console).ConfigureAwait(false);
        await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"Served behind {bench.Options.StormConnections} connections, broken or closed at every stage.");
    }

    private static async Task<string> SilentAsync(CheckBench bench)
    {
        var silent = await StrangerConnection.ConnectAsync(bench.Options).ConfigureAwait(false);
        await using (silent.ConfigureAwait(false))
            await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        return "Others are served.";
    }

    private static async Task<string> TwoAsync(CheckBench bench)
    {
        var (first, firstConsole) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var (second, secondConsole) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        var (one, two) = (ProbeMachine.NewMark(), ProbeMachine.NewMark());
        await first.WriteDataAsync(one).ConfigureAwait(false);
        await second.WriteDataAsync(two).ConfigureAwait(false);
        await firstConsole!.ExpectAsync(one, "what the first machine says").ConfigureAwait(false);
        await secondConsole!.ExpectAsync(two, "what the second machine says").ConfigureAwait(false);
        await secondConsole.WriteAsync(one).ConfigureAwait(false);
        await second.Data.ExpectAsync(one, "what the second console says", bench.Options.Patience, default).ConfigureAwait(false);
        return first.Data.Unread == 0 ? "Kept apart." : throw new CheckFailedException("What is said to one machine reaches the other.");
    }
}
