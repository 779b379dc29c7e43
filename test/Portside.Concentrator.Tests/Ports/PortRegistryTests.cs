using Portside.Concentrator.Ports;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Ports;

/// <summary>Which ports a person means.</summary>
public sealed class PortRegistryTests : IAsyncDisposable
{
    private const string Web = "01234567-89ab-cdef-fedc-ba9800000000";
    private const string Database = "01234567-ffff-cdef-fedc-ba9800000000";

    private readonly MemoryConcentrator _concentrator = new();

    public PortRegistryTests()
    {
        Add(Web, null, "web");
        Add(Web, "com2", "web");
        Add(Database, null, "Database");
        Add("aaaa4567-89ab-cdef-fedc-ba9800000000", null, "web-old");
        _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(Database).WithInstance(2)).Restore("Database", default);
    }

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Theory]
    [InlineData(Web, "web")]
    [InlineData("0123456789ABCDEFFEDCBA9800000000", "web")]
    [InlineData("{01234567-89ab-cdef-fedc-ba9800000000}", "web")]
    [InlineData("01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00", "web")]
    [InlineData(Web + ".com2", "web.com2")]
    [InlineData("0123456789abcdeffedcba9800000000.com2", "web.com2")]
    [InlineData(Database + "#2", "Database#2")]
    [InlineData("WEB", "web")]
    [InlineData("web.com2", "web.com2")]
    [InlineData("database#2", "Database#2")]
    [InlineData("database", "Database")]
    [InlineData("web-", "web-old")]
    [InlineData("aaaa", "web-old")]
    [InlineData("AAAA4567-89", "web-old")]
    [InlineData("0123456789ab", "web", "web.com2")]
    [InlineData("0123", "Database", "Database#2", "web", "web.com2")]
    [InlineData("we", "web", "web-old", "web.com2")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(" - ")]
    [InlineData("#")]
    [InlineData("web#2")]
    [InlineData("nothing")]
    [InlineData("0123456789abcdeffedcba98000000001")]
    public void A_selector_finds(string selector, params string[] titles) =>
        Assert.Equal(
            titles.Order(StringComparer.OrdinalIgnoreCase),
            _concentrator.Ports.Select(selector).Select(p => p.Title).Order(StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void A_machine_cannot_hide_another_by_taking_its_uuid_for_a_name()
    {
        Add("bbbb4567-89ab-cdef-fedc-ba9800000000", null, "0123456789abcdeffedcba9800000000");
        Assert.Equal("web", Assert.Single(_concentrator.Ports.Select("0123456789abcdeffedcba9800000000")).Title);
    }

    [Fact]
    public void Two_machines_of_one_name_are_both_found()
    {
        Add("bbbb4567-89ab-cdef-fedc-ba9800000000", null, "Web");
        Assert.Equal(2, _concentrator.Ports.Select("web").Count);
    }

    [Fact]
    public void A_new_port_is_announced_once_before_anyone_sees_it()
    {
        var appeared = new List<(Port, bool)>();
        _concentrator.Ports.Appeared = port => appeared.Add((port, _concentrator.Ports.TryGet(port.Id, out _)));
        var id = MemoryConcentrator.Id("cccc4567-89ab-cdef-fedc-ba9800000000");
        var ports = new Port[8];
        Parallel.For(0, ports.Length, i => ports[i] = _concentrator.Ports.GetOrAdd(id));
        Assert.Equal([(ports[0], false)], appeared);
        Assert.All(ports, port => Assert.Same(ports[0], port));
    }

    private void Add(string uuid, string? label, string name) =>
        _concentrator.Ports.GetOrAdd(MemoryConcentrator.Id(uuid, label)).Restore(name, default);
}
