using Portside.Host.Ports;

namespace Portside.Host.Guests;

/// <summary>What runs in a machine, as far as one serial line sees it.</summary>
public interface IGuest
{
    /// <summary>Runs from power-on to power-off. Called again after a reboot, never twice at the same time.</summary>
    /// <param name="line">The serial line.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">The machine is switched off.</param>
    /// <returns>Why it stopped.</returns>
    /// <exception cref="OperationCanceledException">The machine was switched off.</exception>
    Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation);
}
