using System.Globalization;
using Portside.Lines.Uris;
using Portside.Telnet;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>From the connection to the agreement to serve a port.</summary>
internal static class OpeningChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("connect", "A machine can connect", "Guide, sessions: the machine is the one that connects, to the proxy's address", ConnectAsync),
        new("option-232", "Option 232 is agreed to", "Guide, option negotiation: the proxy answers WILL 232 with DO 232", NegotiateAsync),
        new(
            "known-suboptions",
            "The proxy lists the suboptions it knows",
            "Guide, command syntax: KNOWN-SUBOPTIONS-2 answers KNOWN-SUBOPTIONS-1 and is mandatory",
            KnownSuboptionsAsync),
        new(
            "known-suboptions-same",
            "The list is the same on every connection",
            "Guide, command syntax: a proxy sends the same list each time",
            SameSuboptionsAsync),
        new("do-proxy", "A service URI that is served is agreed to", "Guide, sessions: WILL-PROXY answers DO-PROXY", DoProxyAsync),
        new(
            "wont-proxy-uri",
            "A service URI that is not served is refused",
            "Guide, sessions: WONT-PROXY answers DO-PROXY where the proxy does not serve the port",
            WontProxyUriAsync),
        new(
            "wont-proxy-direction",
            "A direction that does not exist is refused",
            "Guide, command syntax: DO-PROXY names direction C or S",
            WontProxyDirectionAsync),
        new(
            "asks-uuid",
            "The proxy asks for a UUID",
            "Guide, command syntax: the GET suboptions ask the machine for its UUIDs",
            bench => AsksAsync(bench, "a UUID", VspCode.GetVmVcUuid, VspCode.GetVmBiosUuid, VspCode.GetVmLocationUuid)),
        new(
            "asks-name",
            "The proxy asks for the machine's name",
            "Guide, command syntax: GET-VM-NAME asks the machine for its name",
            bench => AsksAsync(bench, "the name", VspCode.GetVmName)),
        new(
            "late-identity",
            "UUID and name that come late and apart are taken",
            "Guide, command syntax: answers to GET suboptions have no limit",
            LateIdentityAsync),
        new(
            "rename",
            "A machine that tells another name is still served",
            "Guide, command syntax: VM-NAME may be sent whenever the name changes",
            RenameAsync),
        new(
            "telnets",
            "TLS from the first byte works",
            "Guide, sessions: a telnets:// proxy URI has telnet inside TLS",
            TelnetsAsync),
        new(
            "tls-in-band",
            "TLS that is offered in band works",
            "RFC 2941 and the guide, option negotiation: AUTHENTICATION of type SSL starts TLS on telnet://",
            TlsInBandAsync),
        new(
            "com-port",
            "COM-PORT-OPTION is answered",
            "Guide, option negotiation: a machine offers COM-PORT-OPTION (RFC 2217) and the proxy takes it up or refuses it",
            ComPortAsync),
    ];

    private static async Task<string> ConnectAsync(CheckBench bench)
    {
        var started = bench.Options.Time.GetTimestamp();
        await bench.ConnectAsync(new ProbeMachine()).ConfigureAwait(false);
        return $"Connected in {CheckBench.Show(bench.Options.Time.GetElapsedTime(started))}.";
    }

    private static async Task<string> NegotiateAsync(CheckBench bench)
    {
        var machine = await bench.ConnectAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.NegotiateAsync().ConfigureAwait(false);
        return "DO 232.";
    }

    private static async Task<string> KnownSuboptionsAsync(CheckBench bench)
    {
        var known = await ListAsync(bench).ConfigureAwait(false);
        foreach (var mandatory in (VspCode[])[VspCode.DoProxy, VspCode.WillProxy])
        {
            if (!known.Contains((byte)mandatory))
                throw new CheckFailedException($"Its list has no {Heard.Name(mandatory)}: {Text(known)}.");
        }

        return $"It lists {known.Length}: {Text(known)}.";
    }

    private static async Task<string> SameSuboptionsAsync(CheckBench bench)
    {
        var (first, second) = (await ListAsync(bench).ConfigureAwait(false), await ListAsync(bench).ConfigureAwait(false));
        return first.AsSpan().SequenceEqual(second)
            ? "The same list twice."
            : throw new CheckFailedException($"First it lists {Text(first)}, then {Text(second)}.");
    }

    private static async Task<byte[]> ListAsync(CheckBench bench)
    {
        var machine = await bench.ConnectAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.NegotiateAsync().ConfigureAwait(false);
        return (await machine.WaitAsync(0, VspCode.KnownSuboptions2).ConfigureAwait(false)).Content;
    }

    private static string Text(byte[] codes) => string.Join(' ', codes.Select(code => code.ToString(CultureInfo.InvariantCulture)));

    private static async Task<string> DoProxyAsync(CheckBench bench)
    {
        await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        return $"WILL-PROXY for '{bench.Options.ServiceUri}'.";
    }

    private static Task<string> WontProxyUriAsync(CheckBench bench) => bench.Options.RefusedServiceUri is { } uri
        ? RefusedAsync(bench, (byte)bench.Options.Direction, uri)
        : throw new CheckNotApplicableException("No service URI is named that the proxy refuses.");

    private static Task<string> WontProxyDirectionAsync(CheckBench bench) => RefusedAsync(bench, (byte)'X', bench.Options.ServiceUri);

    private static async Task<string> RefusedAsync(CheckBench bench, byte direction, string uri)
    {
        var machine = await bench.ConnectAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.NegotiateAsync().ConfigureAwait(false);
        await machine.AskAsync(direction, uri).ConfigureAwait(false);
        var answer = await machine.TryWaitAsync(0, heard => heard.Code is VspCode.WillProxy or VspCode.WontProxy, bench.Options.Patience).ConfigureAwait(false);
        return answer?.Code switch
        {
            VspCode.WontProxy => "WONT-PROXY.",
            VspCode.WillProxy => throw new CheckFailedException($"It says WILL-PROXY to direction '{(char)direction}', service URI '{uri}'."),
            _ when machine.Ended is not null => "It closed the connection.",
            _ => throw new CheckFailedException("It says neither WILL-PROXY nor WONT-PROXY, and goes on."),
        };
    }

    private static async Task<string> AsksAsync(CheckBench bench, string what, params VspCode[] codes)
    {
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        var asked = machine.All().Where(heard => heard.Code is { } code && codes.Contains(code)).Select(heard => Heard.Name(heard.Code!.Value)).Distinct().ToList();
        return asked.Count > 0 ? string.Join(", ", asked) + "." : throw new CheckNotApplicableException($"It does not ask for {what}.");
    }

    private static async Task<string> LateIdentityAsync(CheckBench bench)
    {
        var identity = new ProbeMachine();
        var machine = await bench.ConnectAsync(identity, holdsIdentity: true).ConfigureAwait(false);
        await machine.OpenAsync().ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        var told = 0;
        await bench.WaitAsync(bench.Options.LateBy).ConfigureAwait(false);
        foreach (var question in machine.All().Select(heard => heard.Code).OfType<VspCode>()
            .Where(code => code is VspCode.GetVmVcUuid or VspCode.GetVmBiosUuid or VspCode.GetVmLocationUuid or VspCode.GetVmName).Distinct())
        {
            if (told++ > 0)
                await bench.WaitAsync(bench.Options.LateBy).ConfigureAwait(false);
            await machine.TellAsync(question).ConfigureAwait(false);
        }

        if (told == 0)
            throw new CheckNotApplicableException("It asks for nothing.");
        await bench.TryAttachAsync(identity, machine).ConfigureAwait(false);
        return $"Served; {told} answers, each {bench.Options.LateBy.TotalSeconds:0.#} s late.";
    }

    private static async Task<string> RenameAsync(CheckBench bench)
    {
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        await machine.SendAsync(VspCode.VmName, "check, renamed ✓"u8.ToArray()).ConfigureAwait(false);
        await machine.PingAsync().ConfigureAwait(false);
        return "Still served.";
    }

    private static async Task<string> TelnetsAsync(CheckBench bench)
    {
        if (bench.Options.Proxy.Scheme != NetworkScheme.Telnets)
            throw new CheckNotApplicableException("The proxy URI is no telnets://.");
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        return $"Served over {machine.Tls}.";
    }

    private static async Task<string> TlsInBandAsync(CheckBench bench)
    {
        if (bench.Options.Proxy.Scheme == NetworkScheme.Telnets)
            throw new CheckNotApplicableException("The proxy URI is telnets://, which has TLS already.");
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        return machine.Tls is { } tls
            ? $"Served over {tls}."
            : throw new CheckNotApplicableException("It does not offer TLS in band (AUTHENTICATION).");
    }

    private static async Task<string> ComPortAsync(CheckBench bench)
    {
        const int Rate = 115_200;
        var machine = await bench.OpenAsync(new ProbeMachine()).ConfigureAwait(false);
        var from = machine.Here;
        await machine.WriteRawAsync((byte[])[TelnetCommand.Iac, TelnetCommand.Will, TelnetOptionCode.ComPort]).ConfigureAwait(false);
        var answer = await machine.WaitAsync(
            from,
            heard => heard.Is(TelnetCommand.Do, TelnetOptionCode.ComPort) || heard.Is(TelnetCommand.Dont, TelnetOptionCode.ComPort),
            "an answer to WILL 44 (COM-PORT-OPTION)").ConfigureAwait(false);
        if (answer.Verb == TelnetCommand.Dont)
            return "It refuses it, which costs line settings and nothing else.";

        from = machine.Here;
        byte[] request =
        [
            TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.ComPort, 1, Rate >> 24, (Rate >> 16) & 0xFF, (Rate >> 8) & 0xFF, Rate & 0xFF,
            TelnetCommand.Iac, TelnetCommand.Se,
        ];
        await machine.WriteRawAsync(request).ConfigureAwait(false);
        var reply = await machine.WaitAsync(
            from,
            heard => heard.Kind == TelnetTokenKind.Subnegotiation && heard.Option == TelnetOptionCode.ComPort && heard.Payload is [101, ..],
            "an answer to SET-BAUDRATE (RFC 2217: every request is answered)").ConfigureAwait(false);
        return $"It takes it up, and answers SET-BAUDRATE 115200 with {Convert.ToInt64(Convert.ToHexString(reply.Payload.AsSpan(1)), 16)}.";
    }
}
