using Portside.Host.Machines;

namespace Portside.Host.Seeding;

/// <summary>A serial port of a seed file.</summary>
/// <param name="Backing">What it is connected to.</param>
/// <param name="StartConnected">Whether power-on connects it.</param>
/// <param name="YieldOnPoll">Whether the guest's polling yields the processor.</param>
public sealed record PortSeed(SerialBacking Backing, bool StartConnected = true, bool YieldOnPoll = true);
