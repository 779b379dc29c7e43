using System.Xml.Linq;
using Portside.VSphere.Client;

namespace Portside.VSphere.Tests.Client;

/// <summary>Which version of the API is spoken with servers from 6.0 to 9.0, and with newer ones.</summary>
public class VimVersionsTests
{
    [Theory]
    [InlineData("6.0", "6.0", "5.5", "5.1")]
    [InlineData("6.5", "6.5", "6.0", "5.5")]
    [InlineData("6.7.3", "6.7.3", "6.7.2", "6.7.1", "6.7", "6.5")]
    [InlineData("7.0.3.0", "7.0.3.0", "7.0.2.0", "7.0.1.0", "7.0.0.0", "6.9.1", "6.7.3")]
    [InlineData("8.0.2.0", "8.0.2.0", "8.0.1.0", "8.0.0.1", "7.0.3.2")]
    [InlineData("9.0.0.0", "9.0.0.0", "8.0.3.0", "8.0.2.0")]
    [InlineData("9.0.0.0", "12.1.0.0", "9.0.0.0", "8.0.3.0")]
    [InlineData(null, "3.0")]
    public void The_newest_that_both_know_is_spoken(string? expected, string newest, params string[] older) => Assert.Equal(
        expected,
        VimVersions.Newest(new XElement(
            "namespaces",
            new XElement("namespace", new XElement("name", "urn:sms"), new XElement("version", "8.0.3.0")),
            new XElement(
                "namespace",
                new XElement("name", "urn:vim25"),
                new XElement("version", newest),
                new XElement("priorVersions", older.Select(version => new XElement("version", version)))))));
}
