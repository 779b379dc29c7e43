using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portside.Commands;
using Portside.Terminal;

namespace Portside.Tests.Commands;

/// <summary>Runs a command line as a caller of our own making, and keeps what it wrote.</summary>
internal sealed class CommandRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly WatchedWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly MemoryStream _bytes = new();

    /// <summary>What is piped or typed in.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Where machine bytes go; kept in <see cref="Bytes"/> unless given.</summary>
    public Stream? Output { get; init; }

    /// <summary>Whether everything is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The terminal, where it is one.</summary>
    public ITerminal Terminal { get; init; } = NoTerminal.Instance;

    /// <summary>Environment variables.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["PORTSIDE_USER"] = "tester", ["PORTSIDE_CONFIG"] = "/nowhere/portside.yaml" };

    /// <summary>The clock; noon on the last day of January 2026 unless given.</summary>
    public TimeProvider Clock { get; init; } = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    /// <summary>How long what is tried has to answer; so long that a busy computer decides nothing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Results.</summary>
    public string Out => _out.ToString();

    /// <summary>Everything else.</summary>
    public string Error => _error.ToString();

    /// <summary>Bytes of the machine, as text.</summary>
    public string Bytes => Encoding.Latin1.GetString(_bytes.ToArray());

    /// <summary>Waits until the results end with <paramref name="text"/>.</summary>
    /// <param name="text">What is to come.</param>
    /// <returns>When it has come.</returns>
    public Task PrintsAsync(string text) => _out.EndsWithAsync(text);

    /// <summary>Runs the program.</summary>
    /// <param name="server">The server meant, or null for none.</param>
    /// <param name="arguments">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(Uri? server, params string[] arguments) => RunAsync(server, TestContext.Current.CancellationToken, arguments);

    /// <summary>Runs the program until it ends or is told to.</summary>
    /// <param name="server">The server meant, or null for none.</param>
    /// <param name="cancellation">Asks the program to end.</param>
    /// <param name="arguments">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(Uri? server, CancellationToken cancellation, params string[] arguments)
    {
        if (server is not null)
            Environment["PORTSIDE_SERVER"] = server.ToString();
        var caller = new Caller
        {
            Input = Input,
            Output = Output ?? Stream.Synchronized(_bytes),
            Out = _out,
            Error = TextWriter.Synchronized(_error),
            InputIsTerminal = IsTerminal,
            OutputIsTerminal = IsTerminal,
            ErrorIsTerminal = IsTerminal,
            Terminal = Terminal,
            Environment = Environment,
            Clock = Clock,
            Patience = Patience,
        };
        return new PortsideProgram(caller).RunAsync(arguments, cancellation).WaitAsync(Limit, CancellationToken.None);
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _bytes.Dispose();
    }

    private sealed class WatchedWriter : StringWriter
    {
        private readonly Lock _lock = new();
        private readonly List<(string Text, TaskCompletionSource Came)> _awaited = [];

        public Task EndsWithAsync(string text)
        {
            lock (_lock)
            {
                var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((text, came));
                Look();
                return came.Task;
            }
        }

        public override void Write(char value) => Add(() => base.Write(value));

        public override void Write(string? value) => Add(() => base.Write(value));

        public override void Write(char[] buffer, int index, int count) => Add(() => base.Write(buffer, index, count));

        public override void WriteLine(string? value) => Add(() => base.WriteLine(value));

        public override string ToString()
        {
            lock (_lock)
                return base.ToString();
        }

        private void Add(Action write)
        {
            lock (_lock)
            {
                write();
                Look();
            }
        }

        private void Look()
        {
            foreach (var (text, came) in _awaited)
            {
                if (base.ToString().EndsWith(text, StringComparison.Ordinal))
                    came.TrySetResult();
            }
        }
    }
}
