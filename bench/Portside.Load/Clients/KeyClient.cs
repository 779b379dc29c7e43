using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Portside.Load.Wire;

namespace Portside.Load.Clients;

/// <summary>Types one key at a time on a blocking socket and waits for its echo. Used by one thread.</summary>
internal sealed class KeyClient : IDisposable
{
    private const int SyncAttempts = 40;
    private static readonly TimeSpan SyncInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EchoLimit = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly ClientTelnet _telnet;
    private readonly TelnetWriter _replies = new();
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _echoed = [];

    public KeyClient(Socket socket, ClientStyle style)
    {
        _socket = socket;
        _telnet = new ClientTelnet(style, _replies, _echoed);
    }

    /// <summary>Types a random word until its echo comes, then waits for quiet: banner and replay are over.</summary>
    /// <exception cref="TimeoutException">No echo came.</exception>
    public void Sync()
    {
        var word = Encoding.ASCII.GetBytes($"<sync {RandomNumberGenerator.GetHexString(8, lowercase: true)}>");
        _telnet.Open();
        Reply();
        _socket.ReceiveTimeout = (int)SyncInterval.TotalMilliseconds;
        for (var attempt = 0; attempt < SyncAttempts; attempt++)
        {
            _socket.Send(word);
            while (Receive())
            {
            }

            if (_echoed.ToArray().AsSpan().IndexOf(word) < 0)
                continue;
            _socket.ReceiveTimeout = (int)EchoLimit.TotalMilliseconds;
            return;
        }

        throw new TimeoutException("What the client types does not come back from its machine.");
    }

    /// <summary>Types the key and waits for what comes back.</summary>
    /// <returns>The time in timestamps.</returns>
    /// <param name="key">One byte that no escape begins with.</param>
    /// <param name="echoed">What came back, one byte if all is well.</param>
    public long Press(byte key, out ReadOnlySpan<byte> echoed)
    {
        _echoed.Clear();
        var start = Stopwatch.GetTimestamp();
        _socket.Send([key]);
        while (_echoed.Count == 0 && Receive())
        {
        }

        var elapsed = Stopwatch.GetTimestamp() - start;
        echoed = CollectionsMarshal.AsSpan(_echoed);
        return elapsed;
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>False when nothing came in time.</returns>
    private bool Receive()
    {
        var count = _socket.Receive(_buffer, SocketFlags.None, out var error);
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || count == 0)
            throw new IOException("The client's connection ended.");
        _telnet.Hear(_buffer.AsSpan(0, count));
        Reply();
        return true;
    }

    private void Reply()
    {
        if (_replies.Length > 0)
            _socket.Send(_replies.Written);
        _replies.Clear();
    }
}
