using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>Whatever lines lead to without a proxy: a remote system, a file, a pipe, a device.</summary>
internal sealed class LineEnd : DeviceEnd
{
    private readonly VirtualMachine _machine;
    private readonly LinePort _port;
    private readonly DirectSerialPortOptions? _options;
    private readonly bool _canMove;

    /// <summary>A remote system in the network.</summary>
    /// <param name="machine">The machine; its name is the port's if that has none.</param>
    /// <param name="direct">The port.</param>
    public LineEnd(VirtualMachine machine, DirectSerialPort direct)
        : this(machine, direct.Port, canMove: false)
    {
        _options = direct.Options;
        Direct = direct;
        Configure();
    }

    /// <summary>Something of the host.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="port">The port.</param>
    /// <param name="canMove">Whether every host has it.</param>
    public LineEnd(VirtualMachine machine, LinePort port, bool canMove)
    {
        (_machine, _port, _canMove) = (machine, port, canMove);
        _port.Changed += OnChanged;
    }

    /// <summary>The port to a remote system; null for others.</summary>
    public DirectSerialPort? Direct { get; }

    public override ISerialLine Line => _port;

    public override bool HoldsMachine => !_canMove && _port.IsOpen;

    public override (ConnectionStatus? Status, string? Text) Status
    {
        get
        {
            var snapshot = _port.Snapshot;
            return snapshot.State switch
            {
                DirectSerialPortState.Connected or DirectSerialPortState.Listening => (ConnectionStatus.Ok, null),
                DirectSerialPortState.Lost => (ConnectionStatus.RecoverableError, snapshot.LastReason),
                DirectSerialPortState.Refused => (ConnectionStatus.UnrecoverableError, snapshot.LastReason),
                _ => (null, null),
            };
        }
    }

    public override void Connect()
    {
        Configure();
        _port.Connect();
    }

    public override Task DisconnectAsync() => _port.DisconnectAsync();

    public override void ClearInput() => _port.ClearInput();

    public override Task WaitUntilTriedAsync(CancellationToken cancellation) =>
        _port.WaitForAsync(static snapshot => snapshot.State != DirectSerialPortState.Connecting, cancellation);

    public override ValueTask DisposeAsync() => _port.DisposeAsync();

    private void Configure()
    {
        if (Direct is not null)
        {
            Direct.Options = _options! with
            {
                VmName = _options.VmName ?? _machine.Name,
                Block = _options.Block ?? _machine.BlockDirect,
            };
        }
        else
        {
            _port.Options = _port.Options with { VmName = _machine.Name };
        }
    }
}
