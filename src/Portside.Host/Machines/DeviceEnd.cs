using Portside.Host.Ports;
using Portside.Telnet.ComPort;

namespace Portside.Host.Machines;

/// <summary>What is at the end of a device's line as its backing has it. It comes and goes with the backing, the device stays.</summary>
internal abstract class DeviceEnd : IAsyncDisposable
{
    /// <summary>Raised after each change of <see cref="Status"/>, outside of every lock.</summary>
    public event Action<DeviceEnd>? Changed;

    /// <summary>Where bytes go.</summary>
    public abstract ISerialLine Line { get; }

    /// <summary>How it fares; null while it is tried and closed ends had no verdict yet.</summary>
    public abstract (ConnectionStatus? Status, string? Text) Status { get; }

    /// <summary>Whether it keeps its machine from moving: it is open, and its other end would not move along.</summary>
    public virtual bool HoldsMachine => false;

    /// <summary>Opens it, as the machine is configured now.</summary>
    public abstract void Connect();

    /// <summary>Closes it; it may be opened again.</summary>
    public abstract Task DisconnectAsync();

    /// <summary>Forgets input that the guest did not read.</summary>
    public abstract void ClearInput();

    /// <summary>Waits until the attempt under way succeeded or failed.</summary>
    public abstract Task WaitUntilTriedAsync(CancellationToken cancellation);

    /// <summary>The guest sets its UART.</summary>
    public void SetLine(LineSettings settings) => Line.SetLine(settings);

    public abstract ValueTask DisposeAsync();

    protected void OnChanged() => Changed?.Invoke(this);
}
