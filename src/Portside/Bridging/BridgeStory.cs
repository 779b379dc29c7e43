using Portside.Commands;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Output;

namespace Portside.Bridging;

/// <summary>Tells what becomes of each bridge, one line a change.</summary>
/// <param name="caller">Who reads it.</param>
/// <param name="format">For people, or JSON.</param>
internal sealed class BridgeStory(Caller caller, OutputFormat format)
{
    private readonly Lock _lock = new();

    /// <summary>Follows a bridge.</summary>
    public void Follow(BridgeSpec spec, Bridge bridge)
    {
        BridgeSnapshot? last = null;
        bridge.Changed += (_, snapshot) =>
        {
            // One line at a time, and none twice.
            lock (_lock)
            {
                try
                {
                    Tell(spec, last, snapshot);
                }
                catch (IOException)
                {
                    // Nobody reads it any more, or there is no room for it: the bridge is what matters, and it goes on.
                }

                last = snapshot;
            }
        };
    }

    private void Tell(BridgeSpec spec, BridgeSnapshot? last, BridgeSnapshot now)
    {
        if (format != OutputFormat.Table)
        {
            if (last is null || (last.LineState, last.Port.State, last.LineReason) != (now.LineState, now.Port.State, now.LineReason))
                ResultText.Write(caller, OutputFormat.Json, Describe(spec, now), BridgeJson.Default.BridgeEvent, isIndented: false);
            return;
        }

        if (last?.LineState != now.LineState && OfLine(now) is { } line)
            Say(spec, line);
        if (last?.Port.State != now.Port.State && OfPort(spec, now) is { } port)
            Say(spec, port);
    }

    private static string? OfLine(BridgeSnapshot now) => now.LineState switch
    {
        BridgeLineState.Open => $"{now.Line} is open",
        BridgeLineState.Waiting => $"{now.Line} waits for a connection",
        BridgeLineState.Lost => $"{now.Line}: {Stopped(now.LineReason)}. {Next(now.NextAttempt)}",
        BridgeLineState.Ended => $"{now.Line}: {Stopped(now.LineReason)}. It is not opened again",
        _ => null,
    };

    private static string? OfPort(BridgeSpec spec, BridgeSnapshot now) => now.Port.State switch
    {
        VirtualSerialPortState.Connected => $"{spec.To.Host}:{spec.To.Port} serves it as {spec.Identity}"
            + (spec.Label is null ? "" : $".{spec.Label}") + (now.Port.Tls is { } tls ? $" ({tls})" : ""),
        VirtualSerialPortState.Lost => $"no connection: {Stopped(now.Port.LastReason)}. {Next(now.Port.NextAttempt)}",
        VirtualSerialPortState.Refused => $"refused: {Stopped(now.Port.LastReason)}. {Next(now.Port.NextAttempt)}",
        VirtualSerialPortState.Closed when now.LineState != BridgeLineState.Open => "disconnected until the line is back",
        _ => null,
    };

    private static string Stopped(string? reason) => (reason ?? "no reason").TrimEnd('.');

    private static string Next(DateTimeOffset? next) => next is { } at ? $"Next try at {at.ToLocalTime():HH:mm:ss}" : "No further try";

    private BridgeEvent Describe(BridgeSpec spec, BridgeSnapshot now) => new(
        caller.Clock.GetUtcNow(),
        spec.Name,
        spec.Identity.ToString(),
        spec.Label,
        now.Line,
        now.LineState.ToString().ToLowerInvariant(),
        now.LineReason,
        now.Port.State.ToString().ToLowerInvariant(),
        now.Port.LastReason,
        now.Port.Tls,
        now.HeldBytes,
        now.LostBytes);

    private void Say(BridgeSpec spec, string text) => caller.Out.WriteLine(SafeText.Of($"{spec.Name}{(spec.Label is null ? "" : $" {spec.Label}")}: {text}"));
}
