using Microsoft.Extensions.Logging;
using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>A remote system in the network, without a proxy.</summary>
internal sealed class DirectEnd : DeviceEnd
{
    private readonly DirectSerialPortOptions _options;
    private readonly VirtualMachine _machine;

    /// <summary>A port that was not connected yet.</summary>
    /// <param name="options">What is configured; a name it leaves open is the machine's.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="loggers">Where its story goes.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    public DirectEnd(DirectSerialPortOptions options, VirtualMachine machine, ILoggerFactory loggers, Random? chance)
    {
        (_options, _machine) = (options, machine);
        Port = new DirectSerialPort(Completed, machine.Time, loggers.CreateLogger<DirectSerialPort>(), chance);
        Port.Changed += OnChanged;
    }

    /// <summary>The port that dials or listens.</summary>
    public DirectSerialPort Port { get; }

    public override ISerialLine Line => Port;

    public override bool HoldsMachine => Port.IsOpen;

    public override (ConnectionStatus? Status, string? Text) Status
    {
        get
        {
            var snapshot = Port.Snapshot;
            return snapshot.State switch
            {
                DirectSerialPortState.Connected or DirectSerialPortState.Listening => (ConnectionStatus.Ok, null),
                DirectSerialPortState.Lost => (ConnectionStatus.RecoverableError, snapshot.LastReason),
                DirectSerialPortState.Refused => (ConnectionStatus.UnrecoverableError, snapshot.LastReason),
                _ => (null, null),
            };
        }
    }

    private DirectSerialPortOptions Completed => _options with { VmName = _options.VmName ?? _machine.Name };

    public override void Connect()
    {
        Port.Options = Completed;
        Port.Connect();
    }

    public override Task DisconnectAsync() => Port.DisconnectAsync();

    public override void ClearInput() => Port.ClearInput();

    public override Task WaitUntilTriedAsync(CancellationToken cancellation) =>
        Port.WaitForAsync(static snapshot => snapshot.State != DirectSerialPortState.Connecting, cancellation);

    public override ValueTask DisposeAsync() => Port.DisposeAsync();
}
