namespace Portside.Host.Guests;

/// <summary>A guest that has something to move when its machine moves to another host.</summary>
public interface IMigratingGuest : IGuest
{
    /// <summary>Copies what can be copied while the guest runs, then lets it stand still.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up; the guest runs on.</param>
    /// <returns>The move under way; null when the guest does not run and there is nothing to move.</returns>
    /// <exception cref="IOException">It cannot move; it runs on where it is.</exception>
    Task<IGuestMove?> BeginMoveAsync(TimeProvider time, CancellationToken cancellation);
}
