using Portside.Lines.Uris;

namespace Portside.Lines.Tests;

/// <summary>URIs that a test takes for readable.</summary>
internal static class GivenUri
{
    public static SerialUri Parse(string text)
    {
        Assert.True(SerialUri.TryParse(text, out var uri, out var error), error);
        return uri;
    }

    public static LineUri ParseLine(string text) => Assert.IsAssignableFrom<LineUri>(Parse(text));
}
