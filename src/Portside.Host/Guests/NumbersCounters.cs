namespace Portside.Host.Guests;

/// <summary>What a <see cref="NumbersGuest"/> sent and saw so far.</summary>
/// <param name="Sent">Records the line took.</param>
/// <param name="Received">Records that came intact.</param>
/// <param name="Lost">Records that never came intact although a later one did.</param>
/// <param name="Duplicated">Records that came more than once.</param>
/// <param name="Garbled">Lines that are no records.</param>
public readonly record struct NumbersCounters(long Sent, long Received, long Lost, long Duplicated, long Garbled);
