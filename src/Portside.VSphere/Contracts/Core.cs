using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>A pair of texts.</summary>
public sealed class KeyValue : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<KeyValue>("KeyValue", null, static () => new KeyValue())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("value", VimKinds.String, static o => o.Value, static (o, v) => o.Value = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public string Value { get; set; } = "";
}

/// <summary>What people call a thing.</summary>
public class Description : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<Description>("Description", null, static () => new Description()).AsBase()
        .Required("label", VimKinds.String, static o => o.Label, static (o, v) => o.Label = v)
        .Required("summary", VimKinds.String, static o => o.Summary, static (o, v) => o.Summary = v);

    public override VimType Type => Schema;

    public string Label { get; set; } = "";

    public string Summary { get; set; } = "";
}

/// <summary>What people call one value of an enumeration.</summary>
public sealed class ElementDescription : Description, IVimData
{
    public static new VimType Schema { get; } = new VimType<ElementDescription>("ElementDescription", Description.Schema, static () => new ElementDescription())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";
}

/// <summary>A text with its parts.</summary>
public sealed class LocalizableMessage : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<LocalizableMessage>("LocalizableMessage", null, static () => new LocalizableMessage())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .List("arg", VimKinds.Object<KeyAnyValue>(), static o => o.Arg, static (o, v) => o.Arg = v)
        .Optional("message", VimKinds.String, static o => o.Message, static (o, v) => o.Message = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public IReadOnlyList<KeyAnyValue> Arg { get; set; } = [];

    public string? Message { get; set; }
}

/// <summary>A named value of any type.</summary>
public sealed class KeyAnyValue : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<KeyAnyValue>("KeyAnyValue", null, static () => new KeyAnyValue())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("value", VimKinds.Any, static o => o.Value, static (o, v) => o.Value = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public VimValue Value { get; set; }
}

/// <summary>A fault inside an answer: in tasks and missing properties.</summary>
public sealed class LocalizedMethodFault : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<LocalizedMethodFault>("LocalizedMethodFault", null, static () => new LocalizedMethodFault())
        .Required("fault", VimKinds.Object<MethodFault>(), static o => o.Fault, static (o, v) => o.Fault = v)
        .Optional("localizedMessage", VimKinds.String, static o => o.LocalizedMessage, static (o, v) => o.LocalizedMessage = v);

    public override VimType Type => Schema;

    public MethodFault Fault { get; set; } = null!;

    public string? LocalizedMessage { get; set; }
}

/// <summary>One advanced option or entry of extraConfig.</summary>
public sealed class OptionValue : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<OptionValue>("OptionValue", null, static () => new OptionValue()).AsBase()
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("value", VimKinds.Any, static o => o.Value, static (o, v) => o.Value = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public VimValue Value { get; set; }
}

/// <summary>A property and its value.</summary>
public sealed class DynamicProperty : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<DynamicProperty>("DynamicProperty", null, static () => new DynamicProperty())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("val", VimKinds.Any, static o => o.Val, static (o, v) => o.Val = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public VimValue Val { get; set; }
}

/// <summary>One of several values.</summary>
public sealed class ChoiceOption : OptionType, IVimData
{
    public static new VimType Schema { get; } = new VimType<ChoiceOption>("ChoiceOption", OptionType.Schema, static () => new ChoiceOption())
        .List("choiceInfo", VimKinds.Object<ElementDescription>(), static o => o.ChoiceInfo, static (o, v) => o.ChoiceInfo = v)
        .Optional("defaultIndex", VimKinds.Int, static o => o.DefaultIndex, static (o, v) => o.DefaultIndex = v);

    public override VimType Type => Schema;

    public IReadOnlyList<ElementDescription> ChoiceInfo { get; set; } = [];

    public int? DefaultIndex { get; set; }
}

/// <summary>What values an option may have.</summary>
public class OptionType : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<OptionType>("OptionType", null, static () => new OptionType()).AsBase()
        .Optional("valueIsReadonly", VimKinds.Boolean, static o => o.ValueIsReadonly, static (o, v) => o.ValueIsReadonly = v);

    public override VimType Type => Schema;

    public bool? ValueIsReadonly { get; set; }
}

/// <summary>True or false.</summary>
public sealed class BoolOption : OptionType, IVimData
{
    public static new VimType Schema { get; } = new VimType<BoolOption>("BoolOption", OptionType.Schema, static () => new BoolOption())
        .Required("supported", VimKinds.Boolean, static o => o.Supported, static (o, v) => o.Supported = v)
        .Required("defaultValue", VimKinds.Boolean, static o => o.DefaultValue, static (o, v) => o.DefaultValue = v);

    public override VimType Type => Schema;

    public bool Supported { get; set; }

    public bool DefaultValue { get; set; }
}

/// <summary>A 32 bit number.</summary>
public sealed class IntOption : OptionType, IVimData
{
    public static new VimType Schema { get; } = new VimType<IntOption>("IntOption", OptionType.Schema, static () => new IntOption())
        .Required("min", VimKinds.Int, static o => o.Min, static (o, v) => o.Min = v)
        .Required("max", VimKinds.Int, static o => o.Max, static (o, v) => o.Max = v)
        .Required("defaultValue", VimKinds.Int, static o => o.DefaultValue, static (o, v) => o.DefaultValue = v);

    public override VimType Type => Schema;

    public int Min { get; set; }

    public int Max { get; set; }

    public int DefaultValue { get; set; }
}

/// <summary>A 64 bit number.</summary>
public sealed class LongOption : OptionType, IVimData
{
    public static new VimType Schema { get; } = new VimType<LongOption>("LongOption", OptionType.Schema, static () => new LongOption())
        .Required("min", VimKinds.Long, static o => o.Min, static (o, v) => o.Min = v)
        .Required("max", VimKinds.Long, static o => o.Max, static (o, v) => o.Max = v)
        .Required("defaultValue", VimKinds.Long, static o => o.DefaultValue, static (o, v) => o.DefaultValue = v);

    public override VimType Type => Schema;

    public long Min { get; set; }

    public long Max { get; set; }

    public long DefaultValue { get; set; }
}
