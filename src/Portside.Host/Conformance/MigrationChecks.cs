using System.Globalization;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>vMotion: as it should go, and as it goes.</summary>
internal static class MigrationChecks
{
    private const string Chapter = "Guide, vMotion: ";

    /// <summary>How long a source that closed its half is given to see the other half close; a proxy may well leave it open.</summary>
    private static readonly TimeSpan EndOfSource = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("vmotion", "A machine moves", Chapter + "BEGIN, GOAHEAD, PEER, PEER-OK, COMPLETE", bench => MoveAsync(bench, new())),
        new(
            "vmotion-goahead-in-time",
            "GOAHEAD comes within the limit, every time",
            Chapter + "the source waits for GOAHEAD as long as serialN.vmotionLimit says, 5 s by default",
            GoAheadInTimeAsync),
        new(
            "vmotion-secret",
            "Every GOAHEAD has a secret of its own",
            Chapter + "GOAHEAD carries the sequence and a secret of the proxy's, by which the destination is known",
            SecretAsync),
        new(
            "vmotion-iac-sequence",
            "A sequence with bytes 255 is repeated as it is",
            Chapter + "the sequence is opaque; RFC 855 doubles 255 within a subnegotiation too",
            bench => MovesAsync(bench, [new() { Sequence = [0x76, 0x19, 0xFF, 0xE9] }, new() { Sequence = [0xFF, 0xFF, 0xFF, 0xFF] }, new() { Sequence = [0, 0xFF, 0xF0, 0xFF] }])),
        new(
            "vmotion-any-sequence",
            "A sequence of any length is repeated as it is",
            Chapter + "the sequence is opaque, and its length is not given",
            bench => MovesAsync(bench, [new() { Sequence = CheckBench.NewSequence(1) }, new() { Sequence = CheckBench.NewSequence(16) }])),
        new("vmotion-twice", "A machine that moved moves again", Chapter + "the destination may be the source of the next vMotion", TwiceAsync),
        new(
            "vmotion-source-closes-first",
            "A source that closes before COMPLETE does not end the move",
            Chapter + "the source closes when the machine is gone, and the two hosts do not wait for each other",
            bench => MoveAsync(bench, new() { SourceClosesFirst = true })),
        new(
            "vmotion-late-complete",
            "COMPLETE may be late",
            Chapter + "there is no limit between PEER-OK and COMPLETE",
            bench => MoveAsync(bench, new() { CompleteLateBy = bench.Options.LateBy })),
        new(
            "vmotion-half-open-source",
            "A source that never closes does not hold the machine",
            Chapter + "from COMPLETE on the port is the destination's",
            bench => MoveAsync(bench, new() { SourceFallsSilent = true })),
        new(
            "vmotion-abort-after-begin",
            "A source that aborts before it has an answer stays",
            Chapter + "ABORT leaves the port with the source",
            AbortAfterBeginAsync),
        new(
            "vmotion-abort-after-goahead",
            "A source that aborts behind GOAHEAD stays",
            Chapter + "ABORT leaves the port with the source",
            bench => AbortAsync(bench, AbortAfter.GoAhead)),
        new(
            "vmotion-abort-after-peer",
            "A source that aborts behind PEER stays",
            Chapter + "ABORT leaves the port with the source",
            bench => AbortAsync(bench, AbortAfter.Peer)),
        new(
            "vmotion-abort-after-peer-ok",
            "A source that aborts behind PEER-OK stays",
            Chapter + "ABORT leaves the port with the source",
            bench => AbortAsync(bench, AbortAfter.PeerOk)),
        new(
            "vmotion-destination-dies",
            "A source whose destination died stays",
            Chapter + "where the destination fails the source aborts and goes on",
            bench => AbortAsync(bench, AbortAfter.DestinationDied)),
        new(
            "vmotion-abort-ends-key",
            "Behind ABORT the secret is of no use",
            Chapter + "ABORT ends the vMotion",
            AbortEndsKeyAsync),
        new(
            "vmotion-again-after-abort",
            "A machine whose move was aborted moves the next time",
            Chapter + "a later attempt has a sequence of its own",
            AgainAfterAbortAsync),
        new(
            "vmotion-source-resumes",
            "A source that goes on without ABORT is heard",
            Chapter + "a source that had no GOAHEAD in time resumes",
            SourceResumesAsync,
            needsConsole: true),
        new(
            "vmotion-second-begin",
            "A second BEGIN is answered, and that move succeeds",
            Chapter + "GOAHEAD or NOTNOW answers every BEGIN",
            SecondBeginAsync),
        new(
            "vmotion-notnow-ignored",
            "A source that goes on though it heard NOTNOW gets nowhere",
            Chapter + "behind NOTNOW the machine stays",
            NotNowIgnoredAsync),
        new(
            "vmotion-unknown-peer",
            "A destination that nobody announced gets no PEER-OK",
            Chapter + "PEER names a sequence and secret that the proxy gave",
            UnknownPeerAsync),
        new(
            "vmotion-wrong-secret",
            "A destination with a wrong secret gets no PEER-OK, and the right one does",
            Chapter + "the secret proves that PEER is from the source's destination",
            WrongSecretAsync),
        new(
            "vmotion-stray-complete",
            "COMPLETE outside of a vMotion does no harm",
            Chapter + "COMPLETE is the destination's, behind PEER-OK",
            bench => StrayAsync(bench, VspCode.VmotionComplete)),
        new(
            "vmotion-stray-abort",
            "ABORT outside of a vMotion does no harm",
            Chapter + "ABORT is the source's, behind BEGIN",
            bench => StrayAsync(bench, VspCode.VmotionAbort)),
        new(
            "vmotion-restart-elsewhere",
            "A machine is served again whose host died in the middle of a vMotion",
            Chapter + "the source may die behind GOAHEAD; the machine is then started anew, with DO-PROXY",
            RestartElsewhereAsync),
        new(
            "vmotion-held",
            "What the console says during a move reaches the destination, once and in order",
            Chapter + "between GOAHEAD and COMPLETE the proxy holds what is for the machine",
            HeldAsync,
            needsConsole: true),
        new(
            "vmotion-held-abort",
            "What the console says during a move that fails reaches the source, once and in order",
            Chapter + "what the proxy holds goes to the source where the vMotion is aborted",
            HeldAbortAsync,
            needsConsole: true),
    ];

    private enum AbortAfter
    {
        GoAhead,
        Peer,
        PeerOk,
        DestinationDied,
    }

    private static async Task<ProxyConnection> MoveAsync(CheckBench bench, ProbeMachine identity, ProxyConnection source, Move move)
    {
        var sequence = move.Sequence ?? CheckBench.NewSequence();
        var key = await bench.BeginAsync(source, sequence).ConfigureAwait(false);
        var destination = await bench.PeerOkAsync(identity, key, sequence).ConfigureAwait(false);
        if (move.SourceClosesFirst)
        {
            // Nothing orders two connections; what closes both ends of the first has seen it before COMPLETE comes by the second.
            source.Finish();
            await source.WaitForEndAsync(EndOfSource).ConfigureAwait(false);
        }

        if (move.SourceFallsSilent)
            source.FallSilent();
        if (move.CompleteLateBy > TimeSpan.Zero)
            await bench.WaitAsync(move.CompleteLateBy).ConfigureAwait(false);
        await destination.SendAsync(VspCode.VmotionComplete, sequence).ConfigureAwait(false);
        if (!move.SourceFallsSilent)
            source.Finish();
        return destination;
    }

    private static async Task<string> MoveAsync(CheckBench bench, Move move)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var destination = await MoveAsync(bench, identity, source, move).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(destination, console).ConfigureAwait(false);
        return console is null ? "Moved; the destination is served." : "Moved; bytes pass both ways.";
    }

    private static async Task<string> MovesAsync(CheckBench bench, IReadOnlyList<Move> moves)
    {
        foreach (var move in moves)
            await MoveAsync(bench, move).ConfigureAwait(false);
        return $"Moved with {string.Join(", ", moves.Select(move => CheckBench.Hex(move.Sequence!)))}.";
    }

    private static async Task<string> GoAheadInTimeAsync(CheckBench bench)
    {
        const int Times = 10;
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Times; i++)
        {
            await source.WriteDataAsync(new byte[4096]).ConfigureAwait(false);
            var started = bench.Options.Time.GetTimestamp();
            await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
            var took = bench.Options.Time.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
            await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        }

        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"The slowest of {Times} took {CheckBench.Show(slowest)}; the limit is {bench.Options.GoAheadLimit.TotalMilliseconds:0} ms.");
    }

    private static async Task<string> SecretAsync(CheckBench bench)
    {
        const int Times = 4;
        var source = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await source.PingAsync().ConfigureAwait(false);
        byte[] sequence = [1, 2, 3, 4];
        var secrets = new List<string>();
        for (var i = 0; i < Times; i++)
        {
            secrets.Add(CheckBench.Hex((await bench.BeginAsync(source, sequence).ConfigureAwait(false))[sequence.Length..]));
            await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        }

        if (secrets[0] == CheckBench.Hex([]))
            throw new CheckFailedException("GOAHEAD has no secret: everybody can be the destination.");
        return secrets.Distinct().Count() == Times
            ? $"{secrets[0].Length / 2} bytes, each time others."
            : throw new CheckFailedException($"A secret comes twice in {Times} times: everybody can be the destination.");
    }

    private static async Task<string> TwiceAsync(CheckBench bench)
    {
        const int Times = 5;
        var identity = new ProbeMachine();
        var (at, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        for (var i = 0; i < Times; i++)
        {
            at = await MoveAsync(bench, identity, at, new() { SourceClosesFirst = i % 2 == 0 }).ConfigureAwait(false);
            await CheckBench.AssertLiveAsync(at, console).ConfigureAwait(false);
        }

        return $"Moved {Times} times.";
    }

    private static async Task<string> AbortAfterBeginAsync(CheckBench bench)
    {
        var (source, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionBegin, CheckBench.NewSequence()).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return "The source is served.";
    }

    private static async Task<string> AbortAsync(CheckBench bench, AbortAfter after)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var sequence = CheckBench.NewSequence();
        var key = await bench.BeginAsync(source, sequence).ConfigureAwait(false);
        if (after != AbortAfter.GoAhead)
        {
            var destination = await bench.PeerAsync(identity, key).ConfigureAwait(false);
            if (after != AbortAfter.Peer)
                await CheckBench.ExpectPeerOkAsync(destination, sequence).ConfigureAwait(false);
            if (after == AbortAfter.DestinationDied)
                destination.Break();
            else
                destination.Finish();
        }

        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return "The source is served.";
    }

    private static async Task<string> AbortEndsKeyAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var key = await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        await source.PingAsync().ConfigureAwait(false);
        await AssertNoPeerOkAsync(await bench.PeerAsync(identity, key).ConfigureAwait(false), "a secret whose vMotion was aborted").ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return "No PEER-OK, and the source is served.";
    }

    private static async Task<string> AgainAfterAbortAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        var destination = await MoveAsync(bench, identity, source, new()).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(destination, console).ConfigureAwait(false);
        return "Moved at the second attempt.";
    }

    private static async Task<string> SourceResumesAsync(CheckBench bench)
    {
        var (source, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return "Bytes pass both ways.";
    }

    private static async Task<string> SecondBeginAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var (first, second) = (CheckBench.NewSequence(), CheckBench.NewSequence());
        var key = await bench.BeginAsync(source, first).ConfigureAwait(false);
        var answer = await bench.TryBeginAsync(source, second).ConfigureAwait(false);
        var (used, sequence) = answer.Code == VspCode.VmotionGoAhead ? (answer.Content, second) : (key, first);
        var destination = await bench.PeerOkAsync(identity, used, sequence).ConfigureAwait(false);
        await destination.SendAsync(VspCode.VmotionComplete, sequence).ConfigureAwait(false);
        source.Finish();
        await CheckBench.AssertLiveAsync(destination, console).ConfigureAwait(false);
        return $"{Heard.Name(answer.Code!.Value)}, and moved with the {(sequence == second ? "second" : "first")}.";
    }

    private static async Task<string> NotNowIgnoredAsync(CheckBench bench)
    {
        // What makes proxies say NOTNOW: a vMotion of a machine they do not know yet, and one without a sequence.
        var identity = new ProbeMachine();
        var source = await bench.ConnectAsync(identity, holdsIdentity: true).ConfigureAwait(false);
        await source.NegotiateAsync().ConfigureAwait(false);
        var from = source.Here;
        var sequence = CheckBench.NewSequence();
        await source.SendAsync(VspCode.VmotionBegin, sequence).ConfigureAwait(false);
        if (source.Ended is null)
            await source.PingAsync().ConfigureAwait(false);
        var answer = source.All(from).FirstOrDefault(heard => heard.Code is VspCode.VmotionNotNow or VspCode.VmotionGoAhead);
        if (answer?.Code != VspCode.VmotionNotNow)
            throw new CheckNotApplicableException("It says NOTNOW to nothing that is tried here.");
        await AssertNoPeerOkAsync(
            await bench.PeerAsync(identity, [.. sequence, .. CheckBench.NewSequence()]).ConfigureAwait(false), "a vMotion that it said NOTNOW to").ConfigureAwait(false);
        await AssertNoPeerOkAsync(await bench.PeerAsync(identity, sequence).ConfigureAwait(false), "a vMotion that it said NOTNOW to").ConfigureAwait(false);
        return "NOTNOW, and then no PEER-OK.";
    }

    private static async Task<string> UnknownPeerAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var from = source.Here;
        var destination = await bench.PeerAsync(identity, [.. CheckBench.NewSequence(), .. CheckBench.NewSequence(8)]).ConfigureAwait(false);
        await AssertNoPeerOkAsync(destination, "a sequence and secret that it never gave").ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return destination.All().Any(heard => heard.Code == VspCode.UnknownSuboptionReceived2)
            ? "UNKNOWN-SUBOPTION-RCVD-2, and the source is served."
            : destination.Ended is null ? "Silence, and the source is served." : "It hangs up, and the source is served.";
    }

    private static async Task<string> WrongSecretAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var sequence = CheckBench.NewSequence();
        var key = await bench.BeginAsync(source, sequence).ConfigureAwait(false);
        foreach (var wrong in (byte[][])[[.. key[..^1], (byte)(key[^1] ^ 1)], sequence, [.. key, 0]])
            await AssertNoPeerOkAsync(await bench.PeerAsync(identity, wrong).ConfigureAwait(false), "a wrong secret").ConfigureAwait(false);
        var destination = await bench.PeerOkAsync(identity, key, sequence).ConfigureAwait(false);
        await destination.SendAsync(VspCode.VmotionComplete, sequence).ConfigureAwait(false);
        source.Finish();
        await CheckBench.AssertLiveAsync(destination, console).ConfigureAwait(false);
        return "Three wrong ones are refused, the right one moves.";
    }

    private static async Task AssertNoPeerOkAsync(ProxyConnection destination, string what)
    {
        // What was said before is dealt with when this is answered, or the proxy hung up, which is an answer too.
        try
        {
            await destination.PingAsync().ConfigureAwait(false);
        }
        catch (CheckFailedException) when (destination.Ended is not null)
        {
        }

        if (destination.All().Any(heard => heard.Code == VspCode.VmotionPeerOk))
            throw new CheckFailedException($"It says PEER-OK to {what}.");
        destination.Finish();
    }

    private static async Task<string> StrayAsync(CheckBench bench, VspCode code)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        await source.SendAsync(code, code == VspCode.VmotionComplete ? CheckBench.NewSequence() : []).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);

        // From a candidate it must not end, or complete, what is the source's.
        var sequence = CheckBench.NewSequence();
        await bench.BeginAsync(source, sequence).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionComplete, sequence).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return "Still served.";
    }

    private static async Task<string> RestartElsewhereAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, _) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
        source.FallSilent();
        await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        return "Served anew.";
    }

    private static async Task<string> HeldAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var (source, console) = await bench.OpenWithConsoleAsync(identity).ConfigureAwait(false);
        var sequence = CheckBench.NewSequence();
        var key = await bench.BeginAsync(source, sequence).ConfigureAwait(false);
        var (first, second) = (ProbeMachine.NewMark(), ProbeMachine.NewMark());
        await console!.WriteAsync(first).ConfigureAwait(false);
        var destination = await bench.PeerOkAsync(identity, key, sequence).ConfigureAwait(false);
        await console.WriteAsync(second).ConfigureAwait(false);
        await destination.PingAsync().ConfigureAwait(false);
        if (destination.Data.Unread > 0)
            throw new CheckFailedException($"{destination.Data.Unread} bytes reach the destination before COMPLETE.");
        await destination.SendAsync(VspCode.VmotionComplete, sequence).ConfigureAwait(false);
        await destination.Data.ExpectAsync([.. first, .. second], "what was held", bench.Options.Patience, default).ConfigureAwait(false);
        if (source.Data.Unread > 0)
            throw new CheckFailedException($"{source.Data.Unread} bytes reach the source behind GOAHEAD: the guest never sees them.");
        source.Finish();
        await CheckBench.AssertLiveAsync(destination, console).ConfigureAwait(false);
        return $"{first.Length + second.Length} bytes, at the destination alone.";
    }

    private static async Task<string> HeldAbortAsync(CheckBench bench)
    {
        var (source, console) = await bench.OpenWithConsoleAsync(new ProbeMachine()).ConfigureAwait(false);
        await bench.BeginAsync(source, CheckBench.NewSequence()).ConfigureAwait(false);
        var mark = ProbeMachine.NewMark();
        await console!.WriteAsync(mark).ConfigureAwait(false);
        await source.SendAsync(VspCode.VmotionAbort).ConfigureAwait(false);
        await source.Data.ExpectAsync(mark, "what was held", bench.Options.Patience, default).ConfigureAwait(false);
        await CheckBench.AssertLiveAsync(source, console).ConfigureAwait(false);
        return $"{mark.Length} bytes, at the source.";
    }

    /// <summary>How a move goes.</summary>
    private sealed record Move
    {
        public byte[]? Sequence { get; init; }

        public bool SourceClosesFirst { get; init; }

        public bool SourceFallsSilent { get; init; }

        public TimeSpan CompleteLateBy { get; init; }
    }
}
