using Microsoft.Extensions.Logging;
using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>A proxy in the network.</summary>
internal sealed class ProxyEnd : DeviceEnd
{
    private readonly VirtualSerialPortOptions _options;
    private readonly VirtualMachine _machine;
    private readonly int _index;

    /// <summary>A port that was not connected yet.</summary>
    /// <param name="options">What is configured; what it leaves open is the machine's.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="index">The port's index on it.</param>
    /// <param name="loggers">Where its story goes.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    public ProxyEnd(VirtualSerialPortOptions options, VirtualMachine machine, int index, ILoggerFactory loggers, Random? chance)
    {
        (_options, _machine, _index) = (options, machine, index);
        Port = new VirtualSerialPort(machine.Complete(options, index), machine.Time, loggers.CreateLogger<VirtualSerialPort>(), chance);
        Port.Changed += (_, _) => OnChanged();
    }

    /// <summary>The port that dials.</summary>
    public VirtualSerialPort Port { get; }

    public override ISerialLine Line => Port;

    public override (ConnectionStatus? Status, string? Text) Status
    {
        get
        {
            var snapshot = Port.Snapshot;
            return snapshot.State switch
            {
                VirtualSerialPortState.Connected or VirtualSerialPortState.Migrating => (ConnectionStatus.Ok, null),
                VirtualSerialPortState.Lost => (ConnectionStatus.RecoverableError, snapshot.LastReason),
                VirtualSerialPortState.Refused => (ConnectionStatus.UnrecoverableError, snapshot.LastReason),
                _ => (null, null),
            };
        }
    }

    /// <summary>Takes over what the machine is called and how its ports are set.</summary>
    public void Configure() => Port.Options = _machine.Complete(_options, _index);

    public override void Connect()
    {
        Configure();
        Port.Connect();
    }

    public override Task DisconnectAsync() => Port.DisconnectAsync();

    public override void ClearInput() => Port.ClearInput();

    public override Task WaitUntilTriedAsync(CancellationToken cancellation) => Port.WaitForAsync(
        static snapshot => snapshot.State is not (VirtualSerialPortState.Connecting or VirtualSerialPortState.Negotiating), cancellation);

    public override ValueTask DisposeAsync() => Port.DisposeAsync();
}
