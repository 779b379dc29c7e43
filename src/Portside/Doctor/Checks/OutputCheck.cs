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
            : linked.BytesFromMachine > 0 || linked.LastByteAt is not null
                ? Finding.Ok($"{ByteCount.Of(linked.BytesFromMachine)} since the concentrator started; the last byte {Ago(linked.LastByteAt, now)}")
                : Finding.Unknown($"not a byte so far; connected {Ago(linked.ConnectedSince, now)}"));
    }

    private static string Ago(DateTimeOffset? time, DateTimeOffset now) => Age.Of(time, now) is var age && age is "now" or "never" ? age : $"{age} ago";
}
