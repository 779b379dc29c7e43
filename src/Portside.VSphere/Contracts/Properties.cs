using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>Names a traversal of the same filter.</summary>
public class SelectionSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<SelectionSpec>("SelectionSpec", null, static () => new SelectionSpec()).AsBase()
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string? Name { get; set; }
}

/// <summary>From objects of a type along one property.</summary>
public sealed class TraversalSpec : SelectionSpec, IVimData
{
    public static new VimType Schema { get; } = new VimType<TraversalSpec>("TraversalSpec", SelectionSpec.Schema, static () => new TraversalSpec())
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Required("path", VimKinds.String, static o => o.Path, static (o, v) => o.Path = v)
        .Optional("skip", VimKinds.Boolean, static o => o.Skip, static (o, v) => o.Skip = v)
        .List("selectSet", VimKinds.Object<SelectionSpec>(), static o => o.SelectSet, static (o, v) => o.SelectSet = v);

    public override VimType Type => Schema;

    public string OfType { get; set; } = "";

    public string Path { get; set; } = "";

    public bool? Skip { get; set; }

    public IReadOnlyList<SelectionSpec> SelectSet { get; set; } = [];
}

/// <summary>Which properties of which type.</summary>
public sealed class PropertySpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<PropertySpec>("PropertySpec", null, static () => new PropertySpec())
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Optional("all", VimKinds.Boolean, static o => o.All, static (o, v) => o.All = v)
        .List("pathSet", VimKinds.String, static o => o.PathSet, static (o, v) => o.PathSet = v);

    public override VimType Type => Schema;

    public string OfType { get; set; } = "";

    public bool? All { get; set; }

    public IReadOnlyList<string> PathSet { get; set; } = [];
}

/// <summary>Where a walk begins.</summary>
public sealed class ObjectSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ObjectSpec>("ObjectSpec", null, static () => new ObjectSpec())
        .Required("obj", VimKinds.Reference, static o => o.Obj, static (o, v) => o.Obj = v)
        .Optional("skip", VimKinds.Boolean, static o => o.Skip, static (o, v) => o.Skip = v)
        .List("selectSet", VimKinds.Object<SelectionSpec>(), static o => o.SelectSet, static (o, v) => o.SelectSet = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Obj { get; set; } = null!;

    public bool? Skip { get; set; }

    public IReadOnlyList<SelectionSpec> SelectSet { get; set; } = [];
}

/// <summary>What is asked of the collector.</summary>
public sealed class PropertyFilterSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<PropertyFilterSpec>("PropertyFilterSpec", null, static () => new PropertyFilterSpec())
        .List("propSet", VimKinds.Object<PropertySpec>(), static o => o.PropSet, static (o, v) => o.PropSet = v)
        .List("objectSet", VimKinds.Object<ObjectSpec>(), static o => o.ObjectSet, static (o, v) => o.ObjectSet = v)
        .Optional("reportMissingObjectsInResults", VimKinds.Boolean, static o => o.ReportMissingObjectsInResults, static (o, v) => o.ReportMissingObjectsInResults = v);

    public override VimType Type => Schema;

    public IReadOnlyList<PropertySpec> PropSet { get; set; } = [];

    public IReadOnlyList<ObjectSpec> ObjectSet { get; set; } = [];

    public bool? ReportMissingObjectsInResults { get; set; }
}

/// <summary>Objects in one page.</summary>
public sealed class RetrieveOptions : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<RetrieveOptions>("RetrieveOptions", null, static () => new RetrieveOptions())
        .Optional("maxObjects", VimKinds.Int, static o => o.MaxObjects, static (o, v) => o.MaxObjects = v);

    public override VimType Type => Schema;

    public int? MaxObjects { get; set; }
}

/// <summary>A property that could not be read.</summary>
public sealed class MissingProperty : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<MissingProperty>("MissingProperty", null, static () => new MissingProperty())
        .Required("path", VimKinds.String, static o => o.Path, static (o, v) => o.Path = v)
        .Required("fault", VimKinds.Object<LocalizedMethodFault>(), static o => o.Fault, static (o, v) => o.Fault = v);

    public override VimType Type => Schema;

    public string Path { get; set; } = "";

    public LocalizedMethodFault Fault { get; set; } = null!;
}

/// <summary>An object's properties.</summary>
public sealed class ObjectContent : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ObjectContent>("ObjectContent", null, static () => new ObjectContent())
        .Required("obj", VimKinds.Reference, static o => o.Obj, static (o, v) => o.Obj = v).Vital()
        .List("propSet", VimKinds.Object<DynamicProperty>(), static o => o.PropSet, static (o, v) => o.PropSet = v)
        .List("missingSet", VimKinds.Object<MissingProperty>(), static o => o.MissingSet, static (o, v) => o.MissingSet = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Obj { get; set; } = null!;

    public IReadOnlyList<DynamicProperty> PropSet { get; set; } = [];

    public IReadOnlyList<MissingProperty> MissingSet { get; set; } = [];
}

/// <summary>One page.</summary>
public sealed class RetrieveResult : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<RetrieveResult>("RetrieveResult", null, static () => new RetrieveResult())
        .Optional("token", VimKinds.String, static o => o.Token, static (o, v) => o.Token = v)
        .List("objects", VimKinds.Object<ObjectContent>(), static o => o.Objects, static (o, v) => o.Objects = v);

    public override VimType Type => Schema;

    public string? Token { get; set; }

    public IReadOnlyList<ObjectContent> Objects { get; set; } = [];
}

/// <summary>How long, and how many objects at once.</summary>
public sealed class WaitOptions : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<WaitOptions>("WaitOptions", null, static () => new WaitOptions())
        .Optional("maxWaitSeconds", VimKinds.Int, static o => o.MaxWaitSeconds, static (o, v) => o.MaxWaitSeconds = v)
        .Optional("maxObjectUpdates", VimKinds.Int, static o => o.MaxObjectUpdates, static (o, v) => o.MaxObjectUpdates = v);

    public override VimType Type => Schema;

    public int? MaxWaitSeconds { get; set; }

    public int? MaxObjectUpdates { get; set; }
}

/// <summary>A property's new value.</summary>
public sealed class PropertyChange : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<PropertyChange>("PropertyChange", null, static () => new PropertyChange())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("op", VimKinds.Enumeration("PropertyChangeOp"), static o => o.Op, static (o, v) => o.Op = v)
        .Optional("val", VimKinds.Any, static o => o.Val, static (o, v) => o.Val = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public string Op { get; set; } = "";

    public VimValue? Val { get; set; }
}

/// <summary>What became of an object.</summary>
public sealed class ObjectUpdate : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ObjectUpdate>("ObjectUpdate", null, static () => new ObjectUpdate())
        .Required("kind", VimKinds.Enumeration("ObjectUpdateKind"), static o => o.Kind, static (o, v) => o.Kind = v)
        .Required("obj", VimKinds.Reference, static o => o.Obj, static (o, v) => o.Obj = v).Vital()
        .List("changeSet", VimKinds.Object<PropertyChange>(), static o => o.ChangeSet, static (o, v) => o.ChangeSet = v)
        .List("missingSet", VimKinds.Object<MissingProperty>(), static o => o.MissingSet, static (o, v) => o.MissingSet = v);

    public override VimType Type => Schema;

    public string Kind { get; set; } = "";

    public ManagedObjectReference Obj { get; set; } = null!;

    public IReadOnlyList<PropertyChange> ChangeSet { get; set; } = [];

    public IReadOnlyList<MissingProperty> MissingSet { get; set; } = [];
}

/// <summary>An object that could not be found.</summary>
public sealed class MissingObject : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<MissingObject>("MissingObject", null, static () => new MissingObject())
        .Required("obj", VimKinds.Reference, static o => o.Obj, static (o, v) => o.Obj = v)
        .Required("fault", VimKinds.Object<LocalizedMethodFault>(), static o => o.Fault, static (o, v) => o.Fault = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Obj { get; set; } = null!;

    public LocalizedMethodFault Fault { get; set; } = null!;
}

/// <summary>What became of a filter's objects.</summary>
public sealed class PropertyFilterUpdate : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<PropertyFilterUpdate>("PropertyFilterUpdate", null, static () => new PropertyFilterUpdate())
        .Required("filter", VimKinds.Reference, static o => o.Filter, static (o, v) => o.Filter = v)
        .List("objectSet", VimKinds.Object<ObjectUpdate>(), static o => o.ObjectSet, static (o, v) => o.ObjectSet = v)
        .List("missingSet", VimKinds.Object<MissingObject>(), static o => o.MissingSet, static (o, v) => o.MissingSet = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Filter { get; set; } = null!;

    public IReadOnlyList<ObjectUpdate> ObjectSet { get; set; } = [];

    public IReadOnlyList<MissingObject> MissingSet { get; set; } = [];
}

/// <summary>What changed since a version.</summary>
public sealed class UpdateSet : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<UpdateSet>("UpdateSet", null, static () => new UpdateSet())
        .Required("version", VimKinds.String, static o => o.Version, static (o, v) => o.Version = v)
        .List("filterSet", VimKinds.Object<PropertyFilterUpdate>(), static o => o.FilterSet, static (o, v) => o.FilterSet = v)
        .Optional("truncated", VimKinds.Boolean, static o => o.Truncated, static (o, v) => o.Truncated = v);

    public override VimType Type => Schema;

    public string Version { get; set; } = "";

    public IReadOnlyList<PropertyFilterUpdate> FilterSet { get; set; } = [];

    public bool? Truncated { get; set; }
}
