using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>Where a walk begins.</summary>
/// <param name="Object">The first object.</param>
/// <param name="Skip">Whether it is only passed.</param>
/// <param name="Next">Where the walk goes from it.</param>
internal sealed record WalkStart(ManagedObjectReference Object, bool Skip, Traversal[] Next);
