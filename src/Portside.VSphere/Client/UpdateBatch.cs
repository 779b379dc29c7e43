using Portside.VSphere.Contracts;

namespace Portside.VSphere.Client;

/// <summary>Updates that came together.</summary>
/// <param name="StartsAnew">All objects are told from here on, as they are now; what was known before may be gone.</param>
/// <param name="IsWhole">What was told so far is how it is now; else more of it follows at once.</param>
/// <param name="Objects">The updates.</param>
public sealed record UpdateBatch(bool StartsAnew, bool IsWhole, IReadOnlyList<ObjectUpdate> Objects);
