using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portside.Api.Contracts;

/// <summary>Times as UTC with milliseconds and a <c>Z</c>: <c>2026-01-31T12:00:00.000Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    /// <summary>Writes a time.</summary>
    /// <param name="time">The time.</param>
    /// <returns>Its text.</returns>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
