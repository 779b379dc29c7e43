namespace Portside.Concentrator.Recording;

/// <summary>One file of a log as it was at one moment.</summary>
/// <param name="Generation">Its place among the port's files.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="IndexPath">Its time index, which may be missing.</param>
/// <param name="End">When it was last written, as far as its name or the file system knows.</param>
internal readonly record struct LogExtent(int Generation, long Length, string IndexPath, DateTimeOffset End);
