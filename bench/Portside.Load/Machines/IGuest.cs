namespace Portside.Load.Machines;

/// <summary>What runs in a machine: hears what is typed. Called on the socket's thread; must not block.</summary>
internal interface IGuest
{
    void Typed(MachineLink link, ReadOnlySpan<byte> data);
}
