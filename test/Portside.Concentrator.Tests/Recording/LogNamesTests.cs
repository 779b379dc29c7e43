using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class LogNamesTests
{
    private const string Uuid = "564d0000000000000000000000000001";

    [Theory]
    [InlineData(null, 1, Uuid)]
    [InlineData("com1", 1, Uuid + ".com1")]
    [InlineData(null, 2, Uuid + "#2")]
    [InlineData("com1", 3, Uuid + ".com1#3")]
    [InlineData("x-20260301-120000", 1, Uuid + ".x-20260301-120000.log")]
    [InlineData("x-20260301-120000", 2, Uuid + ".x-20260301-120000#2")]
    [InlineData("99999999-999999", 1, Uuid + ".99999999-999999")]
    [InlineData("-99999999-999999", 1, Uuid + ".-99999999-999999.log")]
    public void The_current_file_is_called_as_the_port_unless_that_looks_rotated(string? label, int instance, string name)
    {
        Assert.True(PortId.TryCreate(Uuid, label, out var id));
        Assert.Equal(name, LogNames.Current(id.WithInstance(instance)));
    }

    [Theory]
    [InlineData(1, "p-20260301-235959")]
    [InlineData(2, "p-20260301-235959.2")]
    [InlineData(1234, "p-20260301-235959.1234")]
    public void A_rotated_name_is_read_as_it_was_written(int number, string name)
    {
        var stamp = new DateTime(2026, 3, 1, 23, 59, 59, DateTimeKind.Utc);
        Assert.Equal(name, LogNames.Rotated("p", stamp, number));
        Assert.True(LogNames.TryParseRotated("p", name, out var when, out var which));
        Assert.Equal((stamp, number), (when, which));
        Assert.Equal(DateTimeKind.Utc, when.Kind);
    }

    [Theory]
    [InlineData("p")]
    [InlineData("p-")]
    [InlineData("q-20260301-235959")]
    [InlineData("p-20260301")]
    [InlineData("p-20260301-23595")]
    [InlineData("p-20260301-2359590")]
    [InlineData("p-20261301-235959")]
    [InlineData("p-20260301x235959")]
    [InlineData("p-20260301-235959.")]
    [InlineData("p-20260301-235959.1")]
    [InlineData("p-20260301-235959.-2")]
    [InlineData("p-20260301-235959.log")]
    [InlineData("p-20260301-235959.99999999999")]
    [InlineData("p-20260301-235959-20260301-235959")]
    public void Other_files_are_not_taken_for_rotated_ones(string name)
    {
        Assert.False(LogNames.TryParseRotated("p", name, out _, out _));
    }
}
