using Portside.VSphere.Client;

namespace Portside.Doctor.Checks;

/// <summary>The guest uses its serial port: a console and somebody who listens on it.</summary>
/// <param name="machine">The machine.</param>
internal sealed class GuestCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "guest";

    /// <inheritdoc/>
    protected override async Task<Finding> RunAsync(PortCase port, CancellationToken cancellation)
    {
        if (port.Port is not { } linked)
            return Finding.Skipped("nobody heard it");
        var system = await SystemAsync(cancellation);
        return Decide(OutputCheck.HasSpoken(linked), linked.LastByteAt is not null, port.Answered, GuestAdvice.For(system, port.Number));
    }

    /// <summary>Decides by what was heard.</summary>
    /// <param name="speaks">Whether it said something over the connection that it has.</param>
    /// <param name="spoke">Whether it ever said something.</param>
    /// <param name="answered">Whether it answered to Enter; null where that was not tried.</param>
    /// <param name="advice">What to set in such a guest.</param>
    internal static Finding Decide(bool speaks, bool spoke, bool? answered, GuestAdvice advice) => (speaks, answered) switch
    {
        (_, true) => Finding.Ok("somebody listens on its serial port"),
        (true, null) => Finding.Ok("it speaks; whether somebody listens is seen with --probe"),
        (true, false) => Finding.Broken($"it speaks and does not listen: nothing reads {advice.Device}. {advice.Listen}", advice.ListenCommand),
        (false, null) => Finding.Unknown(
            $"{(spoke ? "it said nothing since this connection began" : "it said nothing yet")}, as one that waits for a login does, and one without a console: --probe sends Enter and tells them apart. "
            + $"If nobody answers: {advice.Speak} {advice.Listen}"),

        // It had its console there once: a login at the port shows at once whether that is all it lacks.
        (false, false) when spoke => Finding.Broken(
            $"everything up to the guest works; it said nothing since this connection began, and does not answer to Enter: nothing reads {advice.Device}, or it is its console no more. {advice.Listen} {advice.Speak}", advice.ListenCommand),
        (false, false) => Finding.Broken($"everything up to the guest works, and it says nothing: {advice.Device} is not its console. {advice.Speak} {advice.Listen}", advice.SpeakCommand),
    };

    private async Task<string?> SystemAsync(CancellationToken cancellation)
    {
        if (_machine is not { Session: { } session, Machine: { } found })
            return null;
        try
        {
            return (await session.ReadAsync(found.Reference, ["config.guestId"], cancellation)).Text("config.guestId");
        }
        catch (VSphereException)
        {
            return null;
        }
    }
}
