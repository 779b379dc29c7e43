namespace Portside.Host.Seeding;

/// <summary>One machine of a seed file, or many of a kind.</summary>
public sealed record MachineSeed
{
    /// <summary>Its name; with <see cref="Count"/>, <c>{n}</c> in it is the number, from 1, and <c>{n:0000}</c> the same with leading zeros.</summary>
    public required string Name { get; init; }

    /// <summary>How many, 1 to 100,000.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Path of its folder; empty for the datacenter's own.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Name of its host; null for each in turn.</summary>
    public string? Host { get; init; }

    /// <summary>BIOS UUID; null for a new one.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Instance UUID; null for a new one.</summary>
    public Guid? InstanceUuid { get; init; }

    /// <summary>What answers at its serial ports; null for the host's default.</summary>
    public string? Guest { get; init; }

    /// <summary>Whether it is switched on from the start.</summary>
    public bool PowerOn { get; init; }

    /// <summary>Advanced options.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraConfig { get; init; } = [];

    /// <summary>Tags, as <c>CATEGORY/NAME</c>; made if there are none like these.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Serial ports; <c>{n}</c> and <c>{name}</c> in their URIs are the machine's.</summary>
    public IReadOnlyList<PortSeed> SerialPorts { get; init; } = [];

    /// <summary>The name of one of them.</summary>
    /// <param name="number">Which, from 1.</param>
    /// <returns>The name with its blanks filled.</returns>
    public string NameOf(int number) => Planter.Fill(Name, number, "");

    /// <summary>A text of one of them.</summary>
    /// <param name="text">With blanks: <c>{n}</c>, <c>{n:000}</c> and <c>{name}</c>.</param>
    /// <param name="number">Which, from 1.</param>
    /// <returns>The text with its blanks filled.</returns>
    public string Fill(string text, int number) => Planter.Fill(text, number, NameOf(number));
}
