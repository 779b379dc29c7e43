using System.Net;
using System.Net.Sockets;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>
/// Ranges for console telnet, one for each server of a run. Below the numbers the system gives to outgoing connections,
/// so that a sticky number is still free when its server comes back.
/// </summary>
internal static class ConsolePorts
{
    private const int Width = 40;
    private const int Lowest = 10_000;
    private const int Highest = 32_000;

    private static readonly Lock Turn = new();
    private static int _next = Random.Shared.Next(Lowest, Highest);

    /// <summary>The first number of a range that is free and that nobody else in this run uses.</summary>
    public static int Next()
    {
        lock (Turn)
        {
            for (var tries = 0; tries < (Highest - Lowest) / Width; tries++)
            {
                _next = _next + (2 * Width) > Highest ? Lowest : _next + Width;
                if (Enumerable.Range(_next, Width).All(IsFree))
                    return _next;
            }
        }

        throw new InvalidOperationException($"No {Width} free ports in a row from {Lowest} to {Highest}.");
    }

    /// <summary>The range as <c>--console-telnet</c> takes it.</summary>
    public static string Range(int first) => $"127.0.0.1:{first}-{first + Width - 1}";

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
