using System.Security.Cryptography;
using System.Text;

namespace Portside.Load.Streams;

/// <summary>
/// Two marks of 16 bytes that a machine sends before its stream, random in each run so that none is met in a replay.
/// <see cref="Sync"/> is repeated until every client has seen it, hence is attached; <see cref="Start"/> comes once,
/// and the stream begins with the byte after it, whatever banner or replay a client was shown before.
/// </summary>
internal sealed class StreamMarkers
{
    public const int Bytes = 16;

    public StreamMarkers()
    {
        var nonce = RandomNumberGenerator.GetHexString(8, lowercase: true);
        Sync = Encoding.ASCII.GetBytes($"\n<sync {nonce}>");
        Start = Encoding.ASCII.GetBytes($"\n<live {nonce}>");
    }

    public byte[] Sync { get; }

    public byte[] Start { get; }
}
