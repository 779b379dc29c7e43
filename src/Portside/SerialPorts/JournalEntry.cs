namespace Portside.SerialPorts;

/// <summary>One line of a journal.</summary>
/// <param name="At">When.</param>
/// <param name="Event"><c>plan</c> (a run begins), <c>task</c> (a change was begun), <c>done</c> or <c>failed</c>.</param>
/// <param name="Moid">The machine's id in the API; empty for <c>plan</c>.</param>
/// <param name="Machine">The machine's path; the file's name for <c>plan</c>.</param>
/// <param name="Detail">The task, what went wrong, or the file's hash.</param>
internal sealed record JournalEntry(DateTimeOffset At, string Event, string Moid, string Machine, string? Detail = null);
