namespace Portside.Load.Machines;

/// <summary>The telnet options a machine's end agrees to, as bits.</summary>
[Flags]
internal enum MachineOptions : byte
{
    None = 0,
    Binary = 1,
    Echo = 2,
    SuppressGoAhead = 4,
    Authentication = 8,
    ComPort = 16,
    Extension = 32,
}
