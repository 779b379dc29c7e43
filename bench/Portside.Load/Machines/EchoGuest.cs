namespace Portside.Load.Machines;

/// <summary>Says back what is typed, at once.</summary>
internal sealed class EchoGuest : IGuest
{
    public void Typed(MachineLink link, ReadOnlySpan<byte> data) => link.Send(data);
}
