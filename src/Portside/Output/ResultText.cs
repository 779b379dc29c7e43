using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portside.Commands;

namespace Portside.Output;

/// <summary>Writes results for programs.</summary>
internal static class ResultText
{
    /// <summary>Writes <paramref name="value"/> as JSON or YAML.</summary>
    /// <typeparam name="T">The contract's type.</typeparam>
    /// <param name="caller">Who reads it.</param>
    /// <param name="format">JSON or YAML.</param>
    /// <param name="value">The result.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="isIndented">Whether JSON is laid out for reading; otherwise it is one line.</param>
    public static void Write<T>(Caller caller, OutputFormat format, T value, JsonTypeInfo<T> type, bool isIndented = true)
    {
        var element = JsonSerializer.SerializeToElement(value, type);
        if (format == OutputFormat.Yaml)
            caller.Out.Write(YamlText.Of(element));
        else
            caller.Out.WriteLine(Json(element, isIndented));
    }

    private static string Json(JsonElement element, bool isIndented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented, NewLine = "\n" }))
            element.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
