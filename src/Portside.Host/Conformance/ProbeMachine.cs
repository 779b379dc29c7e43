using System.Globalization;
using System.Security.Cryptography;

namespace Portside.Host.Conformance;

/// <summary>A machine that nobody has seen before.</summary>
internal sealed class ProbeMachine
{
    /// <summary>Its UUID, for vCenter and BIOS alike.</summary>
    public Guid Uuid { get; } = Guid.NewGuid();

    /// <summary>Its name.</summary>
    public string Name => $"check-{Uuid.ToString("N", CultureInfo.InvariantCulture)[..8]}";

    /// <summary>Where its console is asked for.</summary>
    public ConsoleTarget Console => new(Name, Uuid);

    /// <summary>A text that occurs nowhere else.</summary>
    public static byte[] NewMark() => System.Text.Encoding.ASCII.GetBytes($"<{RandomNumberGenerator.GetHexString(16, lowercase: true)}>");
}
