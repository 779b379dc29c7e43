using System.Globalization;
using System.Text;
using System.Text.Json;
using Portside.Configuration;
using Portside.Output;

namespace Portside.Serve;

/// <summary>A log event as one line.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How important.</param>
/// <param name="Id">Which declared event.</param>
/// <param name="Category">Which part says so.</param>
/// <param name="Message">What, in words.</param>
/// <param name="Fields">The same as values.</param>
/// <param name="Error">The exception behind it, or null.</param>
internal readonly record struct EventText(
    DateTimeOffset At,
    LogLevel Level,
    EventId Id,
    string Category,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    Exception? Error)
{
    /// <summary>The line, without its end.</summary>
    /// <param name="format">For people or for programs.</param>
    /// <param name="isJournal">Whether the journal reads it, which has its own clock and wants a priority in front.</param>
    /// <returns>One line, whatever the message holds.</returns>
    public string ToLine(EventFormat format, bool isJournal) => format == EventFormat.Json ? Json() : Text(isJournal);

    private string Text(bool isJournal)
    {
        var line = new StringBuilder();
        if (isJournal)
            line.Append('<').Append(Priority()).Append('>');
        else
            line.Append(At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(' ').Append(Word()).Append(' ');
        line.Append(SafeText.Of(Message));
        if (Error is not null)
            line.Append(": ").Append(SafeText.Of(Error.ToString().ReplaceLineEndings(" | ")));
        return line.ToString();
    }

    private string Json()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("at", Api.Contracts.UtcTimeConverter.Format(At));
            writer.WriteString("level", JsonNamingPolicy.CamelCase.ConvertName(Level.ToString()));
            writer.WriteNumber("id", Id.Id);
            writer.WriteString("event", Id.Name);
            writer.WriteString("category", Category);
            writer.WriteString("message", Message);
            writer.WriteStartObject("fields");
            foreach (var (name, value) in Fields)
            {
                if (name != "{OriginalFormat}")
                    Write(writer, JsonNamingPolicy.CamelCase.ConvertName(name), value);
            }

            writer.WriteEndObject();
            if (Error is not null)
                writer.WriteString("error", Error.ToString());
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber(name, number);
                break;
            case DateTimeOffset time:
                writer.WriteString(name, Api.Contracts.UtcTimeConverter.Format(time));
                break;
            default:
                writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private string Word() => Level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "crit ",
    };

    // syslog's numbers.
    private char Priority() => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => '7',
        LogLevel.Information => '6',
        LogLevel.Warning => '4',
        LogLevel.Error => '3',
        _ => '2',
    };
}
