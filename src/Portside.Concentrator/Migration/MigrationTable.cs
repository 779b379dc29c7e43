using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Portside.Concentrator.Migration;

/// <summary>The keys under which destinations find the ports they take over.</summary>
/// <remarks>
/// A key is a bearer token for a running console. It is looked up by its digest and compared in constant time, so
/// that neither tells how much of a guess was right.
/// </remarks>
internal sealed class MigrationTable
{
    private readonly ConcurrentDictionary<UInt128, PortMigration> _byDigest = new();

    public int Count => _byDigest.Count;

    public IEnumerable<PortMigration> All => _byDigest.Values;

    /// <summary>Adds a migration; its random secret makes its key new.</summary>
    public void Add(PortMigration migration) => _byDigest[Digest(migration.Key)] = migration;

    public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out PortMigration? migration) =>
        _byDigest.TryGetValue(Digest(key), out migration) && CryptographicOperations.FixedTimeEquals(key, migration.Key);

    public void Remove(PortMigration migration) => _byDigest.TryRemove(Digest(migration.Key), out _);

    private static UInt128 Digest(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
