namespace Portside.Host.Machines;

/// <summary>A serial device of the host (<c>VirtualSerialPortDeviceBackingInfo</c>).</summary>
/// <param name="DeviceName">Its path, such as <c>/dev/ttyS0</c>.</param>
public sealed record DeviceBacking(string DeviceName) : SerialBacking
{
    internal override string Title => DeviceName;

    internal override bool CanMove => false;

    internal override BackingProblem? Check() => string.IsNullOrEmpty(DeviceName) ? Missing("deviceName") : null;
}
