namespace Portside.Concentrator.Recording;

/// <summary>A file of a port's log that will not grow any more.</summary>
/// <param name="Name">Its name in the log directory, and its index's in the index directory.</param>
/// <param name="Stamp">When it was rotated, in UTC, to the second.</param>
/// <param name="Number">1, or its number among those rotated in that second.</param>
/// <param name="Generation">Its place among the port's files: a later file has a higher one.</param>
internal sealed record RotatedLog(string Name, DateTime Stamp, int Number, int Generation);
