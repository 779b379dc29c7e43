using System.Text;
using System.Text.Json;

namespace Portside.Output;

/// <summary>Writes a JSON value as YAML that reads back as the same value.</summary>
internal static class YamlText
{
    /// <summary>Writes <paramref name="value"/>.</summary>
    /// <param name="value">Any JSON value.</param>
    /// <returns>Lines of YAML.</returns>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        if (IsBlock(value))
            WriteBlock(text, value, 0, isContinued: false);
        else
            text.Append(Inline(value)).Append('\n');
        return text.ToString();
    }

    /// <summary>Writes a string, in quotes where YAML would take it for something else.</summary>
    /// <param name="value">Any string.</param>
    /// <returns>A scalar that fits behind a key or a dash.</returns>
    public static string Scalar(string value) => NeedsQuotes(value) ? Quote(value) : value;

    private static void WriteBlock(StringBuilder text, JsonElement value, int indent, bool isContinued)
    {
        // The first line of a mapping within a list stands behind its dash.
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                if (!isContinued)
                    text.Append(' ', indent);
                isContinued = false;
                text.Append(Scalar(property.Name)).Append(':');
                WriteValue(text, property.Value, indent + 2);
            }
        }
        else
        {
            foreach (var item in value.EnumerateArray())
            {
                if (!isContinued)
                    text.Append(' ', indent);
                isContinued = false;
                text.Append('-');
                if (IsBlock(item))
                {
                    text.Append(' ');
                    WriteBlock(text, item, indent + 2, isContinued: true);
                }
                else
                {
                    text.Append(' ').Append(Inline(item)).Append('\n');
                }
            }
        }
    }

    private static void WriteValue(StringBuilder text, JsonElement value, int indent)
    {
        if (IsBlock(value))
        {
            text.Append('\n');
            WriteBlock(text, value, indent, isContinued: false);
        }
        else
        {
            text.Append(' ').Append(Inline(value)).Append('\n');
        }
    }

    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private static string Inline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Scalar(value.GetString() ?? ""),
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        _ => value.GetRawText(),
    };

    private static bool NeedsQuotes(string value)
    {
        // Plain is only what cannot be taken for anything else: a letter or a slash first, then harmless characters.
        if (value.Length == 0 || !(char.IsAsciiLetter(value[0]) || value[0] is '/' or '_'))
            return true;
        foreach (var c in value)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '@' or '+' or '=' or ',' or '?' or '(' or ')' or ' ' or ':'))
                return true;
        }

        return value[^1] is ' ' or ':' || value.Contains(": ", StringComparison.Ordinal)
            || value.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n";
    }

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or > '~' => text.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
