using Portside.Concentrator.Ports;
using Xunit;

namespace Portside.Concentrator.Tests.Ports;

public sealed class PortIdTests
{
    private const string Hex = "0123456789abcdeffedcba9800000000";

    [Theory]
    [InlineData("0123456789abcdeffedcba9800000000")]
    [InlineData("0123456789ABCDEFFEDCBA9800000000")]
    [InlineData("01234567-89ab-cdef-fedc-ba9800000000")]
    [InlineData("{01234567-89AB-cdef-fedc-ba9800000000}")]
    [InlineData("01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00")]
    public void Any_spelling_of_a_uuid_is_the_same_id(string uuid)
    {
        Assert.True(PortId.TryCreate(uuid, null, out var id));
        Assert.Equal(Hex, id.ToString());
        Assert.Equal("01234567-89ab-cdef-fedc-ba9800000000", id.DisplayUuid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdeffedcba980000000")]
    [InlineData("0123456789abcdeffedcba98000000000")]
    [InlineData("0123456789abcdeffedcba980000000g")]
    [InlineData("0123456789abcdeffedcba98/0000000")]
    [InlineData("０123456789abcdeffedcba980000000")]
    public void What_is_no_uuid_is_no_id(string uuid) => Assert.False(PortId.TryCreate(uuid, null, out _));

    [Theory]
    [InlineData("com1", "com1")]
    [InlineData("COM-1_a", "COM-1_a")]
    [InlineData("../../etc", "______etc")]
    [InlineData("a/b\\c:d", "a_b_c_d")]
    [InlineData(".", "_")]
    [InlineData("a b\tc\0d\u001b", "a_b_c_d_")]
    [InlineData("#2", "_2")]
    [InlineData("Ⅷ\u202e", "__")]
    public void A_label_is_always_safe_in_a_file_name(string label, string safe)
    {
        Assert.True(PortId.TryCreate(Hex, label, out var id));
        Assert.Equal($"{Hex}.{safe}", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_blank_label_is_none(string? label)
    {
        Assert.True(PortId.TryCreate(Hex, label, out var id));
        Assert.Null(id.Label);
    }

    [Fact]
    public void A_label_has_a_limit()
    {
        Assert.True(PortId.TryCreate(Hex, new string('x', 64), out var longest));
        Assert.True(PortId.TryCreate(Hex, new string('x', 100_000), out var cut));
        Assert.Equal(longest, cut);
    }

    [Fact]
    public void A_clone_shows_its_number()
    {
        Assert.True(PortId.TryCreate(Hex, "com1", out var id));
        Assert.Equal($"{Hex}.com1#2", id.WithInstance(2).ToString());
        Assert.NotEqual(id, id.WithInstance(2));
        Assert.Equal(id, id.WithInstance(2).WithInstance(1));
    }
}
