namespace Portside.Host.Machines;

/// <summary>What a virtual serial port is connected to, in the words it was configured with.</summary>
/// <remarks>Texts are kept as they came: what <see cref="SerialDevice.Check"/> lets pass and still cannot work shows at power-on.</remarks>
public abstract record SerialBacking
{
    private protected SerialBacking()
    {
    }

    /// <summary>What it names, for people.</summary>
    internal abstract string Title { get; }

    /// <summary>Whether a machine moves to another host while it is connected to this.</summary>
    internal abstract bool CanMove { get; }

    /// <summary>What makes it impossible.</summary>
    internal abstract BackingProblem? Check();

    private protected static BackingProblem Missing(string property) => new(property, $"{property} is missing.");
}
