using System.Net;
using System.Net.Sockets;

namespace Portside.Testing;

/// <summary>
/// Numbers of TCP ports of 127.0.0.1 for programs that cannot choose one themselves: each is given once, and is below those the
/// system gives to outgoing connections and to listeners at port 0, so that nobody takes it before its program listens.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 10_000;
    private const int Highest = 32_000;

    private static readonly Lock Turn = new();

    // Test programs that run side by side begin at different numbers.
    private static int _next = Random.Shared.Next(Lowest, Highest);

    /// <summary>A number.</summary>
    /// <returns>It, never again in this process until all others had their turn.</returns>
    public static int Next() => Next(1);

    /// <summary>Numbers in a row.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The first.</returns>
    public static int Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (Turn)
        {
            for (var tried = 0; tried < Highest - Lowest; tried += count)
            {
                var first = _next + count > Highest ? Lowest : _next;
                _next = first + count;
                if (Enumerable.Range(first, count).All(IsFree))
                    return first;
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row from {Lowest} to {Highest}.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
