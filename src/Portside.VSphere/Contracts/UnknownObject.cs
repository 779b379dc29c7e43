using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>A data object of a type that nobody here knows: its name and its elements.</summary>
public sealed class UnknownObject : VimObject, IVimData
{
    /// <inheritdoc/>
    public static VimType Schema { get; } = new VimType<UnknownObject>("DynamicData", null, static () => new UnknownObject());

    /// <inheritdoc/>
    public override VimType Type => Schema;
}
