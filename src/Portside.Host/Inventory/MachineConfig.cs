using System.Collections.Immutable;
using Portside.VSphere.Contracts;

namespace Portside.Host.Inventory;

/// <summary>How a machine is configured, but for its serial ports.</summary>
public sealed record MachineConfig
{
    /// <summary>Advanced options, at most.</summary>
    private const int MaxOptions = 4096;

    /// <summary>Characters of all advanced options, at most.</summary>
    private const int MaxOptionText = 1 << 20;

    /// <summary>Hardware version.</summary>
    public string Version { get; init; } = ConfigOptions.DefaultKey;

    /// <summary>BIOS UUID.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>vCenter's UUID of it.</summary>
    public required Guid InstanceUuid { get; init; }

    /// <summary>Where it was made; a copy by hand has another one.</summary>
    public Guid? LocationId { get; init; }

    /// <summary>Kind of guest, such as <c>debian11_64Guest</c>.</summary>
    public string GuestId { get; init; } = "otherGuest";

    /// <summary>Its name where the kind is <c>other</c>.</summary>
    public string AlternateGuestName { get; init; } = "";

    /// <summary>Notes.</summary>
    public string? Annotation { get; init; }

    /// <summary>Virtual processors.</summary>
    public int NumCpus { get; init; } = 1;

    /// <summary>Cores in each socket.</summary>
    public int CoresPerSocket { get; init; } = 1;

    /// <summary>Memory, MiB.</summary>
    public int MemoryMB { get; init; } = 256;

    /// <summary><c>bios</c> or <c>efi</c>.</summary>
    public string Firmware { get; init; } = "bios";

    /// <summary>Its file, such as <c>[datastore1] db1/db1.vmx</c>.</summary>
    public required string VmPathName { get; init; }

    /// <summary>Whether it only serves to be copied.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>Advanced options, in the order they came.</summary>
    public ImmutableList<KeyValuePair<string, string>> ExtraConfig { get; init; } = [];

    /// <summary>Devices that are no serial ports, as clients gave them, by key.</summary>
    public ImmutableSortedDictionary<int, VirtualDevice> Devices { get; init; } = ImmutableSortedDictionary<int, VirtualDevice>.Empty;

    /// <summary>Counts changes.</summary>
    public long Change { get; init; } = 1;

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary>Names this state, for clients who want to change this one and no other.</summary>
    public string ChangeVersion => $"{Modified.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}#{Change}";

    /// <summary>An advanced option.</summary>
    /// <param name="key">Its key, in any case.</param>
    /// <returns>Null if it is not set.</returns>
    public string? Extra(string key)
    {
        foreach (var (name, value) in ExtraConfig)
        {
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>The value of an advanced option, whose type is the client's to choose.</summary>
    internal static string TextOf(OptionValue option) => Convert.ToString(option.Value.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    /// <summary>With other advanced options; an empty value takes one away.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">There would be too many.</exception>
    internal MachineConfig WithExtra(IReadOnlyList<OptionValue> changes)
    {
        if (changes.Count == 0)
            return this;
        var extra = new OrderedDictionary<string, string>(ExtraConfig, StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes)
        {
            var value = TextOf(change);
            var at = extra.IndexOf(change.Key);
            if (at >= 0 && value.Length == 0)
                extra.RemoveAt(at);
            else if (at >= 0)
                extra.SetAt(at, value);
            else if (value.Length > 0)
                extra.Add(change.Key, value);
            if (extra.Count > MaxOptions)
                throw Fault.InvalidArgument("configSpec.extraConfig", $"A machine has {MaxOptions} advanced options at most.");
        }

        if (extra.Sum(static pair => (long)pair.Key.Length + pair.Value.Length) > MaxOptionText)
            throw Fault.InvalidArgument("configSpec.extraConfig", $"A machine's advanced options have {MaxOptionText} characters at most.");
        return this with { ExtraConfig = [.. extra] };
    }
}
