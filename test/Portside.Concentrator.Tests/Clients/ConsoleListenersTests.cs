using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.Hosting;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>The telnet ports of ports: numbers that other programs hold, and none left.</summary>
public sealed class ConsoleListenersTests : IAsyncDisposable
{
    private static int _lastAddress = Environment.ProcessId % 200 * 250;

    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryConcentrator _concentrator = new();
    private readonly IPAddress _address;
    private readonly PortStore _numbers;
    private readonly ConsoleListeners _listeners;

    public ConsoleListenersTests()
    {
        var number = Interlocked.Increment(ref _lastAddress);
        _address = new IPAddress([127, 78, (byte)(number >> 8), (byte)(number & 0xFF)]);
        _numbers = new PortStore(_directory.Path, 50_000, 50_002, _concentrator.Time, _concentrator.Events);
        _listeners = new ConsoleListeners(
            _address,
            _numbers,
            new ClientContext(
                _concentrator.Options.Console, _concentrator.Options.Vm, new DescriptorBudget(null), _concentrator.Metrics, _concentrator.Time, _concentrator.Events));
    }

    public async ValueTask DisposeAsync()
    {
        await _listeners.DisposeAsync();
        await _numbers.DisposeAsync();
        await _concentrator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public void Every_port_has_its_own()
    {
        Assert.Equal(50_000, Open(1).TelnetPort);
        Assert.Equal(50_001, Open(2).TelnetPort);
    }

    [Fact]
    public async Task A_number_another_program_holds_is_passed_over_and_said()
    {
        using var other = Hold(50_000);
        Assert.Equal(50_001, Open(1).TelnetPort);
        var logged = await _concentrator.Events.WaitForAsync(310);
        Assert.Contains($"{_address}:50000 is in use by another program", logged.Text, StringComparison.Ordinal);
        Assert.Equal(50_002, Open(2).TelnetPort);
    }

    [Fact]
    public async Task A_port_without_a_number_left_has_none_and_it_is_said()
    {
        Open(1);
        Open(2);
        Open(3);
        var port = Open(4);
        Assert.Null(port.TelnetPort);
        await _concentrator.Events.WaitForAsync(311);
    }

    [Fact]
    public void A_closed_port_frees_its_number_but_keeps_it_for_itself()
    {
        var port = Open(1);
        _listeners.Close(port);
        Assert.Null(port.TelnetPort);
        using (Hold(50_000))
        {
        }

        Assert.Equal(50_001, Open(2).TelnetPort);
        _listeners.Open(port);
        Assert.Equal(50_000, port.TelnetPort);
    }

    [Fact]
    public async Task Clients_stay_when_their_ports_number_closes_and_leave_when_the_concentrator_stops()
    {
        var port = Open(1);
        await using var program = await LiveConcentrator.ConnectAsync(new IPEndPoint(_address, port.TelnetPort!.Value));
        await program.ExpectAsync(ScriptedPerson.Asked);
        _listeners.Close(port);
        Assert.Single(port.Snapshot().Clients);
        await _listeners.DisposeAsync();
        await program.ExpectEndAsync();
        Assert.Empty(port.Snapshot().Clients);
    }

    private Socket Hold(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(_address, number));
        socket.Listen();
        return socket;
    }

    private Port Open(int uuid)
    {
        var port = _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id($"{uuid:x32}"));
        _listeners.Open(port);
        return port;
    }
}
