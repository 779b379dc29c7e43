using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>When the guest last said something.</summary>
/// <param name="machine">The machine.</param>
internal sealed class OutputCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "output";

    /// <inheritdoc/>
    protected override Task<Finding> RunAsync(PortCase port, CancellationToken cancellation)
    {
        var now = _machine.Clock.GetUtcNow();
        return Task.FromResult(port.Port is not { } linked ? Finding.Skipped("there is no concentrator that heard it")
            : Decide(linked, now));
    }

    internal static Finding Decide(PortDescription port, DateTimeOffset now) => (HasSpoken(port), port.LastByteAt) switch
    {
        (true, _) => Finding.Ok($"{ByteCount.Of(port.BytesFromMachine)} since the concentrator started; the last byte {Age.Ago(port.LastByteAt, now)}"),
        (false, null) => Finding.Unknown($"not a byte so far; connected {Age.Ago(port.ConnectedSince, now)}"),
        _ => Finding.Unknown($"nothing since this connection began, {Age.Ago(port.ConnectedSince, now)}, by a start, a vMotion or the concentrator's restart; the last byte before it {Age.Ago(port.LastByteAt, now)}"),
    };

    /// <summary>Whether the guest said something over the connection that it has: what came before may be of a former start.</summary>
    internal static bool HasSpoken(PortDescription port) => port.LastByteAt is { } last && !(port.ConnectedSince > last);
}
