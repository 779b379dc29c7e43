using System.Diagnostics;
using System.Text;

namespace Portside.EndToEnd.Tests.Processes;

/// <summary>A program this test started: what it says is kept, every wait for it is bounded, and it does not outlive the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _commandLine;
    private readonly Task _reading;

    private ChildProcess(Process process, string commandLine)
    {
        (_process, _commandLine) = (process, commandLine);
        Output = new Transcript($"output of {commandLine}");
        Error = new Transcript($"errors of {commandLine}");
        _reading = Task.WhenAll(
            Output.CopyAsync(process.StandardOutput.BaseStream),
            Error.CopyAsync(process.StandardError.BaseStream));
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its standard output.</summary>
    public Transcript Output { get; }

    /// <summary>Its standard error.</summary>
    public Transcript Error { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path, or its name on the search path.</param>
    /// <param name="arguments">The words after its name.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="directory">Where it runs; null for here.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        Executable.Prepare(start.Environment);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!, $"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)}");
    }

    /// <summary>Starts a program, ends its input, and waits until it is done.</summary>
    public static async Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string input = "",
        IReadOnlyDictionary<string, string?>? environment = null,
        string? directory = null)
    {
        await using var child = Start(program, arguments, environment, directory);
        if (input.Length > 0)
            await child.WriteAsync(input);
        child.CloseInput();
        return await child.WaitForResultAsync();
    }

    /// <summary>Writes to its standard input.</summary>
    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        await _process.StandardInput.BaseStream.WriteAsync(bytes, limit.Token);
        await _process.StandardInput.BaseStream.FlushAsync(limit.Token);
    }

    /// <summary>Ends its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Signals.Send(Id, signal);

    /// <summary>Waits until it is done.</summary>
    /// <param name="within">How long; null for as long as anything may take.</param>
    /// <returns>Its exit code; 128 and the signal's number when a signal ended it.</returns>
    public async Task<int> WaitForExitAsync(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Patience.Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _reading.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_commandLine} does not end.\n{Output}\n{Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until it is done.</summary>
    /// <param name="within">How long; null for as long as anything may take.</param>
    public async Task<CommandResult> WaitForResultAsync(TimeSpan? within = null)
    {
        var code = await WaitForExitAsync(within);
        return new CommandResult(_commandLine, code, Output.Bytes, Error.Text);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _reading.WaitAsync(Patience.Limit);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            // It ended meanwhile, or a program it left behind keeps its output open.
        }

        _process.Dispose();
    }
}
