using System.Security.Cryptography;
using System.Text;

namespace Portside.Host.Bridges;

/// <summary>Who a bridge's machine is when nobody gave it a UUID.</summary>
public static class BridgeIdentity
{
    /// <summary>Makes the same UUID for the same names, on every machine and in every release (RFC 9562, version 8).</summary>
    /// <param name="host">The machine the bridge runs on.</param>
    /// <param name="name">The bridged machine.</param>
    /// <returns>The UUID.</returns>
    public static Guid Derive(string host, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"portside bridge\n{host.ToLowerInvariant()}\n{name}"));
        var bytes = hash.AsSpan(0, 16);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
