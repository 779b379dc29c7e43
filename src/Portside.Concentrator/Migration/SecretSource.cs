using System.Security.Cryptography;

namespace Portside.Concentrator.Migration;

/// <summary>Fills a buffer with a migration's secret.</summary>
/// <param name="secret">The buffer, <see cref="SecretSources.Length"/> bytes long.</param>
public delegate void SecretSource(Span<byte> secret);

/// <summary>Where secrets come from.</summary>
public static class SecretSources
{
    /// <summary>Length of a secret, in bytes: 64 random bits, far beyond guessing within a migration's life.</summary>
    public const int Length = 8;

    /// <summary>The operating system's random numbers.</summary>
    public static SecretSource Random { get; } = RandomNumberGenerator.Fill;
}
