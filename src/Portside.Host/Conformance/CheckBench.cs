using System.Globalization;
using Portside.Lines.Dialling;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>What one check works with; all of it is gone with the check.</summary>
internal sealed class CheckBench(ConformanceOptions options, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>Which concentrator, and how.</summary>
    public ConformanceOptions Options { get; } = options;

    /// <summary>Whether somebody can be at the console.</summary>
    public bool HasConsole => Options.Console is not null;

    /// <summary>A connection, and nothing said yet.</summary>
    public async Task<ProxyConnection> ConnectAsync(ProbeMachine machine, bool holdsIdentity = false, bool byteByByte = false)
    {
        var connection = new ProxyConnection(machine, Options, cancellation) { HoldsIdentity = holdsIdentity, ByteByByte = byteByByte };
        _owned.Add(connection);
        await connection.ConnectAsync().ConfigureAwait(false);
        return connection;
    }

    /// <summary>A connection that is served.</summary>
    public async Task<ProxyConnection> OpenAsync(ProbeMachine machine)
    {
        var connection = await ConnectAsync(machine).ConfigureAwait(false);
        await connection.OpenAsync().ConfigureAwait(false);
        return connection;
    }

    /// <summary>A connection that is served, and somebody at its console where there is one.</summary>
    public async Task<(ProxyConnection Machine, ProbeConsole? Console)> OpenWithConsoleAsync(ProbeMachine machine)
    {
        var connection = await OpenAsync(machine).ConfigureAwait(false);
        var console = await TryAttachAsync(machine, connection).ConfigureAwait(false);
        return (connection, console);
    }

    /// <summary>Goes to the console of a port, where there is a way.</summary>
    public async Task<ProbeConsole?> TryAttachAsync(ProbeMachine machine, ProxyConnection connection)
    {
        // The first answer comes behind the questions for its name; when the second comes, what it told is known.
        await connection.PingAsync().ConfigureAwait(false);
        await connection.PingAsync().ConfigureAwait(false);
        if (!HasConsole)
            return null;
        var console = await DialConsoleAsync(machine).ConfigureAwait(false);
        _owned.Add(console);
        await AssertLiveAsync(connection, console).ConfigureAwait(false);
        return console;
    }

    /// <summary>Goes to the console of a port that is known; the caller leaves it.</summary>
    public async Task<ProbeConsole> DialConsoleAsync(ProbeMachine machine)
    {
        using var limit = new CancellationTokenSource(Options.Patience, Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return new ProbeConsole(await Options.Console!(machine.Console, either.Token).ConfigureAwait(false), Options, cancellation);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new CheckFailedException($"The console of {machine.Name} does not answer within {Options.Patience.TotalSeconds:0.#} s.");
        }
        catch (DialException e)
        {
            throw new CheckFailedException($"The console of {machine.Name} cannot be reached: {e.Message}");
        }
    }

    /// <summary>Sees that bytes pass both ways, or without a console that the proxy answers.</summary>
    public static async Task AssertLiveAsync(ProxyConnection connection, ProbeConsole? console)
    {
        if (console is null)
        {
            await connection.PingAsync().ConfigureAwait(false);
            return;
        }

        var mark = ProbeMachine.NewMark();
        await connection.WriteDataAsync(mark).ConfigureAwait(false);
        await console.ReadUntilAsync(mark, "what the machine says").ConfigureAwait(false);
        mark = ProbeMachine.NewMark();
        await console.WriteAsync(mark).ConfigureAwait(false);
        await connection.Data.ReadUntilAsync(mark, "what the console says", console.Patience, default).ConfigureAwait(false);
    }

    /// <summary>Waits; what is late on purpose has no signal.</summary>
    public Task WaitAsync(TimeSpan time) => Task.Delay(time, Options.Time, cancellation);

    /// <summary>BEGIN, and GOAHEAD in time.</summary>
    /// <returns>The key: sequence and secret.</returns>
    public async Task<byte[]> BeginAsync(ProxyConnection source, byte[] sequence)
    {
        var answer = await TryBeginAsync(source, sequence).ConfigureAwait(false);
        return answer.Code == VspCode.VmotionGoAhead
            ? answer.Content
            : throw new CheckFailedException("It says NOTNOW to a machine that is connected and not moving.");
    }

    /// <summary>BEGIN, and its answer in time.</summary>
    /// <returns>GOAHEAD or NOTNOW.</returns>
    public async Task<Heard> TryBeginAsync(ProxyConnection source, byte[] sequence)
    {
        var from = source.Here;
        await source.SendAsync(VspCode.VmotionBegin, sequence).ConfigureAwait(false);
        var answer = await source.WaitAsync(
            from,
            heard => heard.Code is VspCode.VmotionGoAhead or VspCode.VmotionNotNow
                || (heard.Code == VspCode.UnknownSuboptionReceived2 && heard.Content is [(byte)VspCode.VmotionBegin]),
            "GOAHEAD or NOTNOW",
            Options.GoAheadLimit).ConfigureAwait(false);
        if (answer.Code == VspCode.UnknownSuboptionReceived2)
            throw new CheckNotApplicableException("It does not know VMOTION-BEGIN (suboption 40), so no machine can move.");
        if (!answer.Content.AsSpan().StartsWith(sequence))
        {
            throw new CheckFailedException(
                $"{Heard.Name(answer.Code!.Value)} does not repeat the sequence {Hex(sequence)}: it says {Hex(answer.Content)}.");
        }

        return answer;
    }

    /// <summary>Connects as the destination and sends PEER.</summary>
    public async Task<ProxyConnection> PeerAsync(ProbeMachine machine, byte[] key)
    {
        var destination = await ConnectAsync(machine).ConfigureAwait(false);
        await destination.NegotiateAsync().ConfigureAwait(false);
        await destination.SendAsync(VspCode.VmotionPeer, key).ConfigureAwait(false);
        return destination;
    }

    /// <summary>Connects as the destination, up to PEER-OK.</summary>
    public async Task<ProxyConnection> PeerOkAsync(ProbeMachine machine, byte[] key, byte[] sequence)
    {
        var destination = await PeerAsync(machine, key).ConfigureAwait(false);
        await ExpectPeerOkAsync(destination, sequence).ConfigureAwait(false);
        return destination;
    }

    public static async Task ExpectPeerOkAsync(ProxyConnection destination, byte[] sequence)
    {
        var answer = await destination.WaitAsync(
            0, heard => heard.Code is VspCode.VmotionPeerOk or VspCode.UnknownSuboptionReceived2, "VMOTION-PEER-OK").ConfigureAwait(false);
        if (answer.Code != VspCode.VmotionPeerOk)
            throw new CheckFailedException("It does not know the sequence and secret that it gave in GOAHEAD.");
        if (!answer.Content.AsSpan().StartsWith(sequence))
            throw new CheckFailedException($"VMOTION-PEER-OK does not repeat the sequence {Hex(sequence)}: it says {Hex(answer.Content)}.");
    }

    /// <summary>A sequence as hosts make them.</summary>
    public static byte[] NewSequence(int length = 4) => System.Security.Cryptography.RandomNumberGenerator.GetBytes(length);

    public static string Hex(byte[] bytes) => bytes.Length == 0 ? "nothing" : Convert.ToHexString(bytes);

    /// <summary>A time for people.</summary>
    public static string Show(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync().ConfigureAwait(false);
    }
}
