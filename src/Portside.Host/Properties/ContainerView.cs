using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>A view of what is inside a container.</summary>
internal sealed class ContainerView(ManagedObjectReference reference, Containment containment, SessionBudget budget, int weight)
    : View(reference)
{
    public static readonly new ManagedType<ContainerView> Schema = new ManagedType<ContainerView>("ContainerView", ManagedObjectViewSchema)
        .Property("container", view => VimValue.Of(view._containment.Key.Container))
        .Property("type", view => new VimValue(VimKinds.String, true, view._containment.Key.Types))
        .Property("recursive", view => new VimValue(VimKinds.Boolean, false, view._containment.Key.Recursive));

    private readonly Containment _containment = containment;
    private int _weight = weight;

    public override ManagedType Type => Schema;

    /// <summary>The objects in it now, as all views of the same have them.</summary>
    public Reach Now => _containment.Now;

    public override IReadOnlyList<ManagedObjectReference> Objects => _containment.Objects;

    public override void Dispose()
    {
        budget.Give(Interlocked.Exchange(ref _weight, 0));
        _containment.Leave(this);
        base.Dispose();
    }
}
