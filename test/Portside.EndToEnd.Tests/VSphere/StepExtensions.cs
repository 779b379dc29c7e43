using System.Text.Json;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>What a client says of a step, taken apart.</summary>
internal static class StepExtensions
{
    /// <summary>A text of it.</summary>
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>A list of texts of it.</summary>
    public static string[] Texts(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(one => one.GetString()!)] : [];

    /// <summary>The one serial port it has with a serviceURI.</summary>
    public static JsonElement Port(this JsonElement element, string serviceUri) =>
        Assert.Single(element.GetProperty("ports").EnumerateArray(), port => port.Text("serviceURI") == serviceUri);
}
