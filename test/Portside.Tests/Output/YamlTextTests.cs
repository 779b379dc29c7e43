using System.Text.Json;
using CsCheck;
using Portside.Configuration;
using Portside.Output;

namespace Portside.Tests.Output;

public sealed class YamlTextTests
{
    [Fact]
    public void Nested_values_are_laid_out_as_people_write_them()
    {
        using var json = JsonDocument.Parse("""{"a":[{"b":1,"c":[true,null]},[],{}],"d":{"e":"x: y","f":"plain words"},"g":"off"}""");

        Assert.Equal(
            """
            a:
              - b: 1
                c:
                  - true
                  - null
              - []
              - {}
            d:
              e: "x: y"
              f: plain words
            g: "off"

            """,
            YamlText.Of(json.RootElement));
    }

    [Fact]
    public void Any_string_reads_back_as_itself() => Gen.String.Sample(
        text =>
        {
            // What JSON cannot hold either: halves of characters.
            if (text.EnumerateRunes().Any(r => r == System.Text.Rune.ReplacementChar))
                return true;
            var root = YamlTree.Read($"a: {YamlText.Scalar(text)} # comment\n");
            return root is YamlNode.Mapping { Entries: [(_, YamlNode.Scalar { IsNull: false } value)] } && value.Text == text;
        });
}
