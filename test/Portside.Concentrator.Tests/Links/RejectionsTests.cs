using System.Net;
using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class RejectionsTests : IAsyncDisposable
{
    private readonly MemoryConcentrator _concentrator = new();

    private Rejections Rejections => _concentrator.Rejections;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public void The_same_mistake_from_the_same_address_is_counted_and_moves_to_the_top()
    {
        Assert.Equal(1, Add(1, "service-uri", "a"));
        Assert.Equal(1, Add(2, "service-uri", "a"));
        _concentrator.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Add(1, "service-uri", "a", port: 99));
        var latest = Rejections.Latest();
        Assert.Equal([("192.0.2.1", 2L), ("192.0.2.2", 1L)], latest.Select(r => (r.Source, r.Count)));
        Assert.Equal(_concentrator.Time.GetUtcNow(), latest[0].At);
    }

    [Fact]
    public void Another_reason_uri_or_address_is_another_rejection()
    {
        Add(1, "service-uri", "a");
        Add(1, "service-uri", "b");
        Add(1, "service-uri", null);
        Add(1, "direction", "a");
        Add(2, "service-uri", "a");
        Assert.Equal(5, Rejections.Latest().Count);
        Assert.All(Rejections.Latest(), r => Assert.Equal(1, r.Count));
    }

    [Fact]
    public void The_oldest_goes_first_when_there_are_too_many()
    {
        for (var i = 0; i < Rejections.Capacity; i++)
            Add(1, "service-uri", $"{i}");
        Add(1, "service-uri", "0");
        Assert.Equal(Rejections.Capacity, Rejections.Latest().Count);
        Add(1, "service-uri", "new");
        Assert.Equal(Rejections.Capacity, Rejections.Latest().Count);
        Assert.DoesNotContain(Rejections.Latest(), r => r.ServiceUri == "1");
        Assert.Equal(2, Rejections.Latest().Single(r => r.ServiceUri == "0").Count);
    }

    [Fact]
    public void An_unknown_source_is_remembered_too()
    {
        Rejections.Add(null, "protocol", "words");
        Assert.Equal("unknown", Assert.Single(Rejections.Latest()).Source);
    }

    private long Add(byte host, string reason, string? uri, int port = 1) =>
        Rejections.Add(new IPEndPoint(new IPAddress([192, 0, 2, host]), port), reason, "words", "server", uri);
}
