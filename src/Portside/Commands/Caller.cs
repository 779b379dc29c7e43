using System.Collections;
using System.Text;
using Portside.Lines.Terminals;
using Portside.Terminal;

namespace Portside.Commands;

/// <summary>Who runs a command: streams, terminal, environment variables and clock. Tests are callers too.</summary>
internal sealed class Caller
{
    /// <summary>Bytes typed or piped in.</summary>
    public required Stream Input { get; init; }

    /// <summary>Bytes out, unbuffered, for what a machine says; the same place as <see cref="Out"/>.</summary>
    public required Stream Output { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything that is not a result.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person types the input.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Whether a person reads the results.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads the errors.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The terminal, if any of the three is one.</summary>
    public ITerminal Terminal { get; init; } = NoTerminal.Instance;

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the process is the command's own, so that what holds for all of it may be set.</summary>
    public bool OwnsProcess { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long a guest, a proxy or a listener that is tried has to answer, by <see cref="Clock"/>; 5 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether colours are welcome in <see cref="Out"/>: a terminal, and no <c>NO_COLOR</c>.</summary>
    public bool WantsColor => OutputIsTerminal
        && string.IsNullOrEmpty(Environment.GetValueOrDefault("NO_COLOR"))
        && Environment.GetValueOrDefault("TERM") != "dumb";

    /// <summary>Name of the person, as others on a port see it.</summary>
    public string UserName => Environment.GetValueOrDefault("PORTSIDE_USER") is { Length: > 0 } name ? name : System.Environment.UserName;

    /// <summary>The process this is.</summary>
    /// <returns>A caller over descriptors 0, 1 and 2.</returns>
    public static Caller OfProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";

        if (OperatingSystem.IsWindows())
        {
            return new Caller
            {
                Input = Console.OpenStandardInput(),
                Output = Console.OpenStandardOutput(),
                Out = Console.Out,
                Error = Console.Error,
                InputIsTerminal = false,
                OutputIsTerminal = !Console.IsOutputRedirected,
                ErrorIsTerminal = !Console.IsErrorRedirected,
                Environment = variables,
                OwnsProcess = true,
            };
        }

        var (input, output, error) = (LibC.IsTerminal(0) == 1, LibC.IsTerminal(1) == 1, LibC.IsTerminal(2) == 1);
        return new Caller
        {
            Input = new DescriptorStream(0),
            Output = new DescriptorStream(1),
            Out = Writer(1),
            Error = Writer(2),
            InputIsTerminal = input,
            OutputIsTerminal = output,
            ErrorIsTerminal = error,
            Terminal = input ? new UnixTerminal(0) : output ? new UnixTerminal(1) : NoTerminal.Instance,
            Environment = variables,
            OwnsProcess = true,
        };
    }

    private static StreamWriter Writer(int descriptor) =>
        new(new DescriptorStream(descriptor), new UTF8Encoding(false), 16 * 1024) { AutoFlush = true, NewLine = "\n" };
}
