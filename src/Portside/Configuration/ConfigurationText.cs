using System.Globalization;
using System.Text;
using System.Text.Json;
using Portside.Output;

namespace Portside.Configuration;

/// <summary>The configuration written down: as JSON, as a file that can be loaded, and as the page of the documentation.</summary>
internal static class ConfigurationText
{
    // What somebody reads in the documentation is what they get as a service.
    private static readonly PortsideOptions Defaults = new(StateDirectory.OfService);

    /// <summary>A key's value as JSON.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">What to look at.</param>
    /// <returns>A string, number, boolean, list or null.</returns>
    public static JsonElement AsJson(ConfigKey key, PortsideOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var texts = key.Describe(options);
            if (key.IsList)
                writer.WriteStartArray();
            else if (texts.Count == 0)
                writer.WriteNullValue();
            foreach (var text in texts)
            {
                if (key.IsLiteral)
                    writer.WriteRawValue(text);
                else
                    writer.WriteStringValue(text);
            }

            if (key.IsList)
                writer.WriteEndArray();
        }

        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return document.RootElement.Clone();
    }

    /// <summary>The effective configuration as a file, with the origin of every value as a comment.</summary>
    /// <param name="loaded">A valid configuration.</param>
    /// <returns>YAML that loads as the same configuration.</returns>
    public static string AsFile(LoadedConfiguration loaded)
    {
        var text = new StringBuilder();
        string? section = null;
        foreach (var key in ConfigKeys.All)
        {
            if (key.Section != section)
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "\n" : "")}{key.Section}:\n");
            section = key.Section;
            var origin = SafeText.Of(loaded.Origins[key.Path].ToString());
            text.Append(CultureInfo.InvariantCulture, $"{(section is null ? "" : "  ")}{key.Name}: {Yaml(key, loaded.Options)} # {origin}\n");
        }

        return text.ToString();
    }

    /// <summary>Everything that can be configured.</summary>
    /// <returns>The keys in the order of the table.</returns>
    public static IReadOnlyList<ConfigKeyDescription> AllKeys() =>
    [
        .. ConfigKeys.All.Select(k => new ConfigKeyDescription(
            k.Path,
            k.Describe(Defaults) is { Count: > 0 } texts ? string.Join(", ", texts) : null,
            k.Expected,
            k.Variable,
            k.Option,
            k.Reloads,
            k.Summary)),
    ];

    /// <summary>The page of the documentation.</summary>
    /// <returns>Markdown.</returns>
    public static string AsPage()
    {
        var text = new StringBuilder("""
            # Configuration

            `portside serve` reads its configuration in layers; each wins over the one before:

            1. the defaults below, which are ready to serve;
            2. `/etc/portside/portside.yaml`, or the file named with `--config`;
            3. environment variables `PORTSIDE__Section__Key`; several values are separated by commas, or numbered: `PORTSIDE__Vm__Listen__0`;
            4. the command line: the option in the table, or `--set KEY=VALUE` for any key.

            `portside config check` tells every mistake at once as `file:line:column: message`, `portside config show` tells the
            effective value of every key and where it came from, and `portside config show -o yaml` writes a file to start from.

            Durations are written `500ms`, `30s`, `10m`, `24h`, `7d`, `1h30m`; sizes `65536`, `64KiB` (65,536 bytes; so
            is `64K`), `64kB` (64,000), `8MiB`, `1GiB`; addresses `127.0.0.1:13371`, `[::]:13370`; ranges of ports `127.0.0.1:50000-59999`.

            `SIGHUP` (`systemctl reload portside`) reads the configuration again and applies the keys marked ↻ without touching a
            connection; a changed key without the mark is reported and waits for a restart. A file with mistakes changes nothing.

            The state directory is `/var/lib/portside` for root and under systemd, else `$XDG_STATE_HOME/portside`
            (`~/.local/state/portside`).

            """.ReplaceLineEndings("\n"));
        string? section = "";
        foreach (var key in ConfigKeys.All)
        {
            if (key.Section != section)
            {
                section = key.Section;
                text.Append(CultureInfo.InvariantCulture, $"\n## {(section is null ? "Top level" : $"`{section}`")}\n\n");
                text.Append("| key | default | expected | option | ↻ | meaning |\n|---|---|---|---|---|---|\n");
            }

            var value = key.Describe(Defaults) is { Count: > 0 } texts ? string.Join(" ", texts.Select(t => $"`{t}`")) : "none";
            text.Append(CultureInfo.InvariantCulture,
                $"| `{key.Name}` | {value} | {key.Expected} | {(key.Option is null ? "" : $"`{key.Option}`")} | {(key.Reloads ? "↻" : "")} | {key.Summary} |\n");
        }

        return text.ToString();
    }

    private static string Yaml(ConfigKey key, PortsideOptions options)
    {
        var texts = key.Describe(options);
        var values = texts.Select(t => key.IsLiteral ? t : YamlText.Scalar(t)).ToList();
        return key.IsList ? $"[{string.Join(", ", values.Select((v, i) => v[0] == '"' || key.IsLiteral ? v : Quoted(texts[i])))}]"
            : values.Count == 0 ? "null" : values[0];
    }

    // Within brackets a comma or a bracket would end a plain word.
    private static string Quoted(string text) => $"\"{text}\"";
}
