namespace Portside.Host.Machines;

/// <summary>A file that output is appended to (<c>VirtualSerialPortFileBackingInfo</c>).</summary>
/// <param name="FileName">A datastore path, such as <c>[datastore1] db1/serial.log</c>.</param>
public sealed record FileBacking(string FileName) : SerialBacking
{
    internal override string Title => FileName;

    internal override bool CanMove => true;

    internal override BackingProblem? Check() => string.IsNullOrEmpty(FileName) ? Missing("fileName") : null;
}
