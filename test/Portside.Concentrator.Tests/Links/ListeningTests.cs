using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Links;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class ListeningTests
{
    [Fact]
    public async Task Half_open_links_are_found_by_keepalive_as_configured()
    {
        using var listener = new LoopbackListener();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.EndPoint);
        Listening.KeepAlive(socket, new LinkOptions());
        Assert.Equal((1, 60, 10, 3), Options(socket));
        Listening.KeepAlive(socket, new LinkOptions
        {
            KeepAliveIdle = TimeSpan.FromMinutes(5),
            KeepAliveInterval = TimeSpan.FromMilliseconds(1),
            KeepAliveProbes = 7,
        });
        Assert.Equal((1, 300, 1, 7), Options(socket));
    }

    [Fact]
    public void An_address_in_use_is_said_to_be()
    {
        using var listener = new LoopbackListener();
        var error = Assert.Throws<ListenException>(() => Listening.Open(listener.EndPoint, 1));
        Assert.Contains($"{listener.EndPoint} is in use by another program", error.Message, StringComparison.Ordinal);
        Assert.Equal(listener.EndPoint, error.Address);
    }

    [Fact]
    public void An_address_of_another_machine_is_said_to_be()
    {
        var error = Assert.Throws<ListenException>(() => Listening.Open(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), 1));
        Assert.Contains("is not an address of this machine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_families_can_have_the_same_port()
    {
        using var four = Listening.Open(new IPEndPoint(IPAddress.Any, 0), 1);
        using var six = Listening.Open(new IPEndPoint(IPAddress.IPv6Any, ((IPEndPoint)four.LocalEndPoint!).Port), 1);
    }

    [Fact]
    public void A_mapped_address_is_shown_as_what_it_is()
    {
        Assert.Equal("192.0.2.1:5", Listening.Readable(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 5))!.ToString());
        Assert.Equal("[2001:db8::1]:5", Listening.Readable(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 5))!.ToString());
        Assert.Null(Listening.Readable(null));
    }

    private static (int, int, int, int) Options(Socket socket) => (
        Math.Min(1, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!),
        (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!,
        (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!,
        (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);

    [Fact]
    public void Who_lacks_file_descriptors_is_told_what_to_raise()
    {
        Assert.Contains("LimitNOFILE (systemd) or ulimit -n", Listening.Explain(new SocketException((int)SocketError.TooManyOpenSockets)), StringComparison.Ordinal);
        Assert.DoesNotContain("LimitNOFILE", Listening.Explain(new SocketException((int)SocketError.NetworkDown)), StringComparison.Ordinal);
    }
}
