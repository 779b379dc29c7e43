using System.Text;
using System.Xml.Linq;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Tests.Soap;

/// <summary>How much of a message is kept.</summary>
public sealed class SoapDocumentTests
{
    private static readonly SoapLimits Little = SoapLimits.Client with { Kept = 64 << 10 };

    [Theory]
    [InlineData("<a b=\"\"/>", 1000)]
    [InlineData("<a>x</a>", 1000)]
    [InlineData("<a>0123456789012345678901234567890123456789</a>", 500)]
    public async Task What_takes_too_much_memory_is_refused_whatever_it_is_made_of(string unit, int count)
    {
        var failure = await Assert.ThrowsAsync<SoapException>(() => LoadAsync($"<r>{string.Concat(Enumerable.Repeat(unit, count))}</r>", null));
        Assert.Contains("memory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_handed_out_does_not_count()
    {
        var taken = 0;
        var root = await LoadAsync($"<r>{string.Concat(Enumerable.Repeat("<o><a b='c'>text</a></o>", 10_000))}</r>", new SoapHandOut("o", 1, _ => taken++));
        Assert.Equal(10_000, taken);
        Assert.Empty(root.Elements());
    }

    [Fact]
    public void Names_of_types_that_only_a_peer_knows_are_not_remembered()
    {
        Assert.NotSame(Kind("HologramState"), Kind("HologramState"));
        Assert.Same(VimKinds.Enumeration("VirtualMachinePowerState"), Kind("VirtualMachinePowerState"));
        Assert.Equal("HologramState", Kind("HologramState").XsiType);
    }

    private static VimKind Kind(string type) => VimReader.ReadAny(new XElement("val", new XAttribute(SoapNames.XsiType, type), "on")).Kind;

    private static Task<XElement> LoadAsync(string xml, SoapHandOut? handOut) =>
        SoapDocument.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(xml)), Little, default, handOut);
}
