using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portside.Commands;

namespace Portside.Output;

/// <summary>Writes results for programs.</summary>
internal static class ResultText
{
    private const int Chunk = 64 * 1024;

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

    /// <summary>Writes rows as a list, each as it comes: ten thousand of them are never in memory as one text.</summary>
    /// <typeparam name="T">A row's type.</typeparam>
    /// <param name="caller">Who reads it.</param>
    /// <param name="format">JSON or YAML.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="type">How a row is written.</param>
    /// <param name="listType">How the list is written.</param>
    public static void WriteRows<T>(Caller caller, OutputFormat format, IReadOnlyList<T> rows, JsonTypeInfo<T> type, JsonTypeInfo<IReadOnlyList<T>> listType)
    {
        if (format == OutputFormat.Yaml)
        {
            Write(caller, format, rows, listType);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(2 * Chunk);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(writer, row, type);
            if (writer.BytesPending + buffer.WrittenCount >= Chunk)
                Drain();
        }

        writer.WriteEndArray();
        Drain();
        caller.Out.WriteLine();

        void Drain()
        {
            writer.Flush();
            caller.Out.Write(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
            buffer.ResetWrittenCount();
        }
    }

    private static string Json(JsonElement element, bool isIndented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented, NewLine = "\n" }))
            element.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
