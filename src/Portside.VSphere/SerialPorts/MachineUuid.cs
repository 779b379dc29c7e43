namespace Portside.VSphere.SerialPorts;

/// <summary>UUIDs of machines, which vSphere, hosts and people spell in several ways.</summary>
public static class MachineUuid
{
    /// <summary>The digits alone.</summary>
    /// <param name="uuid">A UUID, with dashes and blanks or without; null for none.</param>
    /// <returns>32 lower-case hex digits; null for something else.</returns>
    public static string? Digits(string? uuid)
    {
        var digits = (uuid ?? "").Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length == 32 && digits.All(char.IsAsciiHexDigit) ? digits : null;
    }
}
