using Microsoft.Extensions.Logging;

namespace Portside.Testing;

/// <summary>One declared log event as an operator would read it.</summary>
/// <param name="Id">The event's number.</param>
/// <param name="Level">How loud.</param>
/// <param name="Text">The message.</param>
public sealed record LoggedEvent(int Id, LogLevel Level, string Text);
