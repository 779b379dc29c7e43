using System.Globalization;
using System.Text.RegularExpressions;
using Portside.Host.Storage;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Portside.Host.Guests.Scripts;

/// <summary>What a guest says and what it expects, as written in a YAML file.</summary>
/// <remarks>
/// <code>
/// echo: true | false                # whether what is typed comes back; false unless said
/// steps:
///   - send: TEXT                    # ${1} is what the last match's first group took, $$ a dollar sign
///   - expect: REGEX                 # in what was typed since the last match; one byte is one character
///     timeout: 30s                  # for ever unless said
///     else: [ steps ]               # after a wait in vain; without, the machine is switched off
///     echo: false                   # for this step
///   - expect:
///       - match: REGEX
///         steps: [ steps ]
///   - delay: 500ms
///   - repeat: 3 | forever
///     steps: [ steps ]
///   - leave                         # the innermost repeat
///   - reboot
///   - poweroff
/// </code>
/// </remarks>
public sealed class GuestScript
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxDepth = 32;

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    private GuestScript(bool echo, IReadOnlyList<ScriptStep> steps) => (Echo, Steps) = (echo, steps);

    /// <summary>Whether what is typed comes back.</summary>
    internal bool Echo { get; }

    /// <summary>What happens.</summary>
    internal IReadOnlyList<ScriptStep> Steps { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <returns>The script.</returns>
    /// <exception cref="IOException">It cannot be read, is no file, or is too long.</exception>
    /// <exception cref="FormatException">It is no script; the message says what and where.</exception>
    public static GuestScript Load(string path)
    {
        RegularFile.Check(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length > MaxBytes)
            throw new IOException($"It has {file.Length} bytes; {MaxBytes} are read.");
        using var reader = new StreamReader(file);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads a script.</summary>
    /// <param name="yaml">Its text.</param>
    /// <returns>The script.</returns>
    /// <exception cref="FormatException">It is no script; the message says what and where.</exception>
    public static GuestScript Parse(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new BoundedParser(new StringReader(yaml), 5 * MaxDepth));
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {e.Message}", e);
        }
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            // The parser's own limits: it tells of some by what happened to break.
            throw new FormatException($"It is not YAML: {e.Message}", e);
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new FormatException("It is a mapping with steps, such as: steps: [{ send: \"login: \" }].");
        var entries = Entries(root, "echo", "steps");
        return new GuestScript(
            entries.TryGetValue("echo", out var echo) && Boolean(echo),
            ReadSteps(Required(root, entries, "steps"), 0, inLoop: false));
    }

    private static FormatException Mistake(YamlNode node, string text) => new($"line {node.Start.Line}: {text}");

    private static Dictionary<string, YamlNode> Entries(YamlMappingNode node, params string[] known)
    {
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !known.Contains(name))
                throw Mistake(key, $"'{key}' means nothing here; {string.Join(", ", known)} do.");
            entries[name] = value;
        }

        return entries;
    }

    private static YamlNode Required(YamlNode node, Dictionary<string, YamlNode> entries, string key) =>
        entries.GetValueOrDefault(key) ?? throw Mistake(node, $"'{key}' is missing.");

    private static string Text(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Mistake(node, "A text belongs here.");

    private static bool Boolean(YamlNode node) => Text(node) switch
    {
        "true" => true,
        "false" => false,
        var other => throw Mistake(node, $"'{other}' is neither true nor false."),
    };

    private static TimeSpan Duration(YamlNode node)
    {
        var text = Text(node);
        var unit = Units.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        return unit.Unit is not null
            && double.TryParse(text[..^unit.Unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit.Seconds <= 86_400
            ? TimeSpan.FromSeconds(number * unit.Seconds)
            : throw Mistake(node, $"'{text}' is not a length of time up to a day: 500ms, 30s, 10m and 2h are.");
    }

    private static List<ScriptStep> ReadSteps(YamlNode node, int depth, bool inLoop)
    {
        if (depth > MaxDepth)
            throw Mistake(node, $"Steps lie in steps more than {MaxDepth} deep.");
        if (node is not YamlSequenceNode sequence)
            throw Mistake(node, "A list of steps belongs here, each with a dash before it.");
        return [.. sequence.Children.Select(step => ReadStep(step, depth + 1, inLoop))];
    }

    private static ScriptStep ReadStep(YamlNode node, int depth, bool inLoop)
    {
        if (node is YamlScalarNode { Value: var word })
        {
            return word switch
            {
                "poweroff" => new ScriptStep.Exit(GuestExit.PowerOff),
                "reboot" => new ScriptStep.Exit(GuestExit.Reboot),
                "leave" when inLoop => new ScriptStep.Leave(),
                "leave" => throw Mistake(node, "There is no repeat around it to leave."),
                _ => throw Mistake(node, $"'{word}' is not a step; poweroff, reboot and leave are, and send, expect, delay and repeat with a colon behind."),
            };
        }

        if (node is not YamlMappingNode { Children.Count: > 0 } mapping)
            throw Mistake(node, "A step belongs here.");
        switch (mapping.Children.Keys.First().ToString())
        {
            case "send":
                return new ScriptStep.Send(Text(Entries(mapping, "send")["send"]));
            case "delay":
                return new ScriptStep.Delay(Duration(Entries(mapping, "delay")["delay"]));
            case "expect":
                return Expect(mapping, depth, inLoop);
            case "repeat":
                var repeat = Entries(mapping, "repeat", "steps");
                return Repeat(mapping, repeat["repeat"], ReadSteps(Required(mapping, repeat, "steps"), depth, inLoop: true));
            case var other:
                throw Mistake(node, $"'{other}' is not a step; send, expect, delay, repeat, leave, reboot and poweroff are.");
        }
    }

    private static ScriptStep.Repeat Repeat(YamlNode node, YamlNode times, List<ScriptStep> steps)
    {
        if (Text(times) != "forever")
        {
            return int.TryParse(Text(times), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
                ? new(count, steps)
                : throw Mistake(times, $"'{Text(times)}' is not how often: a whole number above 0 is, or forever.");
        }

        // Without a wait it would do nothing else than turn.
        return steps.Exists(Waits)
            ? new(null, steps)
            : throw Mistake(node, "What is repeated for ever waits somewhere: by expect, or by a delay.");
    }

    private static bool Waits(ScriptStep step) => step switch
    {
        ScriptStep.Delay delay => delay.Length > TimeSpan.Zero,
        ScriptStep.Expect or ScriptStep.Exit => true,
        ScriptStep.Repeat repeat => repeat.Steps.Any(Waits),
        _ => false,
    };

    private static ScriptStep.Expect Expect(YamlMappingNode mapping, int depth, bool inLoop)
    {
        var entries = Entries(mapping, "expect", "timeout", "else", "echo");
        var cases = new List<(Regex, IReadOnlyList<ScriptStep>)>();
        if (entries["expect"] is YamlSequenceNode { Children.Count: > 0 } sequence)
        {
            foreach (var item in sequence.Children)
            {
                if (item is not YamlMappingNode one)
                    throw Mistake(item, "A match with its steps belongs here: { match: REGEX, steps: [ ] }.");
                var parts = Entries(one, "match", "steps");
                cases.Add((Pattern(Required(one, parts, "match")), parts.TryGetValue("steps", out var steps) ? ReadSteps(steps, depth, inLoop) : []));
            }
        }
        else
        {
            cases.Add((Pattern(entries["expect"]), []));
        }

        return new ScriptStep.Expect(
            cases,
            entries.TryGetValue("timeout", out var timeout) ? Duration(timeout) : null,
            entries.TryGetValue("else", out var otherwise) ? ReadSteps(otherwise, depth, inLoop) : null,
            entries.TryGetValue("echo", out var echo) ? Boolean(echo) : null);
    }

    private static Regex Pattern(YamlNode node)
    {
        try
        {
            // Whatever is typed, and whatever the pattern, a match takes time in proportion to the text.
            return new Regex(Text(node), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Mistake(node, $"'{Text(node)}' is not a pattern: {e.Message}");
        }
    }
}
