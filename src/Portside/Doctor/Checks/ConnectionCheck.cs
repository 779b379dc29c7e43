namespace Portside.Doctor.Checks;

/// <summary>vSphere says that the device is connected.</summary>
/// <param name="machine">The machine.</param>
internal sealed class ConnectionCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "connection";

    /// <inheritdoc/>
    protected override Task<Finding> RunAsync(PortCase port, CancellationToken cancellation) => Task.FromResult(port.Device is { } device
        ? Decide(device.Connected, device.StartConnected, device.Status, _machine.Server is not null && device.ProxyUri is not null, _machine.WordOf(port))
        : Finding.Skipped("vSphere is left out"));

    /// <summary>Decides by what vSphere says.</summary>
    /// <param name="isConnected">Whether the device is to be connected.</param>
    /// <param name="startsConnected">Whether it is so from the machine's start on.</param>
    /// <param name="status">The status of the connection.</param>
    /// <param name="canAsk">Whether a concentrator can be asked, which knows more.</param>
    /// <param name="word">The machine and its port, for a command.</param>
    internal static Finding Decide(bool isConnected, bool startsConnected, string? status, bool canAsk, string word) => (isConnected, status) switch
    {
        (false, _) => Finding.Broken(startsConnected ? "the device is disconnected" : "the device is disconnected, as it may be meant to be: it is set not to connect at power-on (startConnected is false)", $"portside port connect {word}"),
        (true, "ok") => Finding.Ok("the device is connected, its status is ok"),
        (true, null or "" or "untried") => Finding.Unknown($"the device is connected; its status is {status ?? "not told"}"),
        _ when canAsk => Finding.Unknown($"the device's status is {status}: the host is turned away, or does not get through; the concentrator is asked next"),
        _ => Finding.Broken($"the device's status is {status}: the host is turned away, or does not get through", $"portside port connect {word} --reconnect"),
    };
}
